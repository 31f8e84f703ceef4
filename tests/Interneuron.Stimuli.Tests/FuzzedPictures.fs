/// Files of pictures that are grown from the grammar of their format.
module Interneuron.Stimuli.Tests.FuzzedPictures

open System
open System.IO
open System.IO.Compression
open System.Text
open BitMiracle.LibTiff.Classic
open SkiaSharp
open Interneuron.Stimuli.Tests.Reference
open Interneuron.Stimuli.Tests.Reference.PngWriter
open Interneuron.Tests
open Interneuron.Tests.Fuzz

let noise (random: Random) width height =
    { Pictures.Width = width
      Pictures.Height = height
      Pictures.Colour = fun _ _ -> byte (random.Next 256), byte (random.Next 4), byte (random.Next 256) }

let netpbm (random: Random) =
    let picture = noise random (random.Next(1, 9)) (random.Next(1, 9))
    (pick random [ Pictures.p2; Pictures.p3; Pictures.p5; Pictures.p6; Pictures.p5Wide ]) picture

let sun (random: Random) =
    let picture = noise random (random.Next(1, 9)) (random.Next(1, 9))

    (pick
        random
        [ Pictures.sunGrey
          Pictures.sunMapped
          Pictures.sun24
          Pictures.sun32
          Pictures.sunEncoded ])
        picture

let png (random: Random) =
    let colourType = pick random [ 0; 2; 3; 4; 6; 5 ]
    let depth = pick random [ 1; 2; 4; 8; 16 ]

    let picture =
        { Width = random.Next(1, 12)
          Height = random.Next(1, 12)
          Depth = depth
          ColourType = colourType
          Value = fun _ _ _ -> random.Next(1 <<< depth) }

    let bytes most =
        let bytes = Array.zeroCreate<byte>(random.Next(most: int))
        random.NextBytes bytes
        bytes

    let exif () =
        damaged
            random
            (Array.concat
                [ "MM\000\042"B
                  [| 0uy
                     0uy
                     0uy
                     8uy
                     0uy
                     1uy
                     1uy
                     18uy
                     0uy
                     3uy
                     0uy
                     0uy
                     0uy
                     1uy
                     0uy
                     6uy
                     0uy
                     0uy |] ])

    let chunk () =
        match random.Next 6 with
        | 0 -> "PLTE", bytes 800
        | 1 -> "tRNS", bytes 8
        | 2 -> "eXIf", exif ()
        | 3 -> "tEXt", bytes 50
        | 4 -> pick random [ "IHDR"; "IEND"; "ABCD"; "abcd" ], bytes 20
        | _ -> "PLTE", bytes 256 |> Array.collect (fun b -> [| b; b; b |])

    let whole =
        file (random.Next 2 = 0) (fun () -> random.Next 5) picture (List.init (random.Next 3) (fun _ -> chunk ()))

    // Some headers are damaged in front of a check that holds.
    if random.Next 3 = 0 then
        let header = damaged random whole[16..28]
        Array.concat [ whole[..7]; Pictures.chunk "IHDR" header; whole[33..] ]
    else
        whole

let bySkia format (random: Random) =
    use bitmap = new SKBitmap(random.Next(1, 20), random.Next(1, 20))

    for y in 0 .. bitmap.Height - 1 do
        for x in 0 .. bitmap.Width - 1 do
            bitmap.SetPixel(x, y, SKColor(uint32 (random.NextInt64 0xffffffffL)))

    use data = bitmap.Encode(format, pick random [ 50; 90; 100 ])
    data.ToArray()

let golden ending (random: Random) =
    let folder =
        Path.Combine(Interneuron.Tests.Common.root, "tests", "Interneuron.Stimuli.Tests", "golden")

    File.ReadAllBytes(pick random (List.ofArray (Directory.GetFiles(folder, "*" + ending))))

// A TIFF of any layout that LibTiff writes.
let tiff (random: Random) =
    use stream = new MemoryStream()
    let width, height = random.Next(1, 40), random.Next(1, 40)
    let depth = pick random [ 1; 2; 4; 8; 16 ]
    let samples = pick random [ 1; 1; 2; 3; 4 ]
    let isTiled = random.Next 3 = 0

    using (Tiff.ClientOpen("tiff", pick random [ "w"; "wb"; "wl"; "w8" ], stream, TiffStream())) (fun tiff ->
        let set tag (value: int) = tiff.SetField(tag, value) |> ignore
        set TiffTag.IMAGEWIDTH width
        set TiffTag.IMAGELENGTH height
        set TiffTag.BITSPERSAMPLE depth
        set TiffTag.SAMPLESPERPIXEL samples
        set TiffTag.PHOTOMETRIC (pick random [ 0; 1; (if samples >= 3 then 2 else 1) ])
        set TiffTag.PLANARCONFIG (pick random [ 1; 2 ])
        set TiffTag.ORIENTATION (random.Next(1, 9))

        set
            TiffTag.COMPRESSION
            (int (
                pick
                    random
                    [ Compression.NONE
                      Compression.LZW
                      Compression.PACKBITS
                      Compression.ADOBE_DEFLATE ]
            ))

        let fill (bytes: byte[]) = random.NextBytes bytes

        if isTiled then
            set TiffTag.TILEWIDTH 16
            set TiffTag.TILELENGTH 16

            for tile in 0 .. tiff.NumberOfTiles() - 1 do
                let bytes = Array.zeroCreate<byte>(tiff.TileSize())
                fill bytes
                tiff.WriteEncodedTile(tile, bytes, bytes.Length) |> ignore
        else
            set TiffTag.ROWSPERSTRIP (random.Next(1, 10))

            for strip in 0 .. tiff.NumberOfStrips() - 1 do
                let bytes = Array.zeroCreate<byte>(tiff.StripSize())
                fill bytes
                tiff.WriteEncodedStrip(strip, bytes, bytes.Length) |> ignore)

    stream.ToArray()

// A TIFF of any entries: tags that there are, of any type, of values that fit, that lie elsewhere or beyond the end; directories that lead
// to others or back.
let tiffEntries (random: Random) =
    let isBigEndian = random.Next 2 = 0

    let number size (value: int64) =
        let bytes = (BitConverter.GetBytes value)[.. size - 1]
        if isBigEndian then Array.rev bytes else bytes

    let tags =
        [ 254
          256
          257
          258
          259
          262
          266
          273
          274
          277
          278
          279
          280
          281
          284
          317
          320
          322
          323
          324
          325
          330
          338
          339
          347
          512
          513
          514
          529
          530
          531
          532
          34665 ]

    let usual tag =
        match tag with
        | 256
        | 257 -> pick random [ 1L; 4L; 8L; 16L; 33L ]
        | 258 -> pick random [ 1L; 2L; 4L; 8L; 16L ]
        | 259 -> pick random [ 1L; 2L; 3L; 4L; 5L; 6L; 7L; 8L; 32773L; 32946L ]
        | 262 -> pick random [ 0L; 1L; 2L; 3L; 5L; 6L; 8L; 32844L; 32845L ]
        | 273
        | 324 -> pick random [ 8L; 300L ]
        | 279
        | 325 -> pick random [ 1L; 64L; 512L ]
        | 278
        | 322
        | 323 -> pick random [ 1L; 8L; 16L; 32L ]
        | 284 -> pick random [ 1L; 2L ]
        | 330 -> 8L
        | _ -> pick random [ 0L; 1L; 2L; 3L; 4L ]

    let entry tag =
        let value = if random.Next 10 = 0 then pick random edges else usual tag

        let kind =
            if random.Next 10 = 0 then
                random.Next 20
            else
                pick random [ 3; 4 ]

        let count =
            if random.Next 10 = 0 then
                pick random edges
            else
                pick random [ 1L; 1L; 1L; 3L ]

        let size = if kind = 3 then 2 else 4

        Array.concat
            [ number 2 (int64 tag)
              number 2 (int64 kind)
              number 4 count
              number size value
              Array.zeroCreate (4 - size) ]

    let directory () =
        let entries =
            tags
            |> List.filter (fun tag -> tag < 260 || tag = 262 || tag = 273 || tag = 279 || random.Next 3 = 0)
            |> List.map entry

        Array.concat
            [ number 2 (int64 entries.Length)
              Array.concat entries
              number 4 (pick random [ 0L; 8L; 100L; 0xffffffffL ]) ]

    let data = Array.zeroCreate<byte>(random.Next 700)
    random.NextBytes data

    Array.concat
        [ (if isBigEndian then "MM"B else "II"B)
          number 2 42L
          number 4 8L
          directory ()
          data
          directory () ]

// A PNG of a few pixels whose compressed lines go on for megabytes, or of many that a few bytes promise.
let pngBomb (random: Random) =
    let width, height = pick random [ 1, 1; 3, 2; 2048, 2048; 65536, 1024; 1, 4194304 ]
    use packed = new MemoryStream()

    using (new ZLibStream(packed, CompressionLevel.Fastest, true)) (fun zlib ->
        let zeros = Array.zeroCreate<byte> 65536

        for _ in 1 .. random.Next 64 do
            zlib.Write(zeros, 0, zeros.Length))

    let isInterlaced = byte (random.Next 2)

    Array.concat
        [ [| 0x89uy; 0x50uy; 0x4Euy; 0x47uy; 0x0Duy; 0x0Auy; 0x1Auy; 0x0Auy |]
          Pictures.chunk
              "IHDR"
              (Array.concat
                  [ Pictures.bigEndian width
                    Pictures.bigEndian height
                    [| pick random [ 1uy; 8uy ]; 0uy; 0uy; 0uy; isInterlaced |] ])
          Pictures.chunk "IDAT" (packed.ToArray())
          Pictures.chunk "IEND" [||] ]
