namespace Interneuron.Benchmarks

open Interneuron.Core.Transport
open Interneuron.Core.Circuits

/// Responses to many stimuli at once, on one core and on all.
module Responding =
    // The authors' response() loop in NumPy, as measured where the peers were: samples a second.
    let private authors = [ 1, 1.1e4; 2, 3e3 ]

    let private samples = 262_144

    let private circuit n =
        let k = if n = 1 then 1 else 3
        Circuits.start Potentials.powerMixture n k, k

    let private rate n () =
        let circuit, _ = circuit n

        let stimuli =
            Array.init (samples * n) (fun i -> let s = Circuits.stimuli n in s[i % s.Length])

        float samples
        / Timing.seconds (fun () -> Response.solve circuit stimuli |> ignore)

    /// Prints the table.
    let run (repeats: int) =
        printfn "responses to %d stimuli: samples/s" samples

        let rows =
            [ for n, reference in authors do
                  let one =
                      Timing.onOneCore (fun () -> Timing.interleaved repeats [ "one", rate n ])
                      |> List.head
                      |> snd
                      |> Timing.median

                  let all =
                      Timing.interleaved repeats [ "all", rate n ]
                      |> List.head
                      |> snd
                      |> Timing.median

                  let _, k = circuit n

                  [ $"N = {n}, K = {k}"
                    Timing.scientific one
                    sprintf "%.0f" (one / reference)
                    Timing.scientific all
                    sprintf "%.2f" (all / one) ] ]

        Timing.table (
            [ "circuit"
              "one core"
              "to the authors' loop"
              $"{System.Environment.ProcessorCount} cores"
              "to one core" ]
            :: rows
        )
