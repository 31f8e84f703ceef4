namespace Interneuron.Stimuli

open System
open System.Buffers.Binary
open System.IO
open System.IO.Compression
open System.Text
open Interneuron.Core.Files

/// MATLAB's level 5 files (MATLAB, MAT-File Format, R2023b, chapter 1): elements of a tag and its bytes, of which a variable is one that
/// holds others, packed with zlib or not.
module internal MatFile =

    let private format = ".mat"

    /// The bytes before the first element.
    let private headLength = 128

    let isOne (head: ReadOnlySpan<byte>) =
        head.Length >= headLength
        && (let order = Encoding.ASCII.GetString(head.Slice(126, 2))

            (order = "IM" && head[125] = 1uy)
            || (order = "MI" && head[124] = 1uy && head[125] = 0uy))

    // The types of elements.
    let private matrix, private compressed = 14, 15

    // How the numbers of an element are written in NumPy's words.
    let private numberOf kind =
        match kind with
        | 1 -> Some "i1"
        | 2 -> Some "u1"
        | 3 -> Some "i2"
        | 4 -> Some "u2"
        | 5 -> Some "i4"
        | 6 -> Some "u4"
        | 7 -> Some "f4"
        | 9 -> Some "f8"
        | 12 -> Some "i8"
        | 13 -> Some "u8"
        | _ -> None

    // What a variable is that is no full array of real numbers.
    let private other kind flags =
        match kind with
        | 1 -> Some "cells"
        | 2 -> Some "a struct"
        | 4 -> Some "text"
        | 5 -> Some "a sparse array"
        | kind when kind < 6 || kind > 15 -> Some "an object"
        | _ when flags &&& 0x08 <> 0 -> Some "complex numbers"
        | _ -> None

    // A side of 1 makes numbers of a row or a column, as vectors are in MATLAB.
    let private shapeOf (sides: int64 list) =
        match sides with
        | [ 1L; count ]
        | [ count; 1L ] -> [ count ]
        | sides -> sides

    // An element: its type, its number of bytes, the bytes if they stand in the tag, and how many fill it up to a multiple of eight.
    [<Struct>]
    type private Tag =
        { Kind: int
          Length: int64
          Inline: byte[] option
          Padding: int }

    type private Reader(stream: Stream, isBigEndian: bool) =
        let take count =
            let bytes = Array.zeroCreate<byte> count
            stream.ReadExactly bytes
            bytes

        member _.Whole(bytes: byte[], at) =
            if isBigEndian then
                BinaryPrimitives.ReadInt32BigEndian(ReadOnlySpan(bytes, at, 4))
            else
                BinaryPrimitives.ReadInt32LittleEndian(ReadOnlySpan(bytes, at, 4))

        member this.Tag() =
            let head = take 8
            let kind = this.Whole(head, 0)
            let small = int (uint32 kind >>> 16)

            if small > 0 then
                { Kind = kind &&& 0xFFFF
                  Length = int64 (min small 4)
                  Inline = Some head[4 .. 3 + min small 4]
                  Padding = 0 }
            else
                let length = int64 (uint32 (this.Whole(head, 4)))

                { Kind = kind
                  Length = length
                  Inline = None
                  Padding = int ((8L - length % 8L) % 8L) }

        /// The bytes of a short element.
        member _.Bytes(tag: Tag) =
            match tag.Inline with
            | Some bytes -> bytes
            | None when tag.Length > 1_000_000L -> raise (InvalidDataException "a head of a variable is too long")
            | None ->
                let bytes = take (int tag.Length)
                take tag.Padding |> ignore
                bytes

        /// Copies the bytes of an element.
        member _.Copy(tag: Tag, target: Stream) =
            match tag.Inline with
            | Some bytes -> target.Write bytes
            | None ->
                let buffer = Array.zeroCreate<byte>(1 <<< 16)
                let mutable left = tag.Length

                while left > 0L do
                    let count = int (min left (int64 buffer.Length))
                    stream.ReadExactly(buffer, 0, count)
                    target.Write(buffer, 0, count)
                    left <- left - int64 count

    // The variable whose first element comes next; numbers follow where there are any.
    let private variable (reader: Reader) =
        let flags = reader.Bytes(reader.Tag())
        let word = reader.Whole(flags, 0)
        let kind, flags = word &&& 0xFF, (word >>> 8) &&& 0xFF

        match kind with
        | 17 -> "", [], Some "an object"
        | _ ->
            let sides = reader.Bytes(reader.Tag())

            let sides =
                [ for at in 0..4 .. sides.Length - 4 -> int64 (reader.Whole(sides, at)) ]

            let name = Encoding.UTF8.GetString(reader.Bytes(reader.Tag()))
            name, sides, other kind flags

    let private unpack isBigEndian (sides: int64 list) (reader: Reader) (target: Stream) =
        let tag = reader.Tag()

        match numberOf tag.Kind with
        | None -> raise (InvalidDataException $"numbers of type {tag.Kind}")
        | Some number ->
            let order = if isBigEndian then ">" else "<"
            target.Write(NpyHeader.writeAs (order + number) true (shapeOf sides))
            reader.Copy(tag, target)

    /// The variables of a file, which stays open as long as they are used.
    let arrays (path: string) (file: FileStream) : StoredArray list =
        let isBigEndian =
            file.Position <- 126L
            file.ReadByte() = int 'M'

        // Begins at the first element of a variable, unpacked if it is packed.
        let openAt position length isPacked =
            file.Position <- position

            if isPacked then
                let unpacked = new ZLibStream(file, CompressionMode.Decompress, true)
                let reader = Reader(unpacked, isBigEndian)
                let tag = reader.Tag()

                if tag.Kind <> matrix then
                    raise (InvalidDataException $"a packed element of type {tag.Kind}")

                reader
            elif position + length > file.Length then
                raise (EndOfStreamException "it is truncated")
            else
                Reader(file, isBigEndian)

        StoredArray.reading path format (fun () ->
            file.Position <- int64 headLength

            [ while file.Position < file.Length do
                  let tag = Reader(file, isBigEndian).Tag()
                  let start = file.Position

                  if tag.Kind <> matrix && tag.Kind <> compressed then
                      raise (InvalidDataException $"an element of type {tag.Kind} where a variable begins")

                  let isPacked = tag.Kind = compressed
                  let reader = openAt start tag.Length isPacked
                  let name, sides, other = variable reader
                  // Packed elements are not filled up.
                  file.Position <- start + tag.Length + (if isPacked then 0L else int64 tag.Padding)

                  if name <> "" then
                      { Name = name
                        Holds = Option.defaultValue (StoredArray.sides sides) other
                        Unpack =
                          match other with
                          | Some _ -> None
                          | None ->
                              Some(fun target ->
                                  StoredArray.reading path format (fun () ->
                                      let reader = openAt start tag.Length isPacked
                                      variable reader |> ignore
                                      unpack isBigEndian sides reader target)) } ])

    // The most bytes that a variable of this level has.
    let private mostBytes = 2_147_483_647L

    /// Writes an array as the variable `data`, in doubles. Refusal beyond two gigabytes.
    let write (path: string) (shape: int list) (values: float[]) (file: Stream) =
        let sides =
            match shape with
            | [ count ] -> [ count; 1 ]
            | sides -> sides

        let bytes = 8L * values.LongLength

        if bytes + 200L > mostBytes then
            FileError.refuse path "would have more than the 2 GB of a variable in .mat files; .h5, .parquet and .npy hold it."

        let writer = new BinaryWriter(file)

        let element (kind: int) (content: byte[]) =
            writer.Write kind
            writer.Write content.Length
            writer.Write content
            writer.Write(Array.zeroCreate<byte>((8 - content.Length % 8) % 8))

        let words (values: int list) =
            values |> List.toArray |> Array.collect BitConverter.GetBytes

        let text = "MATLAB 5.0 MAT-file, written by Interneuron"
        writer.Write(Encoding.ASCII.GetBytes(text.PadRight 116))
        writer.Write(Array.zeroCreate<byte> 8)
        writer.Write(Encoding.ASCII.GetBytes "\000\001IM")
        let sidesLength = 8 + (4 * sides.Length + 7) / 8 * 8
        writer.Write matrix
        writer.Write(int (16L + int64 sidesLength + 16L + 8L + bytes))
        element 6 (words [ 6; 0 ])
        element 5 (words sides)
        element 1 (Encoding.ASCII.GetBytes "data")
        writer.Write 9
        writer.Write(int bytes)
        // MATLAB counts the first index fastest.
        let rows = sides[0]
        let behind = List.tail sides
        let columns = values.Length / rows
        let line = Array.zeroCreate<float> rows

        for column in 0 .. columns - 1 do
            let ours =
                match behind with
                | [ a; b ] -> column % a * b + column / a
                | _ -> column

            for row in 0 .. rows - 1 do
                line[row] <- values[row * columns + ours]

            writer.Flush()
            StoredArray.put file (ReadOnlySpan line)

        writer.Flush()
