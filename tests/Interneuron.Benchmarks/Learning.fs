namespace Interneuron.Benchmarks

open System
open System.IO
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

/// Online learning beside the hand-written peers, and with potentials that the library does not know.
module Learning =
    let private ratio (values: (string * float list) list) (ours: string) =
        match values |> List.filter (fun (name, _) -> name <> ours) with
        | [] -> None
        | peers -> Some(peers |> List.map (snd >> Timing.median) |> List.max)

    let private besidePeers (peers: Peer list) repeats n k steps =
        let file = Path.GetTempFileName()

        try
            Peers.save file n (Circuits.stimuli n)
            let ours = "Interneuron"

            let measured =
                Timing.interleaved
                    repeats
                    ((ours, Circuits.learn Potentials.powerMixture n k steps)
                     :: [ for p in peers -> p.Name, (fun () -> p.Learn n k steps file) ])

            printfn
                "N = %d, K = %d, batches of 10, power mixture, learning %s: samples/s, %d interleaved runs on one core"
                n
                k
                (if n = 1 then "g, theta" else "g, theta, W")
                repeats

            let worst =
                Learner.largestResidual (Circuits.settings n steps) 2_000 (Circuits.start Potentials.powerMixture n k) (Circuits.stimuli n)

            printfn "  |s - grad phi(r)| of the responses learned from, evaluated apart over 2,000 steps: at most %.1e" worst
            let best = ratio measured ours

            Timing.table (
                [ "program"; "median"; "least"; "most"; "to the faster peer" ]
                :: [ for name, values in measured ->
                         [ name
                           Timing.scientific (Timing.median values)
                           Timing.scientific (List.min values)
                           Timing.scientific (List.max values)
                           (match best with
                            | Some best -> sprintf "%.2f" (Timing.median values / best)
                            | None -> "-") ] ]
            )
        finally
            File.Delete file

    let private written repeats steps =
        let potentials = Potentials.powerMixture :: Circuits.written

        let measured =
            Timing.interleaved repeats [ for p in potentials -> p.Name, Circuits.learn p 1 1 steps ]

        let reference = measured |> List.head |> snd |> Timing.median
        printfn "N = 1, K = 1, potentials written in the benchmark: samples/s"

        Timing.table (
            [ "potential"; "median"; "to the power mixture" ]
            :: [ for name, values in measured ->
                     [ name
                       Timing.scientific (Timing.median values)
                       sprintf "%.2f" (Timing.median values / reference) ] ]
        )

    /// Prints the tables.
    let run (peers: Peer list) (repeats: int) =
        Timing.onOneCore (fun () ->
            besidePeers peers repeats 1 1 300_000
            besidePeers peers repeats 2 3 100_000
            written repeats 200_000)
