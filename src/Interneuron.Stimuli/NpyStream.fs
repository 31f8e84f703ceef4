namespace Interneuron.Stimuli

open System
open System.IO
open Interneuron.Statistics
open Interneuron.Core.Files

/// Reads an array of 1 to 3 dimensions from a .npy file, or a member of a .npz file (named as in stimuli.npz:name; a single one needs no
/// name), some rows at a time, so that the memory needed is that of the rows asked for. Floats of 16, 32 and 64 bits, integers and booleans
/// are read, as doubles. A row is what shares the first index: of an array n x N there are n rows of N columns, of n numbers there are n
/// rows of one column, and of n x A x B there are n rows of A * B columns. Values come in C order whatever the file's order and byte order.
/// Refusal on opening when the file is missing, not such an array, or longer or shorter than its header promises.
[<Sealed>]
type NpyReader(path: string) =

    let stream = NpyFile.openRead path

    let header =
        try
            FileError.guarded path "read" (fun () ->
                let header = NpyHeader.read path stream
                NpyHeader.requireLength path header stream.Length
                header)
        with _ ->
            stream.Dispose()
            reraise ()

    let size = NpyNumber.size header.Number
    let rows = header.Shape.Head
    let rowShape = header.Shape.Tail
    let columns = List.fold (*) 1 rowShape

    // A column of the file's own counting, which in Fortran order runs over the indices of a row first index first.
    let fortranColumn column =
        match rowShape with
        | [ a; b ] -> column / b + a * (column % b)
        | _ -> column

    let mutable position = 0
    let buffer = Array.zeroCreate<byte> NpyFile.bufferLength
    // The numbers of `buffer`, on their way from a column of a file in Fortran order.
    let mutable run = Array.empty<float>

    let readNumbers (destination: Span<float>) =
        let perRound = buffer.Length / size
        let mutable from = 0

        while from < destination.Length do
            let count = min perRound (destination.Length - from)
            stream.ReadExactly(buffer, 0, count * size)
            NpyNumber.decode header.Number header.IsBigEndian buffer (destination.Slice(from, count))
            from <- from + count

    let readFortran count (destination: Span<float>) =
        if run.Length = 0 then
            run <- Array.zeroCreate (min rows (buffer.Length / size))

        for column in 0 .. columns - 1 do
            let first = int64 (fortranColumn column) * int64 rows + int64 position
            stream.Position <- header.DataStart + first * int64 size
            let mutable from = 0

            while from < count do
                let part = Span(run, 0, min run.Length (count - from))
                readNumbers part

                for row in 0 .. part.Length - 1 do
                    destination[(from + row) * columns + column] <- part[row]

                from <- from + part.Length

    /// The sides of the array: 1 to 3 of them, none zero.
    member _.Shape = header.Shape

    /// The number of rows, the first side.
    member _.Rows = rows

    /// The number of values in a row, the product of the other sides.
    member _.Columns = columns

    /// Reads the next rows into a buffer, row after row, and returns how many they are: all that fit and are left, 0 at the end.
    /// ArgumentException when the buffer doesn't hold a single row.
    member _.Read(destination: Span<float>) : int =
        let count = min (destination.Length / columns) (rows - position)

        if destination.Length < columns then
            invalidArg (nameof destination) $"A row has {columns} values; the buffer holds {destination.Length}."
        // A span cannot be captured, so failures are told here and not through FileError.guarded.
        try
            if header.IsFortranOrder && columns > 1 then
                readFortran count destination
            else
                readNumbers (destination.Slice(0, count * columns))
        with :? IOException as error ->
            raise (Refusal($"{path}: cannot be read: {error.Message}", error))

        position <- position + count
        count

    // Refuses what is no array of samples.
    member internal _.RequireSamples() =
        if rowShape.Length > 1 then
            FileError.refuse path "has three dimensions; samples are an array n x N, or n numbers."

    // The number of values, where a grid or an array holds so many; Refusal otherwise.
    member internal _.Count =
        if int64 rows * int64 columns > int64 Array.MaxLength then
            FileError.refuse path $"holds {rows} x {columns} values; at most {Array.MaxLength} are read as a whole."

        rows * columns

    // Where in the file its doubles lie as the machine holds them in C order; None where they have to be made from what is there.
    member internal _.PlainStart =
        let isPlain =
            header.Number = NpyNumber.Float 8
            && header.IsBigEndian <> BitConverter.IsLittleEndian
            && not (header.IsFortranOrder && columns > 1 && rows > 1)
            && header.DataStart % 8L = 0L

        if isPlain then Some header.DataStart else None

    // The file, of which the reader stays the owner.
    member internal _.Stream = stream

    interface IDisposable with
        /// Closes the file.
        member _.Dispose() = stream.Dispose()

/// Writes a .npy file in C order some rows at a time, with as many rows as there turn out to be. The file takes its name at `Complete`;
/// disposed before that, it leaves nothing. `rowShape` holds the sides behind the first: none for an array of numbers, N for n x N, A and B
/// for n x A x B. Refusal when the file cannot be written.
[<Sealed>]
type NpyWriter(path: string, rowShape: int list, element: NpyElement) =

    do
        if rowShape.Length > 2 || List.exists (fun side -> side < 1) rowShape then
            invalidArg (nameof rowShape) $"A row has 0 to 2 sides, each at least 1; they were {rowShape}."

    let columns = List.fold (*) 1 rowShape
    let draft = new FileDraft(path)
    let mutable rows = 0L
    let buffer = Array.zeroCreate<byte> NpyFile.bufferLength

    let put (bytes: byte[]) count =
        FileError.guarded path "written" (fun () -> draft.Stream.Write(bytes, 0, count))

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
        FileError.guarded path "written" (fun () -> draft.Stream.Position <- 0L)
        put (NpyHeader.write element (rows :: List.map int64 rowShape)) NpyHeader.writtenLength
        draft.Complete()

    interface IDisposable with
        /// Gives the file up, unless it is complete.
        member _.Dispose() = (draft :> IDisposable).Dispose()
