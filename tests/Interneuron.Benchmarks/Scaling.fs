namespace Interneuron.Benchmarks

open System.IO
open ScottPlot
open Interneuron.Statistics
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

/// Cost of a response against N, with K = 2N interneurons.
module Scaling =
    let private sizes = [ 1; 2; 4; 8; 16; 32; 64 ]

    /// Multiply-adds of one evaluation of the gradient, and of one Newton step: the inputs and the gradient 2NK; the lower half of the
    /// Hessian N(N+1)K/2, Cholesky N^3/6 and two triangular solves N^2.
    let private evaluating n = float (4 * n * n)

    let private stepping n =
        let k = 2 * n
        float (n * (n + 1) * k) / 2.0, float n ** 3.0 / 6.0 + float (n * n)

    /// The circuit and the stimuli in the layout of the peer.
    let private save (file: string) (circuit: Circuit) (stimuli: float array) =
        use writer = new BinaryWriter(File.Create file)

        for values in [ circuit.Gains; Array.concat circuit.Theta; Array.concat circuit.W; stimuli ] do
            for value in values do
                writer.Write value

    type private Row =
        { N: int
          Microseconds: float
          Evaluations: float
          Peer: (string * float) option
          MultiplyAdds: float
          Powers: float }

    /// Ours, the peer's and the loops' in turn.
    let private measure (peers: Peer list) repeats n =
        let k = 2 * n
        let count = max 512 (65536 / (n * n))
        let stimuli = Circuits.synthetic n count
        let circuit = Circuits.start Potentials.powerMixture n k
        let response = Response.solve circuit stimuli
        let file = Path.GetTempFileName()

        try
            save file circuit stimuli

            let measured =
                Timing.interleaved
                    repeats
                    ([ "", (fun () -> Timing.seconds (fun () -> Response.solve circuit stimuli |> ignore))
                       "multiply-adds", Throughput.MultiplyAdds
                       "powers", Throughput.Powers ]
                     @ [ for peer in peers -> peer.Name, (fun () -> peer.Learn n k count file) ])

            let best =
                measured |> List.map (fun (name, values) -> name, List.max values) |> Map.ofList

            { N = n
              Microseconds = (measured |> List.head |> snd |> List.min) / float count * 1e6
              Evaluations = response.Evaluations |> Array.averageBy float
              Peer =
                peers
                |> List.tryHead
                |> Option.map (fun peer -> peer.Name, 1e6 / best[peer.Name])
              MultiplyAdds = 8.0 * best["multiply-adds"]
              Powers = 8.0 * best["powers"] }
        finally
            File.Delete file

    /// Prints the table and writes the plot.
    let run (repeats: int) (folder: string) =
        printfn "cost of a response against N, K = 2N, power mixture, one core, the best of %d interleaved runs" repeats
        let peers = Peers.ofModel "many"

        let rows =
            Timing.onOneCore (fun () -> [ for n in sizes -> measure peers repeats n ])

        // What the core can do does not depend on N; the best of all runs is nearest to it.
        let mostAdds = rows |> List.map _.MultiplyAdds |> List.max
        let mostPowers = rows |> List.map _.Powers |> List.max

        Timing.table (
            [ "N"
              "K"
              "us/sample"
              "Eigen, us"
              "to Eigen"
              "evaluations"
              "forming H"
              "factoring H"
              "G multiply-adds/s"
              "of the most"
              "G powers/s"
              "of the most"
              "of both" ]
            :: [ for row in rows do
                     let n = row.N
                     let forming, factoring = stepping n
                     // The last evaluation of a sample is followed by no step.
                     let steps = row.Evaluations - 1.0
                     let total = row.Evaluations * evaluating n + steps * (forming + factoring)
                     let adds = total / row.Microseconds / 1e3
                     let powers = row.Evaluations * float (2 * n) / row.Microseconds / 1e3
                     let share value = sprintf "%.0f %%" (100.0 * value)

                     [ string n
                       string (2 * n)
                       sprintf "%.3f" row.Microseconds
                       (match row.Peer with
                        | Some(_, microseconds) -> sprintf "%.3f" microseconds
                        | None -> "-")
                       (match row.Peer with
                        | Some(_, microseconds) -> sprintf "%.1f" (microseconds / row.Microseconds)
                        | None -> "-")
                       sprintf "%.2f" row.Evaluations
                       share (steps * forming / total)
                       share (steps * factoring / total)
                       sprintf "%.2f" adds
                       share (adds / mostAdds)
                       sprintf "%.3f" powers
                       share (powers / mostPowers)
                       share (adds / mostAdds + powers / mostPowers) ] ]
        )

        let plot = new Plot()

        let line (label: string) values =
            let xs = [| for n in sizes -> log10 (float n) |]
            let scatter = plot.Add.Scatter(xs, values |> List.map log10 |> Array.ofList)
            scatter.LegendText <- label

        line "measured" [ for row in rows -> row.Microseconds ]

        let work row =
            let forming, factoring = stepping row.N

            row.Evaluations * evaluating row.N
            + (row.Evaluations - 1.0) * (forming + factoring)

        let last = List.last rows
        let scale = last.Microseconds / work last
        line "multiply-adds of the same steps, scaled to N = 64" [ for row in rows -> scale * work row ]
        let decades = TickGenerators.NumericManual()

        for e in -3 .. 4 do
            decades.AddMajor(float e, $"1e{e}")

        plot.Axes.Left.TickGenerator <- decades
        let names = TickGenerators.NumericManual()

        for n in sizes do
            names.AddMajor(log10 (float n), string n)

        plot.Axes.Bottom.TickGenerator <- names
        plot.XLabel "N, primary neurons (K = 2N interneurons)"
        plot.YLabel "microseconds a sample"
        plot.ShowLegend Alignment.UpperLeft |> ignore
        Directory.CreateDirectory folder |> ignore
        let file = Path.Combine(folder, "cost-against-n.png")
        plot.SavePng(file, 900, 600) |> ignore
        printfn "  wrote %s\n" file
