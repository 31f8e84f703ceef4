namespace Interneuron.Stimuli

open System
open System.IO
open Interneuron.Statistics
open Interneuron.Core.Files

/// Reads an array of 1 to 3 dimensions from a .npy file, or one in a .npz, HDF5, .mat, Parquet, .csv or .tsv file (named as in
/// stimuli.npz:name; a single one needs no name; of tables columns, as in table.parquet:x,y), some rows at a time, so that the memory
/// needed is that of the rows asked for. Floats of 16, 32 and 64 bits, integers and booleans are read, as doubles. A row is what shares the
/// first index: of an array n x N there are n rows of N columns, of n numbers there are n rows of one column, and of n x A x B there are n
/// rows of A * B columns. Values come in C order whatever the file's order and byte order. Refusal on opening when the file is missing, not
/// such an array, or longer or shorter than its header promises.
[<Sealed>]
type NpyReader internal (path: string, stream: FileStream) =

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

    /// The array that a path names.
    new(path: string) = new NpyReader(path, NpyFile.openRead path)

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
