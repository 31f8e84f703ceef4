namespace Interneuron.Stimuli

open System
open System.Buffers.Binary
open System.IO
open System.IO.Compression
open Interneuron.Core.Files
open Interneuron.Statistics

/// The pixels of a PNG, decompressed a line at a time.
module internal PngPixels =

    let private samplesPerPixel colourType =
        match colourType with
        | 2 -> 3
        | 4 -> 2
        | 6 -> 4
        | _ -> 1

    // First line and column of each pass, and the steps between its lines and columns (Adam7); one pass without interlacing.
    let private passes isInterlaced =
        if isInterlaced then
            [ 0, 0, 8, 8
              0, 4, 8, 8
              4, 0, 8, 4
              0, 2, 4, 4
              2, 0, 4, 2
              0, 1, 2, 2
              1, 0, 2, 1 ]
        else
            [ 0, 0, 1, 1 ]

    // The one of left, upper and upper left that is nearest to left + upper - upper left.
    let private paeth left upper corner =
        let estimate = left + upper - corner

        let fromLeft, fromUpper, fromCorner =
            abs (estimate - left), abs (estimate - upper), abs (estimate - corner)

        if fromLeft <= fromUpper && fromLeft <= fromCorner then left
        elif fromUpper <= fromCorner then upper
        else corner

    // Undoes a line's filter: its bytes are differences from those one pixel to the left and those above.
    let private unfilter path filter pixel (above: byte[]) (line: byte[]) =
        let left k =
            if k < pixel then 0 else int line[k - pixel]

        let corner k =
            if k < pixel then 0 else int above[k - pixel]

        match filter with
        | 0uy -> ()
        | 1uy ->
            for k in pixel .. line.Length - 1 do
                line[k] <- line[k] + line[k - pixel]
        | 2uy ->
            for k in 0 .. line.Length - 1 do
                line[k] <- line[k] + above[k]
        | 3uy ->
            for k in 0 .. line.Length - 1 do
                line[k] <- line[k] + byte ((left k + int above[k]) / 2)
        | 4uy ->
            for k in 0 .. line.Length - 1 do
                line[k] <- line[k] + byte (paeth (left k) (int above[k]) (corner k))
        | other -> FileError.refuse path $"is damaged: a line has the filter {other}; there are 0 to 4."

    let private sample depth (line: byte[]) k =
        match depth with
        | 16 -> int (BinaryPrimitives.ReadUInt16BigEndian(ReadOnlySpan(line, 2 * k, 2)))
        | 8 -> int line[k]
        | _ ->
            let bit = k * depth
            int line[bit / 8] >>> (8 - depth - bit % 8) &&& ((1 <<< depth) - 1)

    // The intensity of the pixel x of a line, transparent parts on white.
    let private intensity path parts : byte[] -> int -> float =
        let maximum = (1 <<< parts.Depth) - 1
        let at = sample parts.Depth

        let transparent =
            [| for k in 0 .. parts.Transparency.Length / 2 - 1 ->
                   int (BinaryPrimitives.ReadUInt16BigEndian(ReadOnlySpan(parts.Transparency, 2 * k, 2))) |]

        match parts.ColourType with
        | 0 ->
            fun line x ->
                let v = at line x

                if transparent.Length > 0 && transparent[0] = v then
                    1.0
                else
                    float v / float maximum
        | 2 ->
            fun line x ->
                let r, g, b = at line (3 * x), at line (3 * x + 1), at line (3 * x + 2)

                if
                    transparent.Length > 0
                    && transparent[0] = r
                    && transparent[1] = g
                    && transparent[2] = b
                then
                    1.0
                else
                    Grey.ofRgb maximum r g b
        | 3 ->
            let colours =
                [| for k in 0 .. parts.Palette.Length / 3 - 1 do
                       let alpha =
                           if k < parts.Transparency.Length then
                               int parts.Transparency[k]
                           else
                               255

                       Grey.onWhite 255 (int parts.Palette[3 * k]) (int parts.Palette[3 * k + 1]) (int parts.Palette[3 * k + 2]) alpha |]

            fun line x ->
                let index = at line x

                if index >= colours.Length then
                    FileError.refuse path $"has a pixel {index}, but its palette ends at {colours.Length - 1}."

                colours[index]
        | 4 ->
            fun line x ->
                let v = at line (2 * x)
                Grey.onWhite maximum v v v (at line (2 * x + 1))
        | _ -> fun line x -> Grey.onWhite maximum (at line (4 * x)) (at line (4 * x + 1)) (at line (4 * x + 2)) (at line (4 * x + 3))

    // Stores the intensity of every pixel where it is seen.
    let private unpack path parts (values: float[]) =
        use packed = new MemoryStream(parts.Compressed)
        use unpacked = new ZLibStream(packed, CompressionMode.Decompress)
        let bits = parts.Depth * samplesPerPixel parts.ColourType
        let pixel = max 1 (bits / 8)
        let intensity = intensity path parts

        for firstLine, firstColumn, lineStep, columnStep in passes parts.IsInterlaced do
            let columns = (parts.Width - firstColumn + columnStep - 1) / columnStep

            if columns > 0 then
                let length = int ((int64 columns * int64 bits + 7L) / 8L)
                let mutable line = Array.zeroCreate<byte> length
                let mutable above = Array.zeroCreate<byte> length

                for y in firstLine..lineStep .. parts.Height - 1 do
                    let filter = unpacked.ReadByte()

                    if filter < 0 || unpacked.ReadAtLeast(Span line, length, false) < length then
                        FileError.refuse path "is truncated: not all of its pixels are there."

                    unfilter path (byte filter) pixel above line

                    for k in 0 .. columns - 1 do
                        let x = firstColumn + k * columnStep
                        values[Orientation.place parts.Orientation parts.Height parts.Width y x] <- intensity line k

                    let done' = line
                    line <- above
                    above <- done'

    /// The intensities of a PNG, upright, transparent parts on white.
    let decode path (bytes: byte[]) =
        let parts = Png.parse path bytes
        let values = Array.zeroCreate<float>(parts.Width * parts.Height)
        FileError.guarded path "decoded" (fun () -> unpack path parts values)

        let struct (rows, columns) =
            Orientation.shape parts.Orientation parts.Height parts.Width

        Grid(rows, columns, values)
