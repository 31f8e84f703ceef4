namespace Interneuron.Stimuli

open System
open System.Buffers.Binary
open Interneuron.Core.Files
open Interneuron.Statistics

/// Sun raster files of 8 bits (grey, or an index into a colour map), 24 and 32 bits a pixel, plain or run-length encoded (rasterfile(5)).
module internal SunRaster =

    let private headerLength = 32

    let isMagic (head: byte[]) =
        head.Length >= 4
        && head.AsSpan(0, 4).SequenceEqual(ReadOnlySpan [| 0x59uy; 0xA6uy; 0x6Auy; 0x95uy |])

    // The types of rasterfile(5): old and standard hold blue before green before red, RGB the other way round.
    let private old, standard, encoded, rgb = 0L, 1L, 2L, 3L

    // Byte 128 is an escape: 128 0 stands for one byte 128, 128 n v for n + 1 times v.
    let private unpack path (bytes: byte[]) start count =
        // Three bytes give at most 256, so the file's length bounds what is allocated.
        let truncated () : unit =
            FileError.refuse path $"is truncated: its header promises {count} bytes of pixels after decoding."

        if (int64 bytes.Length - int64 start) * 256L < 3L * count then
            truncated ()

        let unpacked = Array.zeroCreate<byte>(int count)
        let mutable from = start
        let mutable into = 0

        let next () =
            if from >= bytes.Length then
                truncated ()

            from <- from + 1
            bytes[from - 1]

        while into < unpacked.Length do
            let value = next ()
            let repeats = if value = 128uy then int (next ()) else 0
            let value = if repeats > 0 then next () else value
            let length = min (repeats + 1) (unpacked.Length - into)
            Array.fill unpacked into length value
            into <- into + length

        unpacked

    /// The intensities of a Sun raster file.
    let decode path (bytes: byte[]) =
        if bytes.Length < headerLength then
            FileError.refuse path $"is truncated: a Sun raster header has {headerLength} bytes, and {bytes.Length} are there."

        let word k =
            int64 (BinaryPrimitives.ReadUInt32BigEndian(ReadOnlySpan(bytes, 4 * k, 4)))

        let width, height, depth, kind, mapKind, mapLength =
            word 1, word 2, word 3, word 5, word 6, word 7

        Grey.requireShape path bytes.LongLength width height

        if depth <> 8L && depth <> 24L && depth <> 32L then
            FileError.refuse path $"has {depth} bits a pixel; Sun raster files of 8, 24 and 32 bits are read."

        if kind <> old && kind <> standard && kind <> encoded && kind <> rgb then
            FileError.refuse path $"is of Sun raster type {kind}; types 0 to 3 are read."

        if
            mapKind > 1L
            || (mapKind = 1L && (mapLength % 3L <> 0L || mapLength = 0L || mapLength > 768L))
        then
            FileError.refuse path $"has a colour map of type {mapKind} and {mapLength} bytes; type 1 with 3 to 768 bytes is read."

        let start = int64 headerLength + mapLength
        let perPixel = depth / 8L
        // Rows are padded to an even number of bytes.
        let stride = (width * perPixel + 1L) / 2L * 2L
        let count = stride * height
        let found = int64 bytes.Length - start

        if found < 0L || (kind <> encoded && found < count) then
            FileError.refuse path $"is truncated: its header promises {count} bytes of pixels, and {max found 0L} are there."

        let pixels, origin =
            if kind = encoded then
                unpack path bytes (int start) count, 0
            else
                bytes, int start
        // A colour map holds all reds, then all greens, then all blues.
        let mapped = int mapLength / 3

        let ofBytes (red: byte) (green: byte) (blue: byte) =
            Grey.ofRgb 255 (int red) (int green) (int blue)

        let indexed index =
            if index >= mapped then
                FileError.refuse path $"has a pixel {index}, but its colour map ends at {mapped - 1}."

            let at = headerLength + index
            ofBytes bytes[at] bytes[at + mapped] bytes[at + 2 * mapped]

        let intensity (at: int) =
            match depth with
            | 8L ->
                if mapKind = 1L then
                    indexed (int pixels[at])
                else
                    float pixels[at] / 255.0
            | _ ->
                // A pixel of 32 bits starts with a byte of padding.
                let first = if depth = 32L then at + 1 else at
                let last = first + 2

                if kind = rgb then
                    ofBytes pixels[first] pixels[first + 1] pixels[last]
                else
                    ofBytes pixels[last] pixels[first + 1] pixels[first]

        Grid.init (int height) (int width) (fun row column -> intensity (origin + row * int stride + column * int perPixel))
