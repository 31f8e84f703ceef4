namespace Interneuron.Stimuli

open System
open System.IO
open System.IO.Compression

/// The formats that arrays are written in.
[<RequireQualifiedAccess>]
type internal ArrayFormat =
    | Npy
    | Npz
    | Mat
    | Hdf
    | Parquet
    | Delimited of separator: char

/// From a .npy file to the others.
[<RequireQualifiedAccess>]
module internal ArrayFormat =

    /// The format that a file's name ends with; .npy where it ends with no other.
    let ofName (path: string) : ArrayFormat =
        match (string (Path.GetExtension path)).ToLowerInvariant(), DelimitedFile.separator path with
        | _, Some separator -> ArrayFormat.Delimited separator
        | ".npz", _ -> ArrayFormat.Npz
        | ".mat", _ -> ArrayFormat.Mat
        | ".h5", _
        | ".hdf5", _ -> ArrayFormat.Hdf
        | ".parquet", _ -> ArrayFormat.Parquet
        | _ -> ArrayFormat.Npy

    /// Whether it holds rows and columns only.
    let isTable (format: ArrayFormat) : bool =
        match format with
        | ArrayFormat.Parquet
        | ArrayFormat.Delimited _ -> true
        | _ -> false

    /// Writes the array of `reader`, which reads the .npy file `npy`, in another format. Refusal for more than it can hold.
    let convert (format: ArrayFormat) (path: string) (npy: FileStream) (reader: NpyReader) (target: Stream) : unit =
        let read (block: float[]) = reader.Read(Span block)

        match format with
        | ArrayFormat.Npz ->
            npy.Position <- 0L
            use archive = new ZipArchive(target, ZipArchiveMode.Create, true)
            // What NumPy calls an array without a name.
            use entry = archive.CreateEntry("arr_0.npy", CompressionLevel.NoCompression).Open()
            npy.CopyTo entry
        | ArrayFormat.Mat ->
            let values = Array.zeroCreate<float> reader.Count
            read values |> ignore
            MatFile.write path reader.Shape values target
        | ArrayFormat.Hdf -> HdfFile.write reader.Shape read target
        | ArrayFormat.Parquet -> ParquetFile.write reader.Columns read target
        | ArrayFormat.Delimited separator -> DelimitedFile.write separator reader.Columns read target
        | ArrayFormat.Npy -> npy.CopyTo target
