namespace Interneuron.Stimuli

open System
open System.IO
open System.Numerics
open Interneuron.Core.Files
open Interneuron.Statistics

/// An immutable grey image: intensities in [0, 1], 0 black and 1 white. Created by `Image.ofGrid`, which checks them, or read from a file.
[<Sealed>]
type Image internal (intensities: Grid) =

    /// The number of rows.
    member _.Height = intensities.Rows

    /// The number of columns.
    member _.Width = intensities.Columns

    /// The intensities, height x width, the top row first.
    member _.Intensities = intensities

/// Grey images: reading, cropping, saving.
[<RequireQualifiedAccess>]
module Image =

    /// The image with these intensities. ArgumentException when one of them is not in [0, 1].
    let ofGrid (intensities: Grid) =
        let wrong =
            intensities.ToArray()
            |> Array.tryFindIndex (fun v -> not (v >= 0.0 && v <= 1.0))

        match wrong with
        | Some at ->
            let row, column = at / intensities.Columns, at % intensities.Columns
            invalidArg (nameof intensities) $"An intensity lies in [0, 1]; the one at ({row}, {column}) is {intensities[row, column]}."
        | None -> Image intensities

    /// The formats that can be read, for messages and help.
    let formats = "PNG, JPEG, TIFF, GIF, WebP, BMP, PGM, PPM and Sun raster"

    /// The extensions of such files, in lower case.
    let extensions =
        [ ".png"
          ".jpg"
          ".jpeg"
          ".tif"
          ".tiff"
          ".gif"
          ".webp"
          ".bmp"
          ".pgm"
          ".ppm"
          ".ras" ]

    let private largestFile = 1L <<< 30

    let private decoder path head =
        if Png.isMagic head then
            PngPixels.decode
        elif Tiff.isMagic head then
            Tiff.decode
        elif Codec.isMagic head then
            Codec.decode
        elif Netpbm.isMagic head then
            Netpbm.decode
        elif SunRaster.isMagic head then
            SunRaster.decode
        else
            FileError.refuse path $"is not an image that can be read; {formats} files are."

    /// Reads a PNG, JPEG, TIFF or GIF (its first picture), WebP, BMP, PGM or PPM (plain or raw), or Sun raster file, recognised by its
    /// content; 16-bit samples are kept. A colour (R, G, B) becomes the grey 0.299 R + 0.587 G + 0.114 B without rounding, so a grey value
    /// v of 8 bits becomes v / 255; transparent parts are shown on white, and a photograph is turned as the camera's orientation tag says.
    /// Refusal, one line, when the file is missing, a folder, truncated, damaged, too large (more than 2^26 pixels, more than 2^22 + 256 a
    /// byte, or a file of a gibibyte) or not such an image.
    let load (path: string) =
        use stream = Files.openRead path
        // The first bytes decide before the rest is read, so that no large file is read in vain.
        let head = Array.zeroCreate<byte> 12

        let length =
            FileError.guarded path "read" (fun () -> stream.ReadAtLeast(Span head, head.Length, false))

        let decode = decoder path head[.. length - 1]

        if stream.Length > largestFile then
            FileError.refuse path $"is a file of {stream.Length} bytes; pictures in at most {largestFile} are read."

        let bytes =
            FileError.guarded path "read" (fun () ->
                let bytes = Array.zeroCreate<byte>(int stream.Length)
                stream.Position <- 0L
                stream.ReadExactly(bytes, 0, bytes.Length)
                bytes)

        Image(decode path bytes)

    /// The square of size x size pixels around the centre. ArgumentException when the image is smaller.
    let centred size (image: Image) =
        let side = min image.Height image.Width

        if size < 1 || size > side then
            invalidArg
                (nameof size)
                $"The side of a square within {image.Height} x {image.Width} pixels lies in 1 .. {side}; it was {size}."

        Image(Grid.crop ((image.Height - size) / 2) ((image.Width - size) / 2) size size image.Intensities)

    /// The largest square around the centre whose side is a power of two.
    let centredSquare (image: Image) =
        centred (1 <<< BitOperations.Log2(uint32 (min image.Height image.Width))) image

    /// Saves an image as an 8-bit grey PNG, whole or not at all. Refusal when it cannot be written.
    let savePng (path: string) (image: Image) =
        let png = Codec.encodePng image.Intensities
        Files.writeWhole path (fun stream -> stream.Write(png, 0, png.Length))
