namespace Interneuron.Stimuli

open System
open System.Buffers.Binary
open System.IO
open System.IO.Hashing
open Interneuron.Statistics
open Interneuron.Core.Files

// What the chunks of a PNG file say, apart from the pixels themselves, which are still compressed.
type internal PngParts =
    {
        Width: int
        Height: int
        /// Bits a sample: 1, 2, 4, 8 or 16.
        Depth: int
        /// 0 grey, 2 colour, 3 palette, 4 grey with alpha, 6 colour with alpha.
        ColourType: int
        IsInterlaced: bool
        /// Red, green and blue of each colour in turn.
        Palette: byte[]
        /// The alphas of the first palette colours, or the one transparent grey or colour.
        Transparency: byte[]
        Orientation: int
        Compressed: byte[]
    }

/// The chunks of PNG (ISO/IEC 15948), with the orientation of its eXIf chunk. The other libraries at hand cut 16-bit grey to 8 bits, or
/// ignore that chunk.
module internal Png =

    let private signature =
        [| 0x89uy; 0x50uy; 0x4Euy; 0x47uy; 0x0Duy; 0x0Auy; 0x1Auy; 0x0Auy |]

    let isMagic (head: byte[]) =
        head.AsSpan().StartsWith(ReadOnlySpan signature)

    let private word (bytes: byte[]) at =
        BinaryPrimitives.ReadUInt32BigEndian(ReadOnlySpan(bytes, at, 4))

    let private depths colourType =
        match colourType with
        | 0 -> [ 1; 2; 4; 8; 16 ]
        | 3 -> [ 1; 2; 4; 8 ]
        | 2
        | 4
        | 6 -> [ 8; 16 ]
        | _ -> []

    let private readHeader path (bytes: byte[]) at length =
        if length <> 13 then
            FileError.refuse path $"is damaged: its header has {length} bytes; that of a PNG has 13."

        let width, height = int64 (word bytes at), int64 (word bytes (at + 4))
        let depth, colourType = int bytes[at + 8], int bytes[at + 9]
        Grey.requireShape path bytes.LongLength width height

        if not (List.contains depth (depths colourType)) then
            FileError.refuse path $"is damaged: its header says colour type {colourType} with {depth} bits a sample, which no PNG has."

        if bytes[at + 10] <> 0uy || bytes[at + 11] <> 0uy || bytes[at + 12] > 1uy then
            FileError.refuse path "is damaged: its header names a compression, filter or interlacing that no PNG has."

        { Width = int width
          Height = int height
          Depth = depth
          ColourType = colourType
          IsInterlaced = bytes[at + 12] = 1uy
          Palette = [||]
          Transparency = [||]
          Orientation = Orientation.upright
          Compressed = [||] }

    // Adds a chunk to what was found before. A capital first letter marks a chunk that must be understood.
    let private add path (bytes: byte[]) (name: string) data length (pixels: MemoryStream) (found: PngParts option) : PngParts =
        let content () = bytes[data .. data + length - 1]

        match name, found with
        | "IHDR", None -> readHeader path bytes data length
        | _, None
        | "IHDR", _ -> FileError.refuse path "is damaged: a PNG has one header, before everything else."
        | "PLTE", Some parts ->
            if length = 0 || length % 3 <> 0 || length > 768 then
                FileError.refuse path $"is damaged: its palette has {length} bytes, which are no colours."

            { parts with Palette = content () }
        | "tRNS", Some parts -> { parts with Transparency = content () }
        | "eXIf", Some parts ->
            { parts with
                Orientation = Orientation.ofExif (content ()) }
        | "IDAT", Some parts ->
            pixels.Write(bytes, data, length)
            parts
        | "IEND", Some parts -> parts
        | _, Some _ when Char.IsAsciiLetterUpper name[0] ->
            FileError.refuse path $"has a chunk {Message.quote name}, which no standard PNG has."
        | _, Some parts -> parts

    // A chunk is the length of its data, its name, the data, and a checksum of name and data.
    let private chunks path (bytes: byte[]) (pixels: MemoryStream) : PngParts option =
        let mutable found = None
        let mutable at = signature.Length
        let mutable isOpen = true

        while isOpen do
            if bytes.Length - at < 12 then
                FileError.refuse path "is truncated: a PNG ends with a chunk named IEND."

            let claimed = int64 (word bytes at)
            let name = Text.Encoding.Latin1.GetString(bytes, at + 4, 4)

            if int64 bytes.Length - int64 at - 12L < claimed then
                FileError.refuse path $"is truncated within its chunk {Message.quote name}."

            let length = int claimed
            let data = at + 8

            if
                Crc32.HashToUInt32(ReadOnlySpan(bytes, at + 4, length + 4))
                <> word bytes (data + length)
            then
                FileError.refuse path $"is damaged: the check of its chunk {Message.quote name} fails."

            found <- Some(add path bytes name data length pixels found)
            isOpen <- name <> "IEND"
            at <- data + length + 4

        found

    let private requireParts path parts =
        let expected =
            match parts.ColourType with
            | 0 -> 2
            | 2 -> 6
            | _ -> 0

        if parts.ColourType = 3 && parts.Palette.Length = 0 then
            FileError.refuse path "is damaged: its pixels are of a palette, and it has none."

        if
            expected > 0
            && parts.Transparency.Length <> 0
            && parts.Transparency.Length <> expected
        then
            FileError.refuse path $"is damaged: its transparent colour has {parts.Transparency.Length} bytes, not {expected}."

        if parts.Compressed.Length = 0 then
            FileError.refuse path "is damaged: it has no pixels."

    /// The parts of a PNG file.
    let parse path (bytes: byte[]) : PngParts =
        use pixels = new MemoryStream()

        match chunks path bytes pixels with
        | None -> FileError.refuse path "is damaged: it has no header."
        | Some found ->
            let parts =
                { found with
                    Compressed = pixels.ToArray() }

            requireParts path parts
            parts
