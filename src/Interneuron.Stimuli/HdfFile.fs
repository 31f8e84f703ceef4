namespace Interneuron.Stimuli

open System
open System.IO
open System.Text
open PureHDF
open PureHDF.Selections
open Interneuron.Core.Files

/// HDF5 files, and MATLAB's 7.3, which are HDF5 with the sides of arrays in the opposite order.
module internal HdfFile =

    let private format = "HDF5"

    let private signature =
        [| 0x89uy; byte 'H'; byte 'D'; byte 'F'; 0x0Duy; 0x0Auy; 0x1Auy; 0x0Auy |]

    // Files of MATLAB begin with a block of its own.
    let private userBlock = 512

    let isOne (head: ReadOnlySpan<byte>) =
        head.StartsWith(ReadOnlySpan signature)
        || (head.Length > userBlock
            && head.Slice(userBlock).StartsWith(ReadOnlySpan signature))

    let private isMatlab (head: ReadOnlySpan<byte>) =
        head.StartsWith(ReadOnlySpan "MATLAB 7.3"B)

    /// The bytes that tell what a file is.
    let headLength = userBlock + signature.Length

    // Values read at a time: four megabytes.
    let private blockLength = 1 <<< 19

    // The numbers of a dataset; None where it holds something else.
    let private numberOf (kind: IH5DataType) : NpyNumber option =
        match kind.Class, kind.Size with
        | H5DataTypeClass.FloatingPoint, (2 | 4 | 8 as size) -> Some(NpyNumber.Float size)
        | H5DataTypeClass.FixedPoint, (1 | 2 | 4 | 8 as size) ->
            Some(
                if kind.FixedPoint.IsSigned then
                    NpyNumber.Signed size
                else
                    NpyNumber.Unsigned size
            )
        // Booleans of h5py are names for 0 and 1.
        | H5DataTypeClass.Enumerated, 1 -> Some(NpyNumber.Unsigned 1)
        | _ -> None

    // The library gives bytes as they lie in the file, and words only where their high byte comes last; it tells the order in no other way.
    let private isBigEndian (dataset: IH5Dataset) (number: NpyNumber) : bool =
        let sides = dataset.Space.Dimensions

        let first =
            HyperslabSelection(sides.Length, Array.map (fun _ -> 0UL) sides, Array.map (fun _ -> 1UL) sides)

        try
            match NpyNumber.size number with
            | _ when Array.contains 0UL sides -> ()
            | 2 -> dataset.Read<int16[]>(first) |> ignore
            | 4 -> dataset.Read<int[]>(first) |> ignore
            | 8 -> dataset.Read<int64[]>(first) |> ignore
            | _ -> ()

            false
        with error when error.Message.StartsWith("Byte order", StringComparison.Ordinal) ->
            true

    let private other (kind: IH5DataType) =
        match kind.Class with
        | H5DataTypeClass.String
        | H5DataTypeClass.VariableLength -> "text"
        | H5DataTypeClass.Compound -> "records of several fields"
        | H5DataTypeClass.Reference -> "references"
        | kind -> $"values of the kind {kind}"

    let private unpack (dataset: IH5Dataset) isReversed (number: NpyNumber) (target: Stream) =
        let isBigEndian = isBigEndian dataset number
        let sides = dataset.Space.Dimensions
        let shape = [ for side in sides -> int64 side ]

        let shape =
            match isReversed, List.rev shape with
            | true, ([ 1L; count ] | [ count; 1L ]) -> [ count ]
            | true, reversed -> reversed
            | false, _ -> shape

        target.Write(NpyHeader.writeAs "<f8" isReversed shape)
        let behind = Array.fold (fun product side -> product * int side) 1 sides[1..]
        let rowsAtOnce = uint64 (max 1 (blockLength / max 1 behind))
        let mutable first = 0UL

        while first < sides[0] do
            let count = min rowsAtOnce (sides[0] - first)
            let starts = Array.init sides.Length (fun axis -> if axis = 0 then first else 0UL)

            let counts =
                Array.init sides.Length (fun axis -> if axis = 0 then count else sides[axis])

            let bytes = dataset.Read<byte[]>(HyperslabSelection(sides.Length, starts, counts))

            let values = Array.zeroCreate<float>(bytes.Length / NpyNumber.size number)
            NpyNumber.decode number isBigEndian bytes (Span values)
            StoredArray.put target (ReadOnlySpan values)
            first <- first + count

    /// The datasets of a file, by their paths; it stays open as long as they are used.
    let arrays (path: string) (file: FileStream) (head: byte[]) : StoredArray list =
        let isMatlab = isMatlab (ReadOnlySpan head)

        StoredArray.reading path format (fun () ->
            file.Position <- 0L
            let hdf = H5File.Open(file, true)

            let rec within (prefix: string) (group: IH5Group) =
                [ for child in group.Children() do
                      let name = $"{prefix}/{child.Name}"

                      match child with
                      // What MATLAB keeps there belongs to cells and structs.
                      | :? IH5Group when isMatlab && child.Name.StartsWith '#' -> ()
                      | :? IH5Group as inner -> yield! within name inner
                      | :? IH5Dataset as dataset ->
                          let sides = [ for side in dataset.Space.Dimensions -> int64 side ]

                          let isText =
                              isMatlab
                              && dataset.AttributeExists "MATLAB_class"
                              && dataset.Attribute("MATLAB_class").Read<string>() = "char"

                          let holds, number =
                              match numberOf dataset.Type with
                              | _ when isText -> "text", None
                              | None -> other dataset.Type, None
                              | _ when sides.IsEmpty -> "a single number", None
                              | _ when sides.Length > 3 -> $"an array of {sides.Length} dimensions", None
                              | number -> StoredArray.sides (if isMatlab then List.rev sides else sides), number

                          { Name = name
                            Holds = holds
                            Unpack =
                              number
                              |> Option.map (fun number target ->
                                  StoredArray.reading path format (fun () -> unpack dataset isMatlab number target)) }
                      | _ -> () ]

            within "" hdf)

    /// Writes an array as the dataset /data, in doubles; `read` gives the next values until there are none.
    let write (shape: int list) (read: float[] -> int) (file: Stream) =
        let sides = [| for side in shape -> uint64 side |]
        let behind = List.fold (*) 1 (List.tail shape)
        let dataset = H5Dataset<float[]>(sides)
        let hdf = H5File()
        hdf["data"] <- dataset
        use writer = hdf.BeginWrite file
        let block = Array.zeroCreate<float>(max 1 (blockLength / behind) * behind)
        let mutable first = 0UL
        let mutable rows = read block

        while rows > 0 do
            let starts = Array.init sides.Length (fun axis -> if axis = 0 then first else 0UL)

            let counts =
                Array.init sides.Length (fun axis -> if axis = 0 then uint64 rows else sides[axis])

            let values =
                if rows * behind = block.Length then
                    block
                else
                    block[.. rows * behind - 1]

            writer.Write(dataset, values, fileSelection = HyperslabSelection(sides.Length, starts, counts))
            first <- first + uint64 rows
            rows <- read block
