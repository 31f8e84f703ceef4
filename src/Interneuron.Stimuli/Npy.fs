namespace Interneuron.Stimuli

open System
open Interneuron.Statistics

/// Whole arrays in NumPy's .npy and .npz files. `NpyReader` and `NpyWriter` process them a few rows at a time.
[<RequireQualifiedAccess>]
module Npy =

    let private readAll (reader: NpyReader) =
        let values = Array.zeroCreate<float> reader.Count
        reader.Read(Span values) |> ignore
        values

    /// The shape and the values, in C order, of an array of 1 to 3 dimensions of any kind that `NpyReader` reads. Refusal when the file is
    /// missing, damaged, truncated or holds something else.
    let read (path: string) : int list * float[] =
        use reader = new NpyReader(path)
        reader.Shape, readAll reader

    /// Samples: an array n x N, or n numbers as n x 1. Refusal as `read`, and for an array of three dimensions.
    let readGrid (path: string) =
        use reader = new NpyReader(path)

        reader.RequireSamples()
        Grid(reader.Rows, reader.Columns, readAll reader)

    /// Writes an array of 1 to 3 dimensions with its values in C order as float64, whole or not at all. ArgumentException when the sides
    /// and the number of values disagree, Refusal when the file cannot be written.
    let write (path: string) (shape: int list) (values: float[]) =
        match shape with
        | rows :: rowShape when
            rows > 0
            && List.fold (fun product side -> product * int64 side) 1L shape = values.LongLength
            ->
            use writer = new NpyWriter(path, rowShape, NpyElement.Float64)
            writer.Write(ReadOnlySpan values)
            writer.Complete()
        | _ -> invalidArg (nameof shape) $"The shape {shape} doesn't fit {values.Length} values."

    /// Writes a grid as an array rows x columns of float64, whole or not at all. Refusal when the file cannot be written.
    let writeGrid (path: string) (grid: Grid) =
        use writer = new NpyWriter(path, [ grid.Columns ], NpyElement.Float64)
        writer.Write grid.Values
        writer.Complete()
