namespace Interneuron.Stimuli

open System
open SkiaSharp
open Interneuron.Core.Files
open Interneuron.Statistics

/// JPEG, GIF (its first picture), WebP and BMP, and writing PNG, through SkiaSharp.
module internal Codec =

    /// Whether a file starts as one of these formats.
    let isMagic (head: byte[]) =
        let startsWith (magic: byte[]) =
            head.AsSpan().StartsWith(ReadOnlySpan magic)

        startsWith [| 0xFFuy; 0xD8uy; 0xFFuy |]
        || startsWith "GIF8"B
        || (startsWith "RIFF"B
            && head.Length >= 12
            && head.AsSpan(8).StartsWith(ReadOnlySpan "WEBP"B))
        || startsWith "BM"B

    /// The intensities of a picture, upright, with transparent parts on white.
    let decode path (bytes: byte[]) =
        use data = SKData.CreateCopy(ReadOnlySpan bytes)

        match SKCodec.Create data with
        | null -> FileError.refuse path "starts like a JPEG, GIF, WebP or BMP picture but is damaged or truncated."
        | codec ->
            use codec = codec
            let width, height = codec.Info.Width, codec.Info.Height
            Grey.requireShape path bytes.LongLength (int64 width) (int64 height)
            // No colour space is named, so the values come as they are stored.
            let info = SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul)
            use bitmap = new SKBitmap(info)

            match codec.GetPixels(info, bitmap.GetPixels()) with
            | SKCodecResult.Success -> ()
            | SKCodecResult.IncompleteInput -> FileError.refuse path "is truncated: not all of its pixels are there."
            | other -> FileError.refuse path $"is damaged: its pixels cannot be decoded ({other})."

            let pixels = bitmap.PeekPixels()

            Orientation.ofStored (int codec.EncodedOrigin) height width (fun y x ->
                let colour = pixels.GetPixelSpan().Slice(4 * (y * width + x), 4)
                Grey.onWhite 255 (int colour[0]) (int colour[1]) (int colour[2]) (int colour[3]))

    /// An 8-bit grey PNG of intensities in [0, 1], each rounded to the nearest of 256 values.
    let encodePng (intensities: Grid) =
        let pixels =
            intensities.ToArray() |> Array.map (fun v -> byte (Math.Round(255.0 * v)))

        let info =
            SKImageInfo(intensities.Columns, intensities.Rows, SKColorType.Gray8, SKAlphaType.Opaque)

        use image = SKImage.FromPixelCopy(info, ReadOnlySpan pixels)
        use data = image.Encode(SKEncodedImageFormat.Png, 100)
        data.ToArray()
