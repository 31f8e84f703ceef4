namespace Interneuron.Benchmarks

open System
open System.Threading
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

/// Circuits learned side by side, one a lane, against one after the other.
module Together =
    let private count = 8

    let private lessons n k steps : Lesson list =
        let stimuli = ReadOnlyMemory(Circuits.stimuli n)

        [ for seed in 1..count ->
              { Circuit = Circuits.start Potentials.powerMixture n k
                Settings =
                  { Circuits.settings n steps with
                      Seed = seed }
                Stimuli = stimuli } ]

    let private rate (results: Trained list) =
        (results |> List.sumBy (fun one -> float (one.Steps * one.Settings.Batch)))
        / (results |> List.sumBy _.Seconds)

    let private alone (lessons: Lesson list) () =
        rate [ for one in lessons -> Learner.trainOn one.Settings ignore CancellationToken.None one.Circuit one.Stimuli ]

    let private together lessons () =
        rate (Together.train (fun _ -> ignore) CancellationToken.None lessons)

    /// Prints the table.
    let run (repeats: int) =
        printfn "%d circuits, batches of 10, power mixture: samples/s, %d interleaved runs on one core" count repeats

        let rows =
            Timing.onOneCore (fun () ->
                [ for n, k, steps in [ 1, 1, 100_000; 2, 3, 40_000 ] do
                      let lessons = lessons n k steps

                      match Timing.interleaved repeats [ "alone", alone lessons; "together", together lessons ] with
                      | [ _, alone; _, together ] ->
                          // Runs side by side in time are compared: others use the machine too.
                          let ratios = List.map2 (/) together alone

                          [ $"N = {n}, K = {k}"
                            Timing.scientific (Timing.median alone)
                            Timing.scientific (Timing.median together)
                            sprintf "%.2f" (Timing.median ratios)
                            sprintf "%.2f" (List.min ratios)
                            sprintf "%.2f" (List.max ratios) ]
                      | _ -> () ])

        Timing.table ([ "circuit"; "alone"; "side by side"; "ratio"; "least"; "most" ] :: rows)
