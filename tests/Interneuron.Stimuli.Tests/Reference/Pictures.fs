/// Picture files put together byte by byte, as their formats say.
module Interneuron.Stimuli.Tests.Reference.Pictures

open System
open System.Buffers.Binary
open System.IO
open System.IO.Compression
open System.Text

/// A colour picture of 8 bits a component.
type Picture =
    { Width: int
      Height: int
      Colour: int -> int -> byte * byte * byte }

let private ascii (text: string) = Encoding.ASCII.GetBytes text

/// Four bytes, the high one first.
let bigEndian (value: int) =
    let bytes = Array.zeroCreate<byte> 4
    BinaryPrimitives.WriteInt32BigEndian(Span bytes, value)
    bytes

let private pixels (picture: Picture) (bytesOf: byte * byte * byte -> byte list) =
    [| for row in 0 .. picture.Height - 1 do
           for column in 0 .. picture.Width - 1 do
               yield! bytesOf (picture.Colour row column) |]

let private rgb (r: byte, g: byte, b: byte) = [ r; g; b ]
let private first (r: byte, _: byte, _: byte) = [ r ]

let private netpbm kind (picture: Picture) samples =
    Array.append (ascii $"{kind}\n# a comment\n{picture.Width} {picture.Height} # another\n255\n") samples

let private plain (samples: byte[]) =
    samples |> Array.map string |> String.concat " " |> ascii

/// Raw pixmap.
let p6 picture =
    netpbm "P6" picture (pixels picture rgb)

/// Raw greymap of the red component.
let p5 picture =
    netpbm "P5" picture (pixels picture first)

/// Plain pixmap.
let p3 picture =
    netpbm "P3" picture (plain (pixels picture rgb))

/// Plain greymap of the red component.
let p2 picture =
    netpbm "P2" picture (plain (pixels picture first))

/// Raw greymap of 16 bits, the low byte 0: the values 256 v with the maximum 65280.
let p5Wide picture =
    Array.append (ascii $"P5 {picture.Width} {picture.Height} 65280\n") (pixels picture (fun (r, _, _) -> [ r; 0uy ]))

let private sun depth kind map (rows: byte[] list) (picture: Picture) =
    let padded =
        rows
        |> List.map (fun row ->
            if row.Length % 2 = 0 then
                row
            else
                Array.append row [| 0uy |])

    let data = Array.concat padded

    let words =
        [ 0x59A66A95
          picture.Width
          picture.Height
          depth
          data.Length
          kind
          (if Array.isEmpty map then 0 else 1)
          map.Length ]

    Array.concat [ words |> List.map bigEndian |> Array.concat; map; data ]

let private rowsOf (picture: Picture) bytesOf =
    pixels picture bytesOf
    |> Array.chunkBySize (pixels picture bytesOf |> Array.length |> fun n -> n / picture.Height)
    |> List.ofArray

/// Sun raster, 8 bits, grey: the red component.
let sunGrey picture =
    sun 8 1 [||] (rowsOf picture first) picture

/// Sun raster, 8 bits through a colour map that turns 0 .. 255 round.
let sunMapped picture =
    let map = Array.init 768 (fun k -> byte (255 - k % 256))
    sun 8 1 map (rowsOf picture (fun (r, _, _) -> [ 255uy - r ])) picture

/// Sun raster, 24 bits, blue before green before red.
let sun24 picture =
    sun 24 1 [||] (rowsOf picture (fun (r, g, b) -> [ b; g; r ])) picture

/// Sun raster, 24 bits, of the type whose order is red, green, blue.
let sun24Rgb picture =
    sun 24 3 [||] (rowsOf picture rgb) picture

/// Sun raster, 32 bits, old type.
let sun32 picture =
    sun 32 0 [||] (rowsOf picture (fun (r, g, b) -> [ 77uy; b; g; r ])) picture

/// Sun raster, 24 bits, run-length encoded: every run of equal bytes as 128, length - 1, value, and a lonely 128 as 128 0.
let sunEncoded picture =
    let plain = sun24 picture

    let rec encode (bytes: byte list) =
        match bytes with
        | [] -> []
        | value :: _ ->
            let run = bytes |> List.takeWhile ((=) value) |> List.truncate 256

            let code =
                match value, run.Length with
                | 128uy, 1 -> [ 128uy; 0uy ]
                | _, 1 -> [ value ]
                | _, length -> [ 128uy; byte (length - 1); value ]

            code @ encode (List.skip run.Length bytes)

    let data = plain[32..] |> List.ofArray |> encode |> Array.ofList
    Array.concat [ plain[..15]; bigEndian data.Length; bigEndian 2; plain[24..31]; data ]

/// BMP, 24 bits, the bottom row first.
let bmp (picture: Picture) =
    let stride = (3 * picture.Width + 3) / 4 * 4

    let row y =
        let bytes =
            [| for x in 0 .. picture.Width - 1 do
                   let r, g, b = picture.Colour y x
                   yield! [ b; g; r ] |]

        Array.append bytes (Array.zeroCreate (stride - bytes.Length))

    let data =
        [| for y in picture.Height - 1 .. -1 .. 0 do
               yield! row y |]

    let int32 (value: int) = BitConverter.GetBytes value
    let int16 (value: int) = BitConverter.GetBytes(int16 value)

    Array.concat
        [ "BM"B
          int32 (54 + data.Length)
          int32 0
          int32 54
          int32 40
          int32 picture.Width
          int32 picture.Height
          int16 1
          int16 24
          int32 0
          int32 data.Length
          int32 2835
          int32 2835
          int32 0
          int32 0
          data ]

// The cyclic redundancy check of PNG's chunks (ISO 3309), bit by bit.
let private crc (bytes: byte[]) =
    let step c b =
        Seq.fold (fun c _ -> if c &&& 1u = 1u then (c >>> 1) ^^^ 0xEDB88320u else c >>> 1) (c ^^^ uint32 (b: byte)) (seq { 1..8 })

    int (Array.fold step 0xFFFFFFFFu bytes ^^^ 0xFFFFFFFFu)

/// A chunk of a PNG: its length, its name, its data, and their check.
let chunk name (data: byte[]) =
    let named = Array.append (ascii name) data
    Array.concat [ bigEndian data.Length; named; bigEndian (crc named) ]

/// PNG of any depth and colour type, from unfiltered scanlines without their filter bytes.
let pngOf width height depth colourType (scanlines: byte[] list) =
    use packed = new MemoryStream()

    using (new ZLibStream(packed, CompressionMode.Compress, true)) (fun zlib ->
        for line in scanlines do
            zlib.WriteByte 0uy
            zlib.Write(line, 0, line.Length))

    Array.concat
        [ [| 0x89uy; 0x50uy; 0x4Euy; 0x47uy; 0x0Duy; 0x0Auy; 0x1Auy; 0x0Auy |]
          chunk
              "IHDR"
              (Array.concat
                  [ bigEndian width
                    bigEndian height
                    [| byte depth; byte colourType; 0uy; 0uy; 0uy |] ])
          chunk "IDAT" (packed.ToArray())
          chunk "IEND" [||] ]

/// PNG, 8 bits, red, green and blue.
let png (picture: Picture) =
    pngOf picture.Width picture.Height 8 2 (rowsOf picture rgb)

/// A JPEG file with an Exif orientation tag (1 .. 8) put behind its first marker.
let oriented (tag: int) (jpeg: byte[]) =
    let entry =
        Array.concat [ [| 0x01uy; 0x12uy; 0uy; 3uy |]; bigEndian 1; [| 0uy; byte tag; 0uy; 0uy |] ]

    let tiff =
        Array.concat [ "MM"B; [| 0uy; 42uy |]; bigEndian 8; [| 0uy; 1uy |]; entry; bigEndian 0 ]

    let payload = Array.concat [ "Exif"B; [| 0uy; 0uy |]; tiff ]
    let length = payload.Length + 2

    Array.concat
        [ jpeg[..1]
          [| 0xFFuy; 0xE1uy; byte (length / 256); byte length |]
          payload
          jpeg[2..] ]
