namespace Interneuron.Benchmarks

open System
open System.Diagnostics
open System.IO
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Stimuli

/// Memory: responses to ten million stimuli from file to file.
module Streaming =
    let private rows = 10_000_000
    let private block = 65_536

    /// Prints the largest managed heap seen.
    let run () =
        let folder = Directory.CreateTempSubdirectory "interneuron-bench"

        try
            let input = Path.Combine(folder.FullName, "s.npy")
            let output = Path.Combine(folder.FullName, "r.npy")
            let stimuli = Circuits.single.Value

            (use writer = new NpyWriter(input, [], NpyElement.Float64)
             let mutable written = 0

             while written < rows do
                 let count = min stimuli.Length (rows - written)
                 writer.Write(ReadOnlySpan(stimuli, 0, count))
                 written <- written + count

             writer.Complete())

            let circuit = Circuits.start Potentials.powerMixture 1 1
            GC.Collect()
            let mutable most = 0L
            let clock = Stopwatch.StartNew()

            (use reader = new NpyReader(input)
             use writer = new NpyWriter(output, [], NpyElement.Float64)
             let buffer = Array.zeroCreate block
             let mutable read = reader.Read(Span buffer)

             while read > 0 do
                 let response = Response.solve circuit buffer[.. read - 1]
                 writer.Write(ReadOnlySpan response.R)
                 most <- max most (GC.GetTotalMemory false)
                 read <- reader.Read(Span buffer)

             writer.Complete())

            printfn
                "responses to %d stimuli from file to file: %.1f s, managed memory at most %.0f MB\n"
                rows
                clock.Elapsed.TotalSeconds
                (float most / 1e6)
        finally
            folder.Delete true
