namespace Interneuron.Benchmarks

open System.IO
open System.Threading
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running

/// Models that are not of ridge form, learning beside the same models written by hand in C++ (peers/).
module Models =
    let private batch = 10

    /// Samples learned in a second, once the code is made.
    let private learn (text: string) (stimuli: float array) steps =
        let model =
            match ModelText.parse text with
            | Ok model -> model
            | Error refusal -> raise refusal

        let instance = Instance.create (Derivation.derive model) model.Sizes
        let start = Simulation.initial instance 1

        let run steps =
            Simulation.run
                { Simulation.defaults with
                    Steps = steps
                    Batch = batch }
                ignore
                CancellationToken.None
                instance
                start
                stimuli

        run 100 |> ignore

        fun () ->
            let mutable missed = 0
            let seconds = Timing.seconds (fun () -> missed <- (run steps).Missed)

            if missed > 0 then
                printfn "  %d responses were not reached" missed

            float (batch * steps) / seconds

    /// y.My - 2 y.Wx: W += a (y x^T - W), M += b (y y^T - M).
    let private similarity n k stimuli steps =
        learn
            $"population pixel a : {n}\npopulation unit k, l : {k}\ninput x[a]\nvariable y[k]\nparameter W[k,a], rate 5e-3\n\
            parameter M[k,l], ascends, rate 2e-2, initial identity\n\
            energy sum(k, sum(l, y[k]*M[k,l]*y[l])) - 2*sum(k, sum(a, y[k]*W[k,a]*x[a]))\nobjective value\n\
            cost sum(k, sum(a, W[k,a]^2)) - sum(k, sum(l, M[k,l]^2))/2"
            stimuli
            steps

    /// |x - D y|^2/2 + lambda |y|_1: D += a (x - D y) y^T, unit columns.
    let private sparse n k stimuli steps =
        learn
            $"population pixel a : {n}\npopulation unit k : {k}\ninput x[a]\nvariable y[k]\nparameter D[a,k] unit columns, rate 1e-2\n\
            constant lambda = 0.3\n\
            energy sum(a, (x[a] - sum(k, D[a,k]*y[k]))^2)/2 + lambda*sum(k, abs(y[k]))\nobjective value"
            stimuli
            steps

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
