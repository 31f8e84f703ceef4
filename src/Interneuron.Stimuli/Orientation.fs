namespace Interneuron.Stimuli

open System
open Interneuron.Statistics

/// How a camera was held: which sides of the picture its first row and first column are (Exif 2.3, tag 274, from 1, upright, to 8).
module internal Orientation =

    /// Upright.
    let upright = 1

    // Orientations from 5 on turn rows into columns.
    let private isTurned orientation = orientation >= 5

    /// The shape as seen of a picture stored as height x width.
    let shape orientation height width =
        if isTurned orientation then
            struct (width, height)
        else
            struct (height, width)

    /// Where the pixel stored at (y, x) of height x width is seen: its index in the upright picture, row by row.
    let place orientation height width y x =
        match orientation with
        | 2 -> y * width + (width - 1 - x)
        | 3 -> (height - 1 - y) * width + (width - 1 - x)
        | 4 -> (height - 1 - y) * width + x
        | 5 -> x * height + y
        | 6 -> x * height + (height - 1 - y)
        | 7 -> (width - 1 - x) * height + (height - 1 - y)
        | 8 -> (width - 1 - x) * height + y
        | _ -> y * width + x

    /// The upright picture of one stored as height x width with these intensities.
    let ofStored orientation height width (intensity: int -> int -> float) =
        let values = Array.zeroCreate<float>(height * width)

        for y in 0 .. height - 1 do
            for x in 0 .. width - 1 do
                values[place orientation height width y x] <- intensity y x

        let struct (rows, columns) = shape orientation height width
        Grid(rows, columns, values)

    let private tag = 274L

    /// The orientation in Exif data, which are a TIFF file of their own; upright if there is none, or if they are damaged.
    let ofExif (exif: byte[]) : int =
        let startsAt (at: int) (magic: byte[]) =
            exif.AsSpan().Slice(min at exif.Length).StartsWith(ReadOnlySpan magic)

        // Some writers keep the name that precedes the data in JPEG.
        let start = if startsAt 0 "Exif\000\000"B then 6 else 0
        let isBigEndian = startsAt start "MM\000\042"B

        let number (at: int64) size =
            if at + int64 size > exif.LongLength then
                0L
            else
                let bytes = Array.sub exif (int at) size
                let ordered = if isBigEndian then bytes else Array.rev bytes
                ordered |> Array.fold (fun value byte -> 256L * value + int64 byte) 0L

        if not (isBigEndian || startsAt start "II\042\000"B) then
            upright
        else
            let directory = int64 start + number (int64 start + 4L) 4
            // An entry is a tag, a type, a count and a value, a short number for this tag.
            let entry k = directory + 2L + 12L * k

            let found =
                seq { 0L .. number directory 2 - 1L }
                |> Seq.takeWhile (fun k -> entry k < exif.LongLength)
                |> Seq.tryFind (fun k -> number (entry k) 2 = tag)
                |> Option.map (fun k -> int (number (entry k + 8L) 2))

            match found with
            | Some orientation when orientation >= 1 && orientation <= 8 -> orientation
            | _ -> upright
