namespace Interneuron.Benchmarks

open System
open System.IO
open Interneuron.Core.Symbolic
open Interneuron.Derivation.Running

/// Models that are not of ridge form, learning beside the same models written by hand in C++ (peers/).
module Models =
    let private at symbol i = Expr.var $"{symbol}[{i}]"
    let private entry symbol i j = Expr.var $"{symbol}[{i},{j}]"
    let private total count term = Expr.sum (List.init count term)

    let private names symbol count =
        [ for i in 0 .. count - 1 -> $"{symbol}[{i}]" ]

    let private table symbol rows columns =
        [ for i in 0 .. rows - 1 do
              for j in 0 .. columns - 1 -> $"{symbol}[{i},{j}]" ]

    let private model n k parameters energy online =
        LaneProgram.create
            { Responses = names "y" k
              Ascending = []
              Simplices = []
              Stimuli = names "x" n
              Parameters = parameters
              Inverse = []
              Energy = energy
              Online = online
              Lower = List.replicate k Double.NegativeInfinity
              Upper = List.replicate k Double.PositiveInfinity }

    let private batch = 10

    /// Samples learned in a second. A step is given the mean and moves the parameters.
    let private learn
        (program: LaneProgram)
        (start: float array)
        (move: float array -> float array -> unit)
        (stimuli: float array)
        steps
        ()
        =
        let m, n = program.Model.Stimuli.Length, program.Model.Responses.Length
        let rows = stimuli.Length / m
        let random = Random 1
        let parameters = Array.copy start
        let drawn: float array = Array.zeroCreate (batch * m)
        let responses: float array = Array.zeroCreate (batch * n)
        let reached: bool array = Array.zeroCreate batch
        let mean: float array = Array.zeroCreate program.Model.Online.Length
        let mutable missed = 0

        let seconds =
            Timing.seconds (fun () ->
                for _ in 1..steps do
                    for b in 0 .. batch - 1 do
                        Array.blit stimuli (random.Next rows * m) drawn (b * m) m

                    Array.Clear responses
                    missed <- missed + batch - program.Learn(parameters, drawn, responses, reached, mean)
                    move parameters mean)

        if missed > 0 then
            printfn "  %d responses were not reached" missed

        float (batch * steps) / seconds

    let private normals count =
        let random = MathNet.Numerics.Random.Xoshiro256StarStar(1, false)
        Array.init count (fun _ -> MathNet.Numerics.Distributions.Normal.Sample(random, 0.0, 1.0))

    /// y.My - 2 y.Wx: W += a (y x^T - W), M += b (y y^T - M).
    let private similarity n k stimuli steps =
        let parameters = table "W" k n @ table "M" k k

        let program =
            model
                n
                k
                parameters
                (total k (fun i -> total k (fun j -> at "y" i * entry "M" i j * at "y" j))
                 - 2.0 * total k (fun i -> total n (fun a -> at "y" i * entry "W" i a * at "x" a)))
                [ for i in 0 .. k - 1 do
                      for a in 0 .. n - 1 -> at "y" i * at "x" a
                  for i in 0 .. k - 1 do
                      for j in 0 .. k - 1 -> at "y" i * at "y" j ]

        let fixedPart = Scalar.compile parameters (List.map Expr.var parameters)
        let gone: float array = Array.zeroCreate parameters.Length

        let start =
            Array.append
                (normals (n * k) |> Array.map (fun x -> x / sqrt (float n)))
                (Array.init (k * k) (fun i -> if i / k = i % k then 1.0 else 0.0))

        let move (values: float array) (mean: float array) =
            fixedPart.Invoke(values, gone)

            for m in 0 .. values.Length - 1 do
                let rate = if m < k * n then 1e-2 else 2e-2
                values[m] <- values[m] + rate * (mean[m] - gone[m])

        learn program start move stimuli steps

    /// |x - D y|^2/2 + lambda |y|_1: D += a (x - D y) y^T, unit columns.
    let private sparse n k stimuli steps =
        let miss a =
            at "x" a - total k (fun i -> entry "D" a i * at "y" i)

        let program =
            model
                n
                k
                (table "D" n k)
                (total n (fun a -> miss a ** 2.0) / 2.0
                 + 0.3 * total k (fun i -> Expr.abs (at "y" i)))
                [ for a in 0 .. n - 1 do
                      for i in 0 .. k - 1 -> miss a * at "y" i ]

        let unit (values: float array) =
            for i in 0 .. k - 1 do
                let mutable norm = 0.0

                for a in 0 .. n - 1 do
                    norm <- norm + values[a * k + i] * values[a * k + i]

                norm <- 1.0 / sqrt norm

                for a in 0 .. n - 1 do
                    values[a * k + i] <- values[a * k + i] * norm

        let move (values: float array) (mean: float array) =
            for m in 0 .. values.Length - 1 do
                values[m] <- values[m] + 1e-2 * mean[m]

            unit values

        let start = normals (n * k)
        unit start
        learn program start move stimuli steps

    let private besidePeer repeats name peer n k steps make =
        let stimuli = Circuits.synthetic n 20_000
        let file = Path.GetTempFileName()

        try
            Peers.save file n stimuli
            let ours = make n k stimuli steps

            let measured =
                Timing.interleaved
                    repeats
                    (("Interneuron", ours)
                     :: [ for p in Peers.ofModel peer -> p.Name, (fun () -> p.Learn n k steps file) ])

            printfn "%s, N = %d, K = %d, batches of %d: samples/s, %d interleaved runs on one core" name n k batch repeats
            let mine = measured |> List.head |> snd |> Timing.median

            Timing.table (
                [ "program"; "median"; "least"; "most"; "Interneuron to it" ]
                :: [ for name, values in measured ->
                         [ name
                           Timing.scientific (Timing.median values)
                           Timing.scientific (List.min values)
                           Timing.scientific (List.max values)
                           sprintf "%.2f" (mine / Timing.median values) ] ]
            )
        finally
            File.Delete file

    /// Prints the tables.
    let run (repeats: int) =
        Timing.onOneCore (fun () ->
            besidePeer repeats "principal subspace by similarity matching" "similarity" 8 8 200_000 similarity
            besidePeer repeats "sparse coding" "sparse" 8 8 50_000 sparse)
