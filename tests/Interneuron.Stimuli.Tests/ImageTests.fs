module Interneuron.Stimuli.Tests.ImageTests

open System
open System.IO
open Expecto
open SkiaSharp
open Interneuron.Stimuli
open Interneuron.Stimuli.Tests.Tools
open Interneuron.Stimuli.Tests.Reference
open Interneuron.Stimuli.Tests.Reference.Pictures
open Interneuron.Tests.Common
open Interneuron.Statistics

let private load bytes = withFile bytes Image.load

let private values (image: Image) = image.Intensities.ToArray()

let private anyPicture isGrey (seed: int) =
    let random = Random seed
    let width, height = random.Next(1, 12), random.Next(1, 12)

    let colours =
        Array2D.init height width (fun _ _ ->
            // Often one of few values, so that run-length encoding meets runs and its escape.
            let next () =
                if random.Next 2 = 0 then byte (random.Next 256) else 128uy

            let red = next ()
            if isGrey then red, red, red else red, next (), next ())

    { Width = width
      Height = height
      Colour = fun row column -> colours[row, column] }

let private eachPixel (picture: Picture) f =
    [| for row in 0 .. picture.Height - 1 do
           for column in 0 .. picture.Width - 1 do
               yield f (picture.Colour row column) |]

let private jpeg quality width height (grey: int -> int -> byte) =
    use bitmap = new SKBitmap(width, height, SKColorType.Gray8, SKAlphaType.Opaque)

    for y in 0 .. height - 1 do
        for x in 0 .. width - 1 do
            bitmap.SetPixel(x, y, SKColor(grey y x, grey y x, grey y x))

    use data = bitmap.Encode(SKEncodedImageFormat.Jpeg, quality)
    data.ToArray()

[<Tests>]
let reading =
    testList
        "Image.load"
        [ testPropertyWithConfig large "A grey picture has intensities v / 255 exactly, in every format" (fun seed ->
              let picture = anyPicture true seed
              let expected = eachPixel picture (fun (v, _, _) -> float v / 255.0)

              for name, format in
                  [ "P2", p2
                    "P3", p3
                    "P5", p5
                    "P5 of 16 bits", p5Wide
                    "P6", p6
                    "Sun grey", sunGrey
                    "Sun mapped", sunMapped
                    "Sun 24", sun24
                    "Sun 32", sun32
                    "Sun encoded", sunEncoded
                    "BMP", bmp
                    "PNG", png ] do
                  let image = load (format picture)
                  Expect.equal (image.Height, image.Width) (picture.Height, picture.Width) name
                  Expect.equal (values image) expected name)

          testPropertyWithConfig
              large
              "A colour becomes 0.299 R + 0.587 G + 0.114 B without rounding to 8 bits, in every format"
              (fun seed ->
                  let picture = anyPicture false seed

                  let grey (r: byte, g: byte, b: byte) =
                      (0.299 * float r + 0.587 * float g + 0.114 * float b) / 255.0

                  let expected = eachPixel picture grey

                  for name, format in
                      [ "P3", p3
                        "P6", p6
                        "Sun 24", sun24
                        "Sun 24 RGB", sun24Rgb
                        "Sun 32", sun32
                        "Sun encoded", sunEncoded
                        "BMP", bmp
                        "PNG", png ] do
                      let actual = values (load (format picture))
                      // Both sides round some four times, each by 1.1e-16 of at most 1.
                      Array.iter2 (fun a e -> Expect.isLessThan (abs (a - e)) 1e-15 name) actual expected)

          test "Sixteen bits are read in full, the high byte first" {
              let bytes = Array.append "P5 2 1 65535\n"B [| 0x12uy; 0x34uy; 0xFFuy; 0xFFuy |]
              Expect.equal (values (load bytes)) [| float 0x1234 / 65535.0; 1.0 |] "intensities"
              Expect.equal (values (load (Array.append "P5 1 1 256\n"B [| 1uy; 0uy |]))) [| 1.0 |] "from a largest value of 256 on"
          }

          test "A largest value other than 255 is white" {
              Expect.equal (values (load "P2\n3 1\n7\n0 7 5"B)) [| 0.0; 1.0; 5.0 / 7.0 |] "intensities"
          }

          test "The first of several images in one file is read" {
              Expect.equal (values (load "P5 1 1 255 aP5 1 1 255 b"B)) [| 97.0 / 255.0 |] "intensities"
          }

          test "Transparent parts lie on white" {
              // Grey with alpha: black at opacity 255, 0 and 51, a fifth.
              let image = load (pngOf 3 1 8 4 [ [| 0uy; 255uy; 0uy; 0uy; 0uy; 51uy |] ])
              Expect.equal (values image) [| 0.0; 1.0; 0.8 |] "intensities"
          }

          test "A JPEG of the best quality is within two grey values" {
              let grey y x = byte (4 * y + 3 * x)
              let image = load (jpeg 100 32 24 grey)
              Expect.equal (image.Height, image.Width) (24, 32) "shape"

              for y in 0..23 do
                  for x in 0..31 do
                      // At quality 100 coefficients are rounded to whole numbers: below half a grey value each, and the sum over a block
                      // stays small.
                      Expect.isLessThan (abs (image.Intensities[y, x] - float (grey y x) / 255.0)) (2.0 / 255.0) $"({y}, {x})"
          }

          test "A photograph stands as the orientation tag of its camera says" {
              // Two blocks of 16 x 16 pixels beside one another, so that no block mixes their greys: a dark one on the left, a light one on
              // the right, and the upper half of each darker than the lower.
              let grey y x =
                  byte ((if x < 16 then 60 else 180) + (if y < 8 then 0 else 40))

              let plain = jpeg 100 32 16 grey
              // The corners as seen: top left, top right, bottom left, bottom right. Exif 2.3, tag 274: which sides of the picture the
              // first row and the first column stand for.
              let seen =
                  [ 1, [ 60; 180; 100; 220 ]
                    2, [ 180; 60; 220; 100 ]
                    3, [ 220; 100; 180; 60 ]
                    4, [ 100; 220; 60; 180 ]
                    5, [ 60; 100; 180; 220 ]
                    6, [ 100; 60; 220; 180 ]
                    7, [ 220; 180; 100; 60 ]
                    8, [ 180; 220; 60; 100 ] ]

              for tag, corners in seen do
                  let image = load (oriented tag plain)
                  let h, w = image.Height, image.Width
                  Expect.equal (h, w) (if tag < 5 then 16, 32 else 32, 16) $"shape with tag {tag}"

                  let found =
                      [ for i, j in [ 1, 1; 1, w - 2; h - 2, 1; h - 2, w - 2 ] -> int (round (255.0 * image.Intensities[i, j])) ]

                  List.iter2 (fun a e -> Expect.isLessThanOrEqual (abs (a - e)) 2 $"tag {tag}: {found}") found corners
          }

          test "The photographs beside the checkout are 512 x 768, their bytes over 255" {
              let path = shared "images/05.ras"
              let image = Image.load path
              let bytes = File.ReadAllBytes path
              Expect.equal (image.Height, image.Width) (512, 768) "shape"
              Expect.equal (values image) (bytes[32..] |> Array.map (fun b -> float b / 255.0)) "intensities"
          } ]

[<Tests>]
let cutting =
    testList
        "Image"
        [ test "The centred square is the largest power of two that fits" {
              for height, width, side in [ 512, 768, 512; 511, 768, 256; 5, 9, 4; 1, 3, 1; 64, 64, 64 ] do
                  let image = Image.ofGrid (randomGrid 1 height width)
                  let square = Image.centredSquare image
                  Expect.equal (square.Height, square.Width) (side, side) $"{height} x {width}"
                  let top, left = (height - side) / 2, (width - side) / 2
                  Expect.equal square.Intensities[side - 1, 0] image.Intensities[top + side - 1, left] "bottom left corner"
          }

          test "A square of any size that fits can be asked for" {
              let image = Image.ofGrid (randomGrid 1 10 14)
              let square = Image.centred 6 image
              Expect.equal square.Intensities[0, 0] image.Intensities[2, 4] "top left corner"

              for size in [ 0; 11; -1 ] do
                  Expect.throwsT<ArgumentException> (fun () -> Image.centred size image |> ignore) $"size {size}"
          }

          test "Intensities lie in [0, 1]" {
              for wrong in [ -1e-9; 1.0 + 1e-9; nan; infinity ] do
                  Expect.throwsT<ArgumentException> (fun () -> Image.ofGrid (Grid.ofArray 1 2 [| 0.5; wrong |]) |> ignore) $"{wrong}"
          }

          testProperty "What is saved as PNG is loaded again, to the nearest of 256 greys" (fun seed ->
              let image = Image.ofGrid (randomGrid seed 5 7)

              let again =
                  inFolder (fun folder ->
                      let path = Path.Combine(folder, "a.png")
                      Image.savePng path image
                      Image.load path)

              let nearest = values image |> Array.map (fun v -> round (255.0 * v) / 255.0)
              Expect.equal (values again) nearest "intensities") ]
