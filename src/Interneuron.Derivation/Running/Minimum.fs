namespace Interneuron.Derivation.Running

open System
open MathNet.Numerics.LinearAlgebra

/// Minima of convex functions with kinks, by Newton's method within the kinks that hold the point.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Minimum =
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

    /// A direction of descent within a face: Newton's, by a Hessian that is lifted until it is positive definite; the steepest where it is
    /// not finite.
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
                    let z: Matrix<float> = Landscape.across guess.Length rows

                    if z.ColumnCount = 0 then
                        None
                    else
                        let d = direction z state.Nearest hessian

                        match leaving |> List.tryFind (fun (side, row) -> side * Landscape.dot row d < 0.0) with
                        | Some(_, row as wrong) -> ahead (row :: rows) (List.except [ wrong ] leaving)
                        | None when d * state.Nearest < 0.0 -> Some d
                        | None -> None

                let d = ahead state.Minimum.Face state.Leaving |> Option.defaultValue -state.Nearest

                if residual <= good then
                    // The last digits: whole steps while they help, since rounding hides the slope along them.
                    let next =
                        Slope.at resolution l (l.Inside(Array.mapi (fun a x -> x + d[a]) state.Minimum.Point))

                    if next.Minimum.Residual < residual then
                        go next (left - 1)
                    else
                        state.Minimum
                else
                    match LineSearch.along resolution l state d (d * state.Nearest) with
                    | Some next -> go (Slope.at resolution l next) (left - 1)
                    | None -> state.Minimum

        go (Slope.at resolution l (l.Inside guess)) 300

    let private isReached (minimum: Minimum) = minimum.Residual <= good

    /// The minimum from a first guess: None where the residual does not come to 1e-10.
    let find (l: Landscape) (guess: float array) : Minimum option =
        let found = findBy Landscape.fine l guess

        if isReached found then
            Some found
        elif l.Count = 0 then
            None
        else
            let near = findBy Landscape.coarse l found.Point

            let held =
                [ for j, _, weight in near.Held do
                      if weight > 0.0 && weight < 1.0 then
                          j ]

            let exact = (Slope.at Landscape.coarse l (Landscape.onto l held near.Point)).Minimum
            [ exact; near ] |> List.tryFind isReached

    /// The state of a point, whether it is a minimum or not.
    let at (l: Landscape) (x: float array) : Minimum =
        let state = (Slope.at Landscape.fine l x).Minimum

        if isReached state || l.Count = 0 then
            state
        else
            let held = (Slope.at Landscape.coarse l x).Minimum
            if isReached held then held else state
