namespace Interneuron.Stimuli

open System
open SkiaSharp

/// PNG, JPEG and BMP, through SkiaSharp.
module internal Codec =

    let isPng (head: byte[]) =
        head.AsSpan().StartsWith(ReadOnlySpan [| 0x89uy; 0x50uy; 0x4Euy; 0x47uy; 0x0Duy; 0x0Auy; 0x1Auy; 0x0Auy |])

    let isJpeg (head: byte[]) =
        head.AsSpan().StartsWith(ReadOnlySpan [| 0xFFuy; 0xD8uy; 0xFFuy |])

    let isBmp (head: byte[]) =
        head.AsSpan().StartsWith(ReadOnlySpan "BM"B)

    // SkiaSharp reduces 16 bits to 8 without a word, and does not miss the end of a PNG whose pixels are all there.
    let private requireUsualPng path (bytes: byte[]) =
        if bytes.Length > 24 && bytes[24] = 16uy then
            FileError.refuse path "is a PNG of 16 bits a sample, of which only 8 would be read; a 16-bit PGM is read in full."

        if bytes.AsSpan().LastIndexOf(ReadOnlySpan "IEND"B) < 0 then
            FileError.refuse path "is truncated: a PNG ends with a chunk named IEND."

    // Where the pixel that is seen at (row, column) is stored in a picture of height x width, for a camera held as `origin` says (Exif, tag 274).
    let private stored origin height width struct (row, column) =
        match origin with
        | SKEncodedOrigin.TopRight -> struct (row, width - 1 - column)
        | SKEncodedOrigin.BottomRight -> struct (height - 1 - row, width - 1 - column)
        | SKEncodedOrigin.BottomLeft -> struct (height - 1 - row, column)
        | SKEncodedOrigin.LeftTop -> struct (column, row)
        | SKEncodedOrigin.RightTop -> struct (height - 1 - column, row)
        | SKEncodedOrigin.RightBottom -> struct (height - 1 - column, width - 1 - row)
        | SKEncodedOrigin.LeftBottom -> struct (column, width - 1 - row)
        | _ -> struct (row, column)

    let private isTurned origin = origin >= SKEncodedOrigin.LeftTop

    /// The intensities of a picture, upright, transparent parts on white.
    let decode path (bytes: byte[]) =
        if isPng bytes then
            requireUsualPng path bytes

        use data = SKData.CreateCopy(ReadOnlySpan bytes)

        match SKCodec.Create data with
        | null -> FileError.refuse path "starts like a PNG, JPEG or BMP picture but is damaged or truncated."
        | codec ->
            use codec = codec
            let width, height = codec.Info.Width, codec.Info.Height
            Grey.requireShape path (int64 width) (int64 height)
            // No colour space is named, so the values come as they are stored.
            let info = SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul)
            use bitmap = new SKBitmap(info)

            match codec.GetPixels(info, bitmap.GetPixels()) with
            | SKCodecResult.Success -> ()
            | SKCodecResult.IncompleteInput -> FileError.refuse path "is truncated: not all of its pixels are there."
            | other -> FileError.refuse path $"is damaged: its pixels cannot be decoded ({other})."

            let pixels = bitmap.Bytes
            let origin = codec.EncodedOrigin
            let rows, columns = if isTurned origin then width, height else height, width

            Grid.init rows columns (fun row column ->
                let struct (y, x) = stored origin height width struct (row, column)
                let at = 4 * (y * width + x)
                Grey.onWhite 255 (int pixels[at]) (int pixels[at + 1]) (int pixels[at + 2]) (int pixels[at + 3]))

    /// An 8-bit grey PNG of intensities in [0, 1], each rounded to the nearest of 256 values.
    let encodePng (intensities: Grid) =
        let pixels =
            intensities.ToArray() |> Array.map (fun v -> byte (Math.Round(255.0 * v)))

        let info =
            SKImageInfo(intensities.Columns, intensities.Rows, SKColorType.Gray8, SKAlphaType.Opaque)

        use image = SKImage.FromPixelCopy(info, ReadOnlySpan pixels)
        use data = image.Encode(SKEncodedImageFormat.Png, 100)
        data.ToArray()
