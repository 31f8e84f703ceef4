namespace Interneuron.Derivation.Running

open System
open MathNet.Numerics.LinearAlgebra
open Interneuron.Core.Symbolic

/// A function of n numbers whose gradient jumps at most where one of its places u_j is 0 (Kinks). A shift is added to each place, so that the two sides of
/// a place can be looked at from the place itself.
type internal Landscape =
    {
        /// The value at x, shifted, the gradient, and the largest sum of the magnitudes of a component's terms, by which its rounding is measured.
        Look: float array -> float array -> struct (float * Vector<float> * float)
        /// The Hessian at x, shifted.
        Hessian: float array -> float array -> Matrix<float>
        /// u at x, and du/dx, one row a place.
        Places: float array -> struct (float array * float array array)
        /// How many places there are.
        Count: int
    }

/// Where the gradient is 0, or the subdifferential contains 0.
type internal Minimum =
    {
        /// x.
        Point: float array
        /// The distance of 0 to the subdifferential, relative to the terms of the gradient.
        Residual: float
        /// The places that the point is at, each with a shift that is beyond rounding, and the part that the gradient beyond it has in the subgradient
        /// nearest to 0: between 0 and 1 where it is held there.
        Held: (int * float * float) list
        /// du/dx of the places that it is held at.
        Face: float array list
    }

/// Minima of convex functions with kinks, by Newton's method within the kinks that hold the point.
[<RequireQualifiedAccess>]
module internal Minimum =
    let private dot (x: float seq) (y: float seq) = Seq.map2 (*) x y |> Seq.sum

    /// The largest magnitude of a component: here, because the library's norm and factors of a few numbers start threads and throw.
    let private largest (v: Vector<float>) : float =
        let mutable most = 0.0

        for a in 0 .. v.Count - 1 do
            most <- Math.Max(most, Math.Abs v[a])

        most

    /// x of h x = b by Cholesky's factor; None where h is not positive definite.
    let private definite (h: Matrix<float>) (b: Vector<float>) : Vector<float> option =
        let n = b.Count
        let factor = h.ToArray()

        let isPositive j =
            for i in j .. n - 1 do
                for k in 0 .. j - 1 do
                    factor[i, j] <- factor[i, j] - factor[i, k] * factor[j, k]

                factor[i, j] <-
                    if i = j then
                        Math.Sqrt factor[j, j]
                    else
                        factor[i, j] / factor[j, j]

            factor[j, j] > 0.0

        if Seq.forall isPositive (seq { 0 .. n - 1 }) then
            let x = b.ToArray()

            for i in 0 .. n - 1 do
                for k in 0 .. i - 1 do
                    x[i] <- x[i] - factor[i, k] * x[k]

                x[i] <- x[i] / factor[i, i]

            for i in n - 1 .. -1 .. 0 do
                for k in i + 1 .. n - 1 do
                    x[i] <- x[i] - factor[k, i] * x[k]

                x[i] <- x[i] / factor[i, i]

            Some(Vector<float>.Build.Dense x)
        else
            None

    /// The relative residual of what counts as a minimum.
    let private good = 1e-10

    /// How far rounding may leave a point from a place that it is meant to be at, relative to the terms of u. The coarse one is for gradients that rise so
    /// steeply at a place (|z|^p for p just above 1) that no number near it has a gradient near 0.
    let private fine = 1e-13
    let private coarse = 1e-8

    let private rounding (resolution: float) (slope: float array) (x: float array) =
        let terms =
            Seq.map2 (fun (d: float) (v: float) -> Math.Abs(d * v)) slope x |> Seq.sum

        resolution * terms + 1e-300

    /// So far out there are no minima: a function that still falls has none on this way.
    let private far = 1e100

    /// The point moved onto some places, by Newton's method: until it no longer moves, so that what is 0 there becomes so.
    let private onto (l: Landscape) (places: int list) (x: float array) : float array =
        let rec move (x: float array) left =
            let struct (u, slopes) = l.Places x
            let rows = Matrix<float>.Build.DenseOfRowArrays [| for j in places -> slopes[j] |]
            let off = Vector<float>.Build.Dense [| for j in places -> u[j] |]
            let next = Array.map2 (-) x ((rows.PseudoInverse() * off).ToArray())

            if left = 0 || next = x || not (Array.forall Double.IsFinite next) then
                x
            else
                move next (left - 1)

        if places.IsEmpty then x else move x 30

    /// The shifts to the sides that the steepest descent leaves places to, the state there, and the function's value.
    type private Slope =
        {
            Nearest: Vector<float>
            Minimum: Minimum
            Shifts: float array
            /// The sides that the steepest descent leaves places to, and du/dx.
            Leaving: (float * float array) list
            Value: float
        }

    let private slope (resolution: float) (l: Landscape) (x: float array) : Slope =
        let none = Array.zeroCreate l.Count

        let made value (nearest: Vector<float>) (terms: float) shifts held leaving face =
            { Nearest = nearest
              Shifts = shifts
              Leaving = leaving
              Value = value
              Minimum =
                { Point = x
                  Residual = largest nearest / Math.Max(terms, 1e-300)
                  Held = held
                  Face = face } }

        let struct (u, slopes) = if l.Count = 0 then struct ([||], [||]) else l.Places x

        let reached =
            [ for j in 0 .. l.Count - 1 do
                  if Math.Abs u[j] <= rounding resolution slopes[j] x then
                      j ]

        let lowest = Array.copy none

        for j in reached do
            lowest[j] <- -8.0 * rounding resolution slopes[j] x

        let struct (value, lower, terms) = l.Look x lowest

        // Places without a jump to speak of do not hold the point.
        let jumps =
            [ for j in reached do
                  let other = Array.copy lowest
                  other[j] <- -lowest[j]
                  let struct (_, upper, _) = l.Look x other
                  let jump = upper - lower

                  if not (largest jump <= 1e-11 * terms) then
                      j, jump ]

        if jumps.IsEmpty then
            made value lower terms lowest [] [] []
        elif jumps |> List.exists (fun (_, jump) -> not (Seq.forall Double.IsFinite jump)) then
            made value (Vector<float>.Build.Dense(x.Length, nan)) terms lowest [] [] []
        else
            let a = Matrix<float>.Build.DenseOfColumnVectors [| for _, jump in jumps -> jump |]
            let weights = BoundedLeastSquares.solve a lower |> List.ofArray
            let held = List.map2 (fun (j, _) weight -> j, -lowest[j], weight) jumps weights

            for j, shift, weight in held do
                if weight > 0.5 then
                    lowest[j] <- shift

            made
                value
                (lower + a * Vector<float>.Build.DenseOfEnumerable weights)
                terms
                lowest
                held
                [ for j, _, weight in held do
                      if weight = 0.0 then
                          -1.0, slopes[j]
                      elif weight = 1.0 then
                          1.0, slopes[j] ]
                [ for j, _, weight in held do
                      if weight > 0.0 && weight < 1.0 then
                          slopes[j] ]

    /// An orthonormal basis, in columns, of what is orthogonal to some rows.
    let internal across (n: int) (rows: float array list) : Matrix<float> =
        match rows with
        | [] -> Matrix<float>.Build.DenseIdentity n
        | _ ->
            let scaled =
                [| for row in rows do
                       let length = sqrt (dot row row)
                       Array.map (fun x -> x / length) row |]

            let svd = (Matrix<float>.Build.DenseOfRowArrays scaled).Svd()
            let rank = svd.S |> Seq.filter (fun s -> s > 1e-10) |> Seq.length
            Matrix<float>.Build.Dense(n, n - rank, fun a b -> svd.VT[rank + b, a])

    /// A direction of descent within a face: Newton's, by a Hessian that is lifted until it is positive definite; the steepest where it is not finite.
    let private direction (z: Matrix<float>) (nearest: Vector<float>) (hessian: Matrix<float>) : Vector<float> =
        // Without a face z is 1.
        let isFree = z.ColumnCount = nearest.Count

        let g: Vector<float> =
            if isFree then
                nearest
            else
                z.TransposeThisAndMultiply nearest

        let h: Matrix<float> = if isFree then hessian else z.Transpose() * hessian * z
        let size = h.InfinityNorm()

        let rec solved lift tries =
            if tries = 0 || not (Double.IsFinite size) then
                None
            else
                let lifted: Matrix<float> = h + lift * Matrix<float>.Build.DenseIdentity h.RowCount

                match definite lifted -g with
                | Some step when Seq.forall Double.IsFinite step && step * g < 0.0 -> Some step
                | _ -> solved (Math.Max(16.0 * lift, 1e-10 * size)) (tries - 1)

        match solved 0.0 16 with
        | Some step -> z * step
        | None -> -(z * g)

    /// Along a direction of descent to where the slope is at most half of what it was, or to the place at which it changes its sign; None where the function
    /// falls without end.
    let private search (resolution: float) (l: Landscape) (from: Slope) (d: Vector<float>) (start: float) : float array option =
        let x, shifts = from.Minimum.Point, from.Shifts
        let at t = Array.mapi (fun a v -> v + t * d[a]) x
        let enough (slope: float) = Math.Abs slope <= 0.5 * Math.Abs start

        let along t =
            let struct (value, gradient, _) = l.Look (at t) shifts
            value, d * gradient

        let face =
            [ for j, _, weight in from.Minimum.Held do
                  if weight > 0.0 && weight < 1.0 then
                      j ]

        let rises value =
            not (value <= from.Value + 1e-9 * Math.Abs from.Value)

        /// Where places are met between a and b.
        let crossings a b =
            if l.Count = 0 then
                []
            else
                let struct (u, slopes) = l.Places(at a)

                [ for j in 0 .. l.Count - 1 do
                      let t = a - u[j] / dot slopes[j] d

                      if t > a && t < b then
                          t, j ]
                |> List.sortBy fst

        /// The slopes before and beyond a place.
        let sides t j =
            let point = at t
            let struct (_, slopes) = l.Places point

            let forwards =
                Special.sign (dot slopes[j] d) * 8.0 * rounding resolution slopes[j] point

            let slopeBy shift =
                let moved = Array.copy shifts
                moved[j] <- shift
                let struct (_, gradient, _) = l.Look point moved
                d * gradient

            slopeBy -forwards, slopeBy forwards

        /// The slope is negative at a, and at b it is positive, or the function has risen.
        let rec within a b left =
            let halfway =
                if a = 0.0 then b / 8.0
                elif b / a > 4.0 then sqrt (a * b)
                else 0.5 * (a + b)

            if left = 0 || halfway <= a || halfway >= b then
                if a > 0.0 then Some(at a) else None
            else
                match crossings a b with
                | [] ->
                    let value, slope = along halfway

                    if enough slope && not (rises value) then
                        Some(at halfway)
                    elif slope < 0.0 && not (rises value) then
                        within halfway b (left - 1)
                    else
                        within a halfway (left - 1)
                | met ->
                    let t, j = met[met.Length / 2]
                    let before, beyond = sides t j

                    if before <= 0.0 && beyond >= 0.0 then
                        Some(onto l (j :: face) (at t))
                    elif beyond < 0.0 then
                        within t b (left - 1)
                    else
                        within a t (left - 1)

        let rec outwards a t factor left =
            let value, slope = along t

            if Double.IsNegativeInfinity value then
                None
            elif rises value || not (Double.IsFinite slope) then
                within a t 400
            elif enough slope || left = 0 then
                Some(at t)
            elif slope > 0.0 then
                within a t 400
            elif t * largest d > far then
                None
            else
                outwards t (t * factor) (Math.Min(factor * factor, 1e30)) (left - 1)

        outwards 0.0 1.0 4.0 40

    let private findBy (resolution: float) (l: Landscape) (guess: float array) : Minimum =
        let rec go (state: Slope) left =
            let residual = state.Minimum.Residual

            if residual <= 1e-13 || left = 0 || not (Double.IsFinite residual) then
                state.Minimum
            else
                let away = Array.copy state.Shifts

                // What bends across a face does not matter on it, and may be unbounded: it is looked at from some way off.
                for j, _, weight in state.Minimum.Held do
                    if weight > 0.0 && weight < 1.0 then
                        away[j] <- 1e6 * away[j]

                let hessian = l.Hessian state.Minimum.Point away

                /// Newton's direction on a face, to which places are added that it would leave to the wrong side.
                let rec ahead (rows: float array list) (leaving: (float * float array) list) =
                    let z: Matrix<float> = across guess.Length rows

                    if z.ColumnCount = 0 then
                        None
                    else
                        let d = direction z state.Nearest hessian

                        match leaving |> List.tryFind (fun (side, row) -> side * dot row d < 0.0) with
                        | Some(_, row as wrong) -> ahead (row :: rows) (List.except [ wrong ] leaving)
                        | None when d * state.Nearest < 0.0 -> Some d
                        | None -> None

                let d = ahead state.Minimum.Face state.Leaving |> Option.defaultValue -state.Nearest

                if residual <= good then
                    // The last digits: whole steps while they help, since rounding hides the slope along them.
                    let next = slope resolution l (Array.mapi (fun a x -> x + d[a]) state.Minimum.Point)

                    if next.Minimum.Residual < residual then
                        go next (left - 1)
                    else
                        state.Minimum
                else
                    match search resolution l state d (d * state.Nearest) with
                    | Some next -> go (slope resolution l next) (left - 1)
                    | None -> state.Minimum

        go (slope resolution l guess) 300

    let private isReached (minimum: Minimum) = minimum.Residual <= good

    /// The minimum from a first guess: None where the residual does not come to 1e-10.
    let find (l: Landscape) (guess: float array) : Minimum option =
        let found = findBy fine l guess

        if isReached found then
            Some found
        elif l.Count = 0 then
            None
        else
            let near = findBy coarse l found.Point

            let held =
                [ for j, _, weight in near.Held do
                      if weight > 0.0 && weight < 1.0 then
                          j ]

            let exact = (slope coarse l (onto l held near.Point)).Minimum
            [ exact; near ] |> List.tryFind isReached

    /// The state of a point, whether it is a minimum or not.
    let at (l: Landscape) (x: float array) : Minimum =
        let state = (slope fine l x).Minimum

        if isReached state || l.Count = 0 then
            state
        else
            let held = (slope coarse l x).Minimum
            if isReached held then held else state
