namespace Interneuron.Derivation.Running

open System
open MathNet.Numerics.LinearAlgebra

/// The shifts to the sides that the steepest descent leaves places to, the state there, and the function's value.
type internal Slope =
    {
        Nearest: Vector<float>
        Minimum: Minimum
        Shifts: float array
        /// The sides that the steepest descent leaves places to, and du/dx.
        Leaving: (float * float array) list
        Value: float
    }

/// The steepest descent from a point, at kinks too.
[<RequireQualifiedAccess>]
module internal Slope =
    /// The slope at a point; rounding may leave the point so far from a place that it is meant to be at.
    let at (resolution: float) (l: Landscape) (x: float array) : Slope =
        let none = Array.zeroCreate l.Count

        let made value (nearest: Vector<float>) (terms: float) shifts held leaving face =
            { Nearest = nearest
              Shifts = shifts
              Leaving = leaving
              Value = value
              Minimum =
                { Point = x
                  Residual = Landscape.largest nearest / Math.Max(terms, 1e-300)
                  Held = held
                  Face = face } }

        let struct (u, slopes) = if l.Count = 0 then struct ([||], [||]) else l.Places x

        let reached =
            [ for j in 0 .. l.Count - 1 do
                  if Math.Abs u[j] <= Landscape.rounding resolution slopes[j] x then
                      j ]

        let lowest = Array.copy none

        for j in reached do
            lowest[j] <- -8.0 * Landscape.rounding resolution slopes[j] x

        let struct (value, lower, terms) = l.Look x lowest

        // Places without a jump to speak of do not hold the point.
        let jumps =
            [ for j in reached do
                  let other = Array.copy lowest
                  other[j] <- -lowest[j]
                  let struct (_, upper, _) = l.Look x other
                  let jump = upper - lower

                  if not (Landscape.largest jump <= 1e-11 * terms) then
                      j, jump ]

        // A wall that the point is at, and whether it is its lower side.
        let walls =
            [ for wall in l.Walls do
                  let along = Landscape.dot wall.Row x

                  let near bound =
                      Double.IsFinite bound
                      && Math.Abs(along - bound)
                         <= Landscape.rounding resolution wall.Row x + 1e-15 * Math.Abs bound

                  if wall.Lower = wall.Upper then
                      wall, 0.0
                  elif near wall.Lower then
                      wall, 1.0
                  elif near wall.Upper then
                      wall, -1.0 ]

        if jumps.IsEmpty && walls.IsEmpty then
            made value lower terms lowest [] [] []
        elif
            not (Seq.forall Double.IsFinite lower)
            || jumps |> List.exists (fun (_, jump) -> not (Seq.forall Double.IsFinite jump))
        then
            made value (Vector<float>.Build.Dense(x.Length, nan)) terms lowest [] [] []
        else
            // A wall pushes as hard as it has to: harder than the gradient with all its jumps pulls.
            let push =
                4.0
                * float x.Length
                * (Landscape.largest lower
                   + (jumps |> List.sumBy (fun (_, jump) -> Landscape.largest jump))
                   + 1e-300)

            let pushed =
                (lower, walls)
                ||> List.fold (fun total (wall, side) ->
                    if side < 0.0 then
                        total
                    else
                        total - push * Vector<float>.Build.Dense wall.Row)

            let columns =
                [| for _, jump in jumps -> jump
                   for wall, side in walls ->
                       (if side = 0.0 then 2.0 * push else push)
                       * Vector<float>.Build.DenseOfArray wall.Row |]

            let a = Matrix<float>.Build.DenseOfColumnVectors columns
            // In units of the push, so that the squares of a gradient near 0 do not vanish.
            let weights = BoundedLeastSquares.solve (a / push) (pushed / push) |> List.ofArray
            let ofPlaces, ofWalls = List.splitAt jumps.Length weights
            let held = List.map2 (fun (j, _) weight -> j, -lowest[j], weight) jumps ofPlaces

            for j, shift, weight in held do
                if weight > 0.5 then
                    lowest[j] <- shift

            let isBetween weight = weight > 0.0 && weight < 1.0

            made
                value
                (pushed + a * Vector<float>.Build.DenseOfEnumerable weights)
                terms
                lowest
                held
                [ for j, _, weight in held do
                      if weight = 0.0 then
                          -1.0, slopes[j]
                      elif weight = 1.0 then
                          1.0, slopes[j]
                  for (wall, side), weight in List.zip walls ofWalls do
                      if side <> 0.0 && not (isBetween weight) then
                          side, wall.Row ]
                [ for j, _, weight in held do
                      if isBetween weight then
                          slopes[j]
                  for (wall, side), weight in List.zip walls ofWalls do
                      if side = 0.0 || isBetween weight then
                          wall.Row ]
