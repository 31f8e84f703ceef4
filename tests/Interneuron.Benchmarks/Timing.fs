namespace Interneuron.Benchmarks

open System
open System.Diagnostics

/// Measuring on a machine that others use too: everything is repeated in turn, medians are compared, and only ratios are quoted.
module Timing =
    let median (values: float list) =
        let sorted = List.sort values
        let n = sorted.Length
        0.5 * (sorted[(n - 1) / 2] + sorted[n / 2])

    /// The seconds that an action takes.
    let seconds (action: unit -> unit) =
        let clock = Stopwatch.StartNew()
        action ()
        clock.Elapsed.TotalSeconds

    /// Runs the named measurements in turn, `repeats` times, and gives each one's results in order. A first round warms up and is not
    /// counted.
    let interleaved (repeats: int) (measurements: (string * (unit -> float)) list) : (string * float list) list =
        for _, measure in measurements do
            measure () |> ignore

        let rounds =
            [ for _ in 1..repeats -> [ for _, measure in measurements -> measure () ] ]

        measurements
        |> List.mapi (fun i (name, _) -> name, rounds |> List.map (List.item i))

    /// Keeps this process, and the processes it starts, on one core while the action runs.
    let onOneCore (action: unit -> 'T) : 'T =
        let self = Process.GetCurrentProcess()

        if OperatingSystem.IsLinux() || OperatingSystem.IsWindows() then
            let before = self.ProcessorAffinity
            self.ProcessorAffinity <- nativeint (1 <<< (Environment.ProcessorCount - 1))

            try
                action ()
            finally
                self.ProcessorAffinity <- before
        else
            action ()

    /// 1.23e+07
    let scientific (value: float) =
        value.ToString("0.00e+00", Globalization.CultureInfo.InvariantCulture)

    /// A table with its columns aligned, the first to the left and the others to the right.
    let table (rows: string list list) =
        let widths = List.transpose rows |> List.map (List.map String.length >> List.max)

        for row in rows do
            List.zip row widths
            |> List.mapi (fun i (cell, width) -> if i = 0 then cell.PadRight width else cell.PadLeft width)
            |> String.concat "  "
            |> printfn "  %s"

        printfn ""
