namespace Interneuron.Stimuli

#nowarn "9" // The pointer is that of the mapped file, which stays mapped until `Dispose`.

open System
open System.Buffers
open System.IO
open System.IO.MemoryMappedFiles
open Microsoft.FSharp.NativeInterop
open Interneuron.Statistics
open Interneuron.Core.Files

// The doubles of a file from `start` on as memory, read by the system where they are asked for.
[<Sealed>]
type internal MappedValues(file: FileStream, start: int64, count: int) =
    inherit MemoryManager<float>()

    let map =
        MemoryMappedFile.CreateFromFile(file, null, 0L, MemoryMappedFileAccess.Read, HandleInheritability.None, true)

    let view = map.CreateViewAccessor(0L, 0L, MemoryMappedFileAccess.Read)
    let mutable first = NativePtr.ofNativeInt<byte> 0n

    do
        view.SafeMemoryMappedViewHandle.AcquirePointer &first
        first <- NativePtr.add first (int view.PointerOffset)

    member private _.At(index: int) =
        NativePtr.toVoidPtr (NativePtr.ofNativeInt<byte>(NativePtr.toNativeInt first + nativeint (start + 8L * int64 index)))

    override this.GetSpan() = Span<float>(this.At 0, count)

    override this.Pin(index) = new MemoryHandle(this.At index)

    override _.Unpin() = ()

    override _.Dispose(isDisposing: bool) =
        if isDisposing then
            view.SafeMemoryMappedViewHandle.ReleasePointer()
            view.Dispose()
            map.Dispose()

/// Samples in a .npy or .npz file (n x N, or n numbers) as a grid that lies in the file and not in memory, however many they are: what is
/// read of it the system keeps as long as there is room. Samples that are not little-endian doubles in C order, or that are to be
/// standardised, are first written so into a temporary file. The grid lasts until `Dispose`, and the file should not be written to as long.
/// Refusal as `NpyReader`, and for an array of three dimensions.
[<Sealed>]
type NpyMap(path: string, standardisation: Standardisation option) =

    // Rows pass through memory in blocks of about half a megabyte.
    let spool (reader: NpyReader) : FileStream =
        let file = Files.openTemporary ()

        try
            FileError.guarded path "unpacked" (fun () ->
                let block =
                    Array.zeroCreate<float>(max 1 (NpyFile.bufferLength / reader.Columns) * reader.Columns)

                let bytes = Array.zeroCreate<byte>(8 * block.Length)
                let mutable rows = reader.Read(Span block)

                while rows > 0 do
                    let values = Span(block, 0, rows * reader.Columns)

                    match standardisation with
                    | Some map -> Standardisation.apply map values
                    | None -> ()

                    NpyNumber.encode NpyElement.Float64 (Span.op_Implicit values) bytes
                    file.Write(bytes, 0, 8 * values.Length)
                    rows <- reader.Read(Span block)

                file.Flush())

            file
        with _ ->
            file.Dispose()
            reraise ()

    let reader = new NpyReader(path)

    let file, start, rows, columns =
        try
            reader.RequireSamples()
            reader.Count |> ignore

            match reader.PlainStart, standardisation with
            | Some start, None -> reader.Stream, start, reader.Rows, reader.Columns
            | _ ->
                let file = spool reader
                (reader :> IDisposable).Dispose()
                file, 0L, reader.Rows, reader.Columns
        with _ ->
            (reader :> IDisposable).Dispose()
            reraise ()

    let values = new MappedValues(file, start, rows * columns)

    /// The samples, one a row.
    member _.Grid =
        let read: ReadOnlyMemory<float> = Memory.op_Implicit values.Memory
        Grid(rows, columns, read)

    interface IDisposable with
        /// Closes the file, and with it the grid.
        member _.Dispose() =
            (values :> IDisposable).Dispose()
            file.Dispose()
