namespace Interneuron.Core.Circuits

open MathNet.Numerics.LinearAlgebra

/// Whether every stimulus has a response: does phi grow faster than linearly in every direction (theory, section 2)?
[<RequireQualifiedAccess>]
module internal Spanning =
    // Rounding alone leaves less than this of a unit column outside the span of the others.
    let private independent = 1e-12

    let private dot (a: float array) (b: float array) =
        let mutable total = 0.0

        for j in 0 .. a.Length - 1 do
            total <- total + a[j] * b[j]

        total

    /// Whether directions of unit length span R^N, columns given one after the other: by Gram and Schmidt's process, each time with the
    /// column of which most is left. It takes the memory of the columns, where a decomposition of their matrix takes that of K x K.
    let linearly (dimension: int) (columns: float array list) =
        let left = columns |> List.map Array.copy |> Array.ofList

        let rec spans missing =
            if missing = 0 then
                true
            elif left.Length < missing then
                false
            else
                let pivot = left |> Array.maxBy (fun w -> dot w w)
                let length = sqrt (dot pivot pivot)

                if length <= independent then
                    false
                else
                    let unit = pivot |> Array.map (fun x -> x / length)

                    for w in left do
                        let share = dot unit w

                        for a in 0 .. w.Length - 1 do
                            w[a] <- w[a] - share * unit[a]

                    spans (missing - 1)

        spans dimension

    /// The distance from b to the cone of non-negative combinations of columns, by active sets (Lawson and Hanson 1974, chapter 23).
    let private distanceToCone (columns: float array list) (b: Vector<float>) =
        let a = Matrix<float>.Build.DenseOfColumnArrays columns
        let k = a.ColumnCount
        let x = Array.zeroCreate k
        let passive = Array.create k false

        let residual () =
            b - a * Vector<float>.Build.Dense(Array.copy x)

        let solve () =
            let chosen =
                [ for i in 0 .. k - 1 do
                      if passive[i] then
                          i ]

            let part =
                Matrix<float>.Build.DenseOfColumnVectors [ for i in chosen -> a.Column i ]

            let solution = part.PseudoInverse() * b
            List.zip chosen (List.ofArray (solution.AsArray()))

        let mutable go = true
        let mutable rounds = 0

        while go && rounds < 10 * k do
            rounds <- rounds + 1
            let w = a.TransposeThisAndMultiply(residual ())

            let best =
                seq {
                    for i in 0 .. k - 1 do
                        if not passive[i] then
                            i
                }
                |> Seq.sortByDescending (fun i -> w[i])
                |> Seq.tryHead

            match best with
            | Some i when w[i] > 1e-10 ->
                passive[i] <- true
                let mutable inner = true

                while inner do
                    let trial = solve ()

                    match trial |> List.filter (fun (_, v) -> v <= 0.0) with
                    | [] ->
                        for j in 0 .. k - 1 do
                            x[j] <- 0.0

                        for j, v in trial do
                            x[j] <- v

                        inner <- false
                    | blocked ->
                        // Go towards the trial until the first coordinate reaches 0, which leaves the passive set.
                        let step = blocked |> List.map (fun (j, v) -> x[j] / (x[j] - v)) |> List.min

                        for j, v in trial do
                            x[j] <- x[j] + step * (v - x[j])

                            if x[j] <= 1e-14 then
                                x[j] <- 0.0
                                passive[j] <- false
            | _ -> go <- false

        (residual ()).L2Norm()

    /// Whether non-negative combinations of the columns reach all of R^N: they span it, and minus their sum is such a combination.
    let positively (dimension: int) (columns: float array list) =
        linearly dimension columns
        && (let sum = columns |> List.map Vector<float>.Build.DenseOfArray |> List.reduce (+)
            distanceToCone columns (-sum) < 1e-8 * (1.0 + sum.L2Norm()))
