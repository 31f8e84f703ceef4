namespace Interneuron.Stimuli

open System
open System.Buffers.Binary
open System.Globalization
open System.IO
open System.Runtime.InteropServices
open System.Text
open System.Text.RegularExpressions

/// The kinds of number that are written to .npy files, and read from them.
[<RequireQualifiedAccess>]
type NpyElement =
    /// IEEE single precision, 4 bytes; values are rounded to the nearest, beyond 3.4e38 to infinity.
    | Float32
    /// IEEE double precision, 8 bytes.
    | Float64

// What a .npy header says, and where the numbers start.
type internal NpyHeader =
    { Element: NpyElement
      IsBigEndian: bool
      IsFortranOrder: bool
      Shape: int list
      DataStart: int64 }

/// The NumPy array file format, versions 1.0, 2.0 and 3.0 (numpy.lib.format, NEP 1).
module internal NpyFormat =

    let elementSize element =
        match element with
        | NpyElement.Float32 -> 4
        | NpyElement.Float64 -> 8

    let private magic = [| 0x93uy; byte 'N'; byte 'U'; byte 'M'; byte 'P'; byte 'Y' |]

    let private entry =
        """\s*(?:'(?<key>\w+)'|"(?<key>\w+)")\s*:\s*(?<value>'[^']*'|"[^"]*"|True|False|\([\d\s,]*\)|\[.*\])\s*"""

    let private dictionary =
        Regex($@"^\s*\{{{entry}(?:,{entry})*,?\s*\}}\s*$", RegexOptions.Compiled)

    let private element path (descr: string) =
        match descr.Trim('\'', '"') with
        | "<f8" -> NpyElement.Float64, false
        | ">f8" -> NpyElement.Float64, true
        | "<f4" -> NpyElement.Float32, false
        | ">f4" -> NpyElement.Float32, true
        | "|O" -> FileError.refuse path "holds Python objects; arrays of float32 or float64 are read."
        | other ->
            FileError.refuse path $"holds numbers of the NumPy type {other}; float32 and float64 are read (in NumPy: a.astype(float))."

    let private shape path (tuple: string) =
        let sides =
            tuple.Trim('(', ')').Split(',', StringSplitOptions.TrimEntries ||| StringSplitOptions.RemoveEmptyEntries)
            |> Array.map (fun side ->
                match Int32.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture) with
                | true, side -> side
                | _ -> FileError.refuse path $"has the shape {tuple}; a side is a number below 2^31.")
            |> List.ofArray

        if sides.Length < 1 || sides.Length > 3 then
            FileError.refuse path $"has the shape {tuple}; arrays of 1 to 3 dimensions are read."

        if List.contains 0 sides then
            FileError.refuse path $"has the shape {tuple}: there are no values in it."

        sides

    let private parse path dataStart (text: string) =
        let matched = dictionary.Match text
        let keys = [ for capture in matched.Groups["key"].Captures -> capture.Value ]
        let values = [ for capture in matched.Groups["value"].Captures -> capture.Value ]

        if not matched.Success || List.sort keys <> [ "descr"; "fortran_order"; "shape" ] then
            FileError.refuse path $"has a damaged .npy header: {text.Trim()}; it names descr, fortran_order and shape."

        let entries = List.zip keys values |> Map.ofList
        let element, isBigEndian = element path entries["descr"]

        let isFortranOrder =
            match entries["fortran_order"] with
            | "True" -> true
            | "False" -> false
            | other -> FileError.refuse path $"has fortran_order {other} in its header; it is True or False."

        { Element = element
          IsBigEndian = isBigEndian
          IsFortranOrder = isFortranOrder
          Shape = shape path entries["shape"]
          DataStart = dataStart }

    // The length field of version 2.0 allows 4 GiB; NumPy refuses headers beyond 10,000 characters unless told otherwise.
    let private longestHeader = 65535L

    /// Reads the header; the stream then stands at the first number.
    let readHeader path (stream: Stream) =
        let take count =
            let bytes = Array.zeroCreate<byte> count

            if stream.ReadAtLeast(Span bytes, count, false) < count then
                FileError.refuse path "is truncated within its .npy header."

            bytes

        let head = Array.zeroCreate<byte> 8
        let length = stream.ReadAtLeast(Span head, head.Length, false)

        if length = 0 then
            FileError.refuse path "is empty."

        if length < 8 || not (head.AsSpan().StartsWith(ReadOnlySpan magic)) then
            FileError.refuse path "is not a NumPy .npy file."

        let headerLength, fieldLength =
            match int head[6], int head[7] with
            | 1, 0 -> int64 (BinaryPrimitives.ReadUInt16LittleEndian(ReadOnlySpan(take 2))), 2
            | (2 | 3), 0 -> int64 (BinaryPrimitives.ReadUInt32LittleEndian(ReadOnlySpan(take 4))), 4
            | major, minor -> FileError.refuse path $"is a .npy file of version {major}.{minor}; versions 1.0, 2.0 and 3.0 are read."

        if headerLength > longestHeader then
            FileError.refuse path $"has a .npy header of {headerLength} bytes; at most {longestHeader} are read."

        let text = Encoding.UTF8.GetString(take (int headerLength))
        parse path (int64 (head.Length + fieldLength) + headerLength) text

    /// The length of the headers written here: enough for three sides of any size, and a multiple of 64 as NumPy aligns them.
    let writtenHeaderLength = 128

    /// The header, version 1.0, of an array in C order.
    let header element (shape: int64 list) =
        let descr =
            match element with
            | NpyElement.Float32 -> "<f4"
            | NpyElement.Float64 -> "<f8"
        // A tuple of one number needs the comma.
        let sides = shape |> List.map string |> String.concat ", "
        let tuple = if shape.Length = 1 then $"({sides},)" else $"({sides})"
        let text = $"{{'descr': '{descr}', 'fortran_order': False, 'shape': {tuple}, }}"
        let field = writtenHeaderLength - magic.Length - 4
        let padded = Encoding.ASCII.GetBytes(text.PadRight(field - 1) + "\n")
        Array.concat [ magic; [| 1uy; 0uy; byte field; 0uy |]; padded ]

    /// The bytes that pass between file and numbers at a time: a whole number of either kind.
    let bufferLength = 1 <<< 16

    /// Numbers of a file to doubles: as many as `values` holds.
    let decode element isBigEndian (bytes: byte[]) (values: Span<float>) =
        let isSwapped = isBigEndian = BitConverter.IsLittleEndian

        match element with
        | NpyElement.Float64 ->
            let bits = MemoryMarshal.Cast<byte, int64>(Span bytes).Slice(0, values.Length)

            if isSwapped then
                BinaryPrimitives.ReverseEndianness(Span.op_Implicit bits, bits)

            MemoryMarshal.Cast<int64, float>(bits).CopyTo values
        | NpyElement.Float32 ->
            let bits = MemoryMarshal.Cast<byte, int32>(Span bytes).Slice(0, values.Length)

            if isSwapped then
                BinaryPrimitives.ReverseEndianness(Span.op_Implicit bits, bits)

            let singles = MemoryMarshal.Cast<int32, float32>(bits)

            for k in 0 .. values.Length - 1 do
                values[k] <- float singles[k]

    /// Doubles to little-endian numbers of a file.
    let encode element (values: ReadOnlySpan<float>) (bytes: byte[]) =
        match element with
        | NpyElement.Float64 ->
            for k in 0 .. values.Length - 1 do
                BinaryPrimitives.WriteDoubleLittleEndian(Span(bytes, 8 * k, 8), values[k])
        | NpyElement.Float32 ->
            for k in 0 .. values.Length - 1 do
                BinaryPrimitives.WriteSingleLittleEndian(Span(bytes, 4 * k, 4), float32 values[k])
