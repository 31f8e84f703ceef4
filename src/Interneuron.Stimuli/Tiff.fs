namespace Interneuron.Stimuli

open System
open System.IO
open BitMiracle.LibTiff.Classic
open Interneuron.Statistics
open Interneuron.Core.Files

/// TIFF and BigTIFF, the first picture of a file, through LibTiff.NET: grey, palette and colour of 1 to 16 bits, in strips or tiles,
/// compressed or not.
module internal Tiff =

    /// Whether a file starts as a TIFF.
    let isMagic (head: byte[]) =
        [ "II\042\000"B; "MM\000\042"B; "II\043\000"B; "MM\000\043"B ]
        |> List.exists (fun magic -> head.AsSpan().StartsWith(ReadOnlySpan magic))

    // The library would write errors to standard error; here they are reported by the result.
    type private Silent() =
        inherit TiffErrorHandler()
        override _.ErrorHandler(_, _, _, _) = ()
        override _.ErrorHandlerExt(_, _, _, _, _) = ()
        override _.WarningHandler(_, _, _, _) = ()
        override _.WarningHandlerExt(_, _, _, _, _) = ()

    let private number (tiff: BitMiracle.LibTiff.Classic.Tiff) tag otherwise =
        match tiff.GetFieldDefaulted tag with
        | null -> otherwise
        | [||] -> otherwise
        | fields -> fields[0].ToInt()

    // What the samples of a pixel stand for.
    type private Meaning =
        | Grey of isWhiteZero: bool
        | Colour
        | Palette of float array

    // What the sample after colour or grey stands for.
    type private Alpha =
        | Opaque
        | Premultiplied
        | Unmultiplied

    type private Layout =
        { Width: int
          Height: int
          Depth: int
          Samples: int
          IsSeparate: bool
          Meaning: Meaning
          Alpha: Alpha }

    let private colours path depth (tiff: BitMiracle.LibTiff.Classic.Tiff) =
        match tiff.GetField TiffTag.COLORMAP with
        | null -> FileError.refuse path "is damaged: its pixels are of a palette, and it has none."
        | fields ->
            // The palette has 16 bits, of which files hold 8, as the high ones.
            let part k = fields[k].ToUShortArray()
            let red, green, blue = part 0, part 1, part 2
            [| for k in 0 .. (1 <<< depth) - 1 -> Grey.ofRgb 255 (int red[k] >>> 8) (int green[k] >>> 8) (int blue[k] >>> 8) |]

    let private alpha samples own (tiff: BitMiracle.LibTiff.Classic.Tiff) =
        if samples <= own then
            Opaque
        else
            match tiff.GetField TiffTag.EXTRASAMPLES with
            | null -> Opaque
            | fields when fields.Length < 2 || fields[0].ToInt() < 1 -> Opaque
            | fields ->
                match int (fields[1].ToByteArray()[0]) with
                | 1 -> Premultiplied
                | 2 -> Unmultiplied
                | _ -> Opaque

    // The value of a line's sample k.
    let private sample depth (line: byte[]) k =
        match depth with
        | 16 -> int (BitConverter.ToUInt16(line, 2 * k))
        | 8 -> int line[k]
        | _ ->
            let bit = k * depth
            int line[bit / 8] >>> (8 - depth - bit % 8) &&& ((1 <<< depth) - 1)

    // The intensity of a pixel whose samples `at` gives, on white.
    let private intensity layout (at: int -> int) =
        let maximum = (1 <<< layout.Depth) - 1

        let onWhite own red green blue =
            match layout.Alpha with
            | Opaque -> Grey.ofRgb maximum red green blue
            | Unmultiplied -> Grey.onWhite maximum red green blue (at own)
            | Premultiplied -> min 1.0 (Grey.ofRgb maximum red green blue + float (maximum - at own) / float maximum)

        match layout.Meaning with
        | Grey isWhiteZero ->
            let v = if isWhiteZero then maximum - at 0 else at 0
            onWhite 1 v v v
        | Colour -> onWhite 3 (at 0) (at 1) (at 2)
        | Palette colours -> colours[at 0]

    // The number of planes, and the bytes that this many adjacent pixels take in each.
    let private planes layout pixels =
        let samples = if layout.IsSeparate then 1 else layout.Samples
        let length = (int64 pixels * int64 samples * int64 layout.Depth + 7L) / 8L
        (if layout.IsSeparate then layout.Samples else 1), int length

    // Stores the pixels of a line, given the bytes of each plane, where they are seen.
    let private put layout orientation (values: float[]) (lines: byte[][]) y x count =
        for k in 0 .. count - 1 do
            let at s =
                if layout.IsSeparate then
                    sample layout.Depth lines[s] k
                else
                    sample layout.Depth lines[0] (k * layout.Samples + s)

            values[Orientation.place orientation layout.Height layout.Width y (x + k)] <- intensity layout at

    let private damaged path : 'result =
        FileError.refuse path "is damaged or truncated: not all of its pixels can be read."

    let private readLines path layout orientation values (tiff: BitMiracle.LibTiff.Classic.Tiff) =
        let count, length = planes layout layout.Width

        if tiff.ScanlineSize() <> length then
            damaged path

        // Separate planes are each read from first line to last, since compressed lines depend on those before.
        if layout.IsSeparate && layout.Samples > 1 then
            let whole = Array.init count (fun _ -> Array.zeroCreate<byte> length)

            let kept =
                Array.init count (fun _ -> Array.zeroCreate<byte>(length * layout.Height))

            for plane in 0 .. count - 1 do
                for y in 0 .. layout.Height - 1 do
                    if not (tiff.ReadScanline(whole[plane], y, int16 plane)) then
                        damaged path

                    Array.blit whole[plane] 0 kept[plane] (y * length) length

            for y in 0 .. layout.Height - 1 do
                for plane in 0 .. count - 1 do
                    Array.blit kept[plane] (y * length) whole[plane] 0 length

                put layout orientation values whole y 0 layout.Width
        else
            let line = [| Array.zeroCreate<byte> length |]

            for y in 0 .. layout.Height - 1 do
                if not (tiff.ReadScanline(line[0], y)) then
                    damaged path

                put layout orientation values line y 0 layout.Width

    let private readTiles path layout orientation values (tiff: BitMiracle.LibTiff.Classic.Tiff) =
        let width, height =
            number tiff TiffTag.TILEWIDTH 0, number tiff TiffTag.TILELENGTH 0

        if width < 1 || height < 1 then
            damaged path

        let count, length = planes layout width

        if int64 (tiff.TileSize()) <> int64 length * int64 height then
            damaged path

        let tiles = Array.init count (fun _ -> Array.zeroCreate<byte>(length * height))

        for top in 0..height .. layout.Height - 1 do
            for left in 0..width .. layout.Width - 1 do
                for plane in 0 .. count - 1 do
                    if tiff.ReadTile(tiles[plane], 0, left, top, 0, int16 plane) < 0 then
                        damaged path

                for row in 0 .. min height (layout.Height - top) - 1 do
                    let lines = tiles |> Array.map (fun tile -> Array.sub tile (row * length) length)
                    put layout orientation values lines (top + row) left (min width (layout.Width - left))

    // Colour spaces other than RGB are converted by the library, with 8 bits.
    let private readOthers path width height orientation (values: float[]) (tiff: BitMiracle.LibTiff.Classic.Tiff) =
        let raster = Array.zeroCreate<int>(width * height)
        let asStored = enum<BitMiracle.LibTiff.Classic.Orientation> orientation

        if not (tiff.ReadRGBAImageOriented(width, height, raster, asStored, true)) then
            damaged path

        for at in 0 .. raster.Length - 1 do
            let colour = raster[at]

            values[Orientation.place orientation height width (at / width) (at % width)] <-
                Grey.ofRgb
                    255
                    (BitMiracle.LibTiff.Classic.Tiff.GetR colour)
                    (BitMiracle.LibTiff.Classic.Tiff.GetG colour)
                    (BitMiracle.LibTiff.Classic.Tiff.GetB colour)

    let private readFirst path (bytes: byte[]) (tiff: BitMiracle.LibTiff.Classic.Tiff) =
        let width, height =
            number tiff TiffTag.IMAGEWIDTH 0, number tiff TiffTag.IMAGELENGTH 0

        Grey.requireShape path bytes.LongLength (int64 width) (int64 height)

        let depth, samples =
            number tiff TiffTag.BITSPERSAMPLE 1, number tiff TiffTag.SAMPLESPERPIXEL 1

        if
            number tiff TiffTag.SAMPLEFORMAT 1 <> 1
            || not (List.contains depth [ 1; 2; 4; 8; 16 ])
        then
            FileError.refuse
                path
                $"is a TIFF of {depth} bits a sample that are no picture's; whole numbers from 0 on of 1, 2, 4, 8 or 16 bits are read \
                (other numbers: as an array, .npy)."

        if samples < 1 || samples > 8 then
            FileError.refuse path $"is a TIFF of {samples} samples a pixel; grey or colour, with or without alpha, is read."

        if number tiff TiffTag.COMPRESSION 1 = int Compression.OJPEG then
            FileError.refuse
                path
                "is a TIFF with JPEG compression of the old kind (6), which differs from writer to writer; that of the new kind (7) is \
                read."

        let orientation =
            match number tiff TiffTag.ORIENTATION 1 with
            | o when o >= 1 && o <= 8 -> o
            | _ -> Orientation.upright

        let values = Array.zeroCreate<float>(width * height)

        let meaning =
            match enum<Photometric>(number tiff TiffTag.PHOTOMETRIC 1) with
            | Photometric.MINISWHITE -> Some(Grey true, 1)
            | Photometric.MINISBLACK -> Some(Grey false, 1)
            | Photometric.RGB when samples >= 3 -> Some(Colour, 3)
            | Photometric.PALETTE when depth <= 8 -> Some(Palette(colours path depth tiff), 1)
            | _ -> None

        match meaning with
        | None -> readOthers path width height orientation values tiff
        | Some(meaning, own) ->
            let layout =
                { Width = width
                  Height = height
                  Depth = depth
                  Samples = samples
                  IsSeparate = number tiff TiffTag.PLANARCONFIG 1 = int PlanarConfig.SEPARATE
                  Meaning = meaning
                  Alpha = alpha samples own tiff }

            if tiff.IsTiled() then
                readTiles path layout orientation values tiff
            else
                readLines path layout orientation values tiff

        let struct (rows, columns) = Orientation.shape orientation height width
        Grid(rows, columns, values)

    /// The intensities of a TIFF file, upright, transparent parts on white.
    let decode path (bytes: byte[]) =
        BitMiracle.LibTiff.Classic.Tiff.SetErrorHandler(Silent()) |> ignore
        TiffDirectory.requireWithin path bytes

        try
            use stream = new MemoryStream(bytes, false)

            match BitMiracle.LibTiff.Classic.Tiff.ClientOpen(path, "r", stream, TiffStream()) with
            | null -> FileError.refuse path "starts like a TIFF picture but is damaged or truncated."
            | tiff ->
                use tiff = tiff
                readFirst path bytes tiff
        with
        | :? Refusal -> reraise ()
        // A damaged directory can take the library beyond its own arrays, so any kind of exception may come.
        | error -> raise (Refusal($"{path}: is a damaged TIFF picture: {error.Message}", error))
