module Interneuron.Stimuli.Tests.BadImageTests

open System
open System.IO
open Expecto
open SkiaSharp
open Interneuron.Statistics
open Interneuron.Stimuli
open Interneuron.Stimuli.Tests.Tools
open Interneuron.Stimuli.Tests.Reference.Pictures

// A picture with some texture, large enough that every part of a file is some bytes long.
let private picture =
    let random = Random 5

    let colours =
        Array2D.init 9 11 (fun _ _ -> byte (random.Next 256), byte (random.Next 256), byte (random.Next 256))

    { Width = 11
      Height = 9
      Colour = fun row column -> colours[row, column] }

let private jpeg =
    use bitmap = new SKBitmap(picture.Width, picture.Height)

    for y in 0 .. picture.Height - 1 do
        for x in 0 .. picture.Width - 1 do
            let red, green, blue = picture.Colour y x
            bitmap.SetPixel(x, y, SKColor(red, green, blue))

    use data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90)
    data.ToArray()

let private formats =
    [ "P2", p2 picture
      "P3", p3 picture
      "P5", p5 picture
      "P5 of 16 bits", p5Wide picture
      "P6", p6 picture
      "Sun grey", sunGrey picture
      "Sun mapped", sunMapped picture
      "Sun 32", sun32 picture
      "Sun encoded", sunEncoded picture
      "BMP", bmp picture
      "PNG", png picture
      "JPEG", jpeg ]

// The shortest length at which a file can be whole: of a plain format the last number may lose digits and be a number still.
let private shortest name (bytes: byte[]) =
    match name with
    | "P2"
    | "P3" -> Array.LastIndexOf(bytes, byte ' ') + 2
    | _ -> bytes.Length

let private sunHeader (words: int list) =
    words
    |> List.map (fun word -> BitConverter.GetBytes word |> Array.rev)
    |> Array.concat

[<Tests>]
let tests =
    testList
        "Image.load refuses"
        [ test "a missing file, a folder, and an empty name" {
              inFolder (fun folder ->
                  let missing = Path.Combine(folder, "missing.png")
                  Expect.equal (refusal (fun () -> Image.load missing)) $"{missing}: no such file." "missing"
                  Expect.equal (refusal (fun () -> Image.load folder)) $"{folder}: is a folder; a file is needed." "folder"
                  Expect.stringContains (refusal (fun () -> Image.load " ")) "empty" "no name")
          }

          test "what is not an image, and says which formats are read" {
              refused Image.load [||] [ "is empty" ]
              refused Image.load "a text that is no image"B [ "not an image"; "PNG, JPEG, TIFF, GIF, WebP, BMP, PGM, PPM and Sun raster" ]
              refused Image.load "GIF89a\001\000\001\000 and so on"B [ "damaged" ]
              refused Image.load "RIFF"B [ "not an image" ]
              refused Image.load "P"B [ "not an image" ]
          }

          test "every file that ends too soon, wherever it ends" {
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "input")

                  for name, bytes in formats do
                      for length in 1 .. shortest name bytes - 1 do
                          File.WriteAllBytes(path, bytes[.. length - 1])

                          try
                              Image.load path |> ignore
                              failtest $"{name}: the first {length} of {bytes.Length} bytes were taken for a whole image."
                          with :? Refusal as error ->
                              Expect.stringStarts error.Message path name)
          }

          testPropertyWithConfig large "damage with one line, or reads an image in spite of it" (fun (seed: int) ->
              let random = Random seed

              for name, bytes in formats do
                  let damaged = Array.copy bytes

                  for _ in 0 .. random.Next 4 do
                      damaged[random.Next damaged.Length] <- byte (random.Next 256)

                  withFile damaged (fun path ->
                      try
                          let image = Image.load path

                          for v in image.Intensities.ToArray() do
                              Expect.isTrue (v >= 0.0 && v <= 1.0) $"{name}: intensity {v}"
                      with :? Refusal as error ->
                          Expect.isFalse (error.Message.Contains '\n') $"{name}: {error.Message}"))

          test "a claim of a thousand million pixels, before it allocates for them" {
              let claims =
                  [ "P5 40000 25000 255\n abc"B
                    "P2 40000 25000 255\n 1 2 3"B
                    "P5 99999999999999999999999 1 255\n abc"B
                    pngOf 40000 25000 8 0 [ [| 1uy; 2uy |] ]
                    bmp { picture with Width = 1 }
                    |> fun b -> Array.concat [ b[..17]; BitConverter.GetBytes 40000; BitConverter.GetBytes 25000; b[26..] ]
                    sunHeader [ 0x59A66A95; 40000; 25000; 8; 1000000000; 1; 0; 0 ]
                    // Within the bound, but more than the bytes that follow can hold.
                    "P5 10000 10000 255\n abc"B
                    "P2 10000 10000 255\n 1 2 3"B
                    sunHeader [ 0x59A66A95; 10000; 10000; 8; 12; 2; 0; 0 ]
                    // A TIFF of 7 x 5 pixels, packed in 13 bytes that lie 3 gigabytes beyond its end.
                    Convert.FromHexString(
                        String.concat
                            ""
                            [ "49492a0016000000239e50e104fbc43455c004004000090000010300010000000700000001010300"
                              "010000000500007f02010300010000000700000001010300010000000500007f0201030001000000"
                              "010000000301030001000000040000000601030001000000010000381101040001000000080000b5"
                              "16010300010000000500000017010400010000000d0000001c010300010000000100000000000000" ]
                    ) ]

              for bytes in claims do
                  let before = GC.GetAllocatedBytesForCurrentThread()
                  refused Image.load bytes []
                  // Buffers of the file and the messages take some ten thousand bytes.
                  Expect.isLessThan (GC.GetAllocatedBytesForCurrentThread() - before) 1_000_000L "bytes allocated"
          }

          test "headers that say what no such file says" {
              refused Image.load "P5 0 3 255\n"B [ "0 x 3 pixels" ]
              refused Image.load "P5 1 1 70000\n  "B [ "70000"; "1 .. 65535" ]
              refused Image.load "P5 1 1 0\n "B [ "1 .. 65535" ]
              refused Image.load "P2 1 one 255"B [ "the height should be" ]
              refused Image.load "P2 1 1 7 8"B [ "sample 8"; "maximum 7" ]
              refused Image.load "P5 1 1 7\n\008"B [ "sample 8"; "maximum 7" ]
              refused Image.load (sunHeader [ 0x59A66A95; 8; 1; 1; 2; 1; 0; 0; 0 ]) [ "1 bits a pixel"; "8, 24 and 32" ]
              refused Image.load (sunHeader [ 0x59A66A95; 8; 1; 8; 8; 9; 0; 0; 0; 0 ]) [ "type 9"; "0 to 3" ]
              refused Image.load (sunHeader [ 0x59A66A95; 4; 1; 8; 8; 1; 2; 3; 0; 0 ]) [ "colour map of type 2" ]
              refused Image.load (sunHeader [ 0x59A66A95; 4; 1; 8; 4; 1; 1; 4; 0; 0 ]) [ "colour map of type 1 and 4 bytes" ]
              // A map of one colour, and a pixel 7.
              refused
                  Image.load
                  (Array.append (sunHeader [ 0x59A66A95; 2; 1; 8; 2; 1; 1; 3 ]) [| 1uy; 2uy; 3uy; 0uy; 7uy |])
                  [ "pixel 7"; "ends at 0" ]
          } ]
