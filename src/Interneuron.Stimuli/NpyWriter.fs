namespace Interneuron.Stimuli

open System
open System.IO
open Interneuron.Statistics
open Interneuron.Core.Files

/// Writes an array some rows at a time, with as many rows as there turn out to be, in the format that its name ends with: .npz, .mat (level
/// 5), .h5, .parquet, .csv, .tsv, and .npy in C order for all others. The file takes its name at `Complete`; disposed before that, it
/// leaves nothing. `rowShape` holds the sides behind the first: none for an array of numbers, N for n x N, A and B for n x A x B. Refusal
/// when the file cannot be written.
[<Sealed>]
type NpyWriter(path: string, rowShape: int list, element: NpyElement) =

    do
        if rowShape.Length > 2 || List.exists (fun side -> side < 1) rowShape then
            invalidArg (nameof rowShape) $"A row has 0 to 2 sides, each at least 1; they were {rowShape}."

    let columns = List.fold (*) 1 rowShape
    let format = ArrayFormat.ofName path

    do
        if rowShape.Length > 1 && ArrayFormat.isTable format then
            FileError.refuse path "would be a table, which has rows and columns; .npy, .npz, .mat and .h5 hold arrays of three dimensions."

    let draft = new FileDraft(path)

    // Other formats are made of the .npy file when it is complete.
    let file =
        match format with
        | ArrayFormat.Npy -> draft.Stream
        | _ -> Files.openTemporary ()

    let mutable rows = 0L
    let buffer = Array.zeroCreate<byte> NpyFile.bufferLength

    let put (bytes: byte[]) count =
        FileError.guarded path "written" (fun () -> file.Write(bytes, 0, count))

    // The number of rows is known at the end, so the header is written twice, with the same length.
    do
        try
            put (NpyHeader.write element (0L :: List.map int64 rowShape)) NpyHeader.writtenLength
        with _ ->
            (draft :> IDisposable).Dispose()
            reraise ()

    /// Appends whole rows. ArgumentException when the number of values is not a multiple of the row's.
    member _.Write(values: ReadOnlySpan<float>) =
        if values.Length % columns <> 0 then
            invalidArg (nameof values) $"A row has {columns} values; {values.Length} values are no whole number of rows."

        let size = NpyNumber.size (NpyNumber.ofElement element)
        let perRound = buffer.Length / size
        let mutable from = 0

        while from < values.Length do
            let count = min perRound (values.Length - from)
            NpyNumber.encode element (values.Slice(from, count)) buffer
            put buffer (count * size)
            from <- from + count

        rows <- rows + int64 (values.Length / columns)

    /// Closes the file and gives it its name.
    member _.Complete() =
        FileError.guarded path "written" (fun () -> file.Position <- 0L)
        put (NpyHeader.write element (rows :: List.map int64 rowShape)) NpyHeader.writtenLength

        match file with
        | :? FileStream as spooled when format <> ArrayFormat.Npy ->
            FileError.guarded path "written" (fun () ->
                spooled.Flush()
                spooled.Position <- 0L
                use reader = new NpyReader(path, spooled)
                ArrayFormat.convert format path spooled reader draft.Stream)
        | _ -> ()

        draft.Complete()

    interface IDisposable with
        /// Gives the file up, unless it is complete.
        member _.Dispose() =
            if format <> ArrayFormat.Npy then
                file.Dispose()

            (draft :> IDisposable).Dispose()
