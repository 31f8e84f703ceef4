namespace Interneuron.Statistics

open System

/// Samples of N numbers each, flat and row-major: sample i is the N numbers from index i N on. Every function of this library that takes a
/// dimension expects this layout, and refuses an empty array, a length that is not a multiple of N, and numbers that are not finite.
[<RequireQualifiedAccess>]
module Samples =
    let private requireFinite name (samples: float[]) =
        let at = Array.FindIndex(samples, (fun x -> not (Double.IsFinite x)))

        if at >= 0 then
            invalidArg name $"the number at index {at} is {samples[at]}; every sample has to be finite"

    /// The number n of samples in a checked array of n x N numbers.
    let count (dimension: int) (samples: float[]) =
        if dimension < 1 then
            invalidArg (nameof dimension) $"the dimension is {dimension}; it has to be at least 1"

        if samples.Length = 0 || samples.Length % dimension <> 0 then
            invalidArg (nameof samples) $"{samples.Length} numbers are not one or more samples of dimension {dimension}"

        requireFinite (nameof samples) samples
        samples.Length / dimension

    /// Column j (n numbers) of n x N samples, 0 <= j < N.
    let column (dimension: int) (j: int) (samples: float[]) =
        let n = count dimension samples

        if j < 0 || j >= dimension then
            invalidArg (nameof j) $"column {j} of samples of dimension {dimension}; the first is 0, the last {dimension - 1}"

        Array.init n (fun i -> samples[i * dimension + j])

    /// n x N samples from N columns of n numbers each.
    let ofColumns (columns: float[][]) =
        if columns.Length = 0 then
            invalidArg (nameof columns) "no columns; there has to be at least one"

        let n = columns[0].Length

        for j, column in Array.indexed columns do
            if column.Length <> n then
                invalidArg (nameof columns) $"column {j} has {column.Length} numbers, column 0 has {n}; all need the same"

        let dimension = columns.Length
        Array.init (n * dimension) (fun k -> columns[k % dimension][k / dimension])

    /// At most `most` of the rows of n x N numbers, evenly spaced, wherever these lie; all of them if there are fewer.
    let evenlyFrom (dimension: int) (most: int) (samples: ReadOnlyMemory<float>) : float[] =
        let n = samples.Length / dimension
        let taken = min most n
        let rows = Array.zeroCreate (dimension * taken)

        for i in 0 .. taken - 1 do
            let from = int (int64 i * int64 n / int64 taken)
            samples.Slice(dimension * from, dimension).CopyTo(Memory(rows, dimension * i, dimension))

        rows

    /// At most `most` samples of n x N, evenly spaced; all of them if there are fewer.
    let evenly (dimension: int) (most: int) (samples: float[]) =
        count dimension samples |> ignore
        evenlyFrom dimension most (ReadOnlyMemory samples)

    /// A sorted copy of n one-dimensional samples.
    let internal sorted (samples: float[]) =
        count 1 samples |> ignore
        let ascending = Array.copy samples
        Array.sortInPlace ascending
        ascending

    /// The dot products of n x N samples with one direction of N numbers: n numbers.
    let internal project (direction: float[]) (samples: float[]) =
        let dimension = direction.Length

        Array.init (samples.Length / dimension) (fun i ->
            let mutable dot = 0.0

            for j in 0 .. dimension - 1 do
                dot <- dot + direction[j] * samples[i * dimension + j]

            dot)
