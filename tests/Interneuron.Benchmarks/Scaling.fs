namespace Interneuron.Benchmarks

open System.IO
open ScottPlot
open Interneuron.Statistics
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

/// Cost of a response against N, with K = 2N interneurons.
module Scaling =
    let private sizes = [ 1; 2; 4; 8; 16; 32; 64 ]

    /// Flops of one Newton step: the inputs and the gradient 4NK, the upper half of the Hessian N(N+1)K, Cholesky N^3/3 and two triangular
    /// solves 2N^2.
    let private flops n =
        let k = 2 * n
        let forming = float (n * (n + 1) * k)
        let factoring = float n ** 3.0 / 3.0
        let rest = float (4 * n * k + 2 * n * n)
        forming, factoring, rest

    let private measure repeats n =
        let k = 2 * n
        let count = max 512 (65536 / (n * n))
        let stimuli = Circuits.synthetic n count
        let circuit = Circuits.start Potentials.powerMixture n k
        let response = Response.solve circuit stimuli
        let evaluations = response.Evaluations |> Array.averageBy float

        let seconds =
            Timing.interleaved repeats [ "", (fun () -> Timing.seconds (fun () -> Response.solve circuit stimuli |> ignore)) ]
            |> List.head
            |> snd
            |> Timing.median

        seconds / float count * 1e6, evaluations

    /// Prints the table and writes the plot.
    let run (repeats: int) (folder: string) =
        printfn "cost of a response against N, K = 2N, power mixture, one core"
        let rows = Timing.onOneCore (fun () -> [ for n in sizes -> n, measure repeats n ])

        Timing.table (
            [ "N"
              "K"
              "us/sample"
              "steps"
              "flops/step"
              "forming H"
              "factoring H"
              "Gflop/s" ]
            :: [ for n, (microseconds, evaluations) in rows ->
                     let forming, factoring, rest = flops n
                     let total = forming + factoring + rest

                     [ string n
                       string (2 * n)
                       sprintf "%.3f" microseconds
                       sprintf "%.2f" evaluations
                       sprintf "%.0f" total
                       sprintf "%.0f %%" (100.0 * forming / total)
                       sprintf "%.0f %%" (100.0 * factoring / total)
                       sprintf "%.2f" (total * evaluations / microseconds / 1e3) ] ]
        )

        let plot = new Plot()

        let line (label: string) values =
            let xs = [| for n in sizes -> log10 (float n) |]
            let scatter = plot.Add.Scatter(xs, values |> List.map log10 |> Array.ofList)
            scatter.LegendText <- label

        line "measured" [ for _, (microseconds, _) in rows -> microseconds ]
        let _, (last, lastEvaluations) = List.last rows

        let work n =
            let forming, factoring, rest = flops n in forming + factoring + rest

        let scale = last / (work (List.last sizes) * lastEvaluations)
        line "flops of the same steps, scaled to N = 64" [ for n, (_, evaluations) in rows -> scale * work n * evaluations ]
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
