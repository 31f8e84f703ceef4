module Interneuron.Stimuli.Tests.PngTests

open System
open Expecto
open SkiaSharp
open Interneuron.Stimuli
open Interneuron.Stimuli.Tests.Tools
open Interneuron.Stimuli.Tests.Reference
open Interneuron.Stimuli.Tests.Reference.PngWriter
open Interneuron.Tests.Common

let private kinds =
    [ for colourType, depths in [ 0, [ 1; 2; 4; 8; 16 ]; 2, [ 8; 16 ]; 3, [ 1; 2; 4; 8 ]; 4, [ 8; 16 ]; 6, [ 8; 16 ] ] do
          for depth in depths do
              for isInterlaced in [ false; true ] -> colourType, depth, isInterlaced ]

let private any (random: Random) colourType depth =
    let width, height = random.Next(1, 20), random.Next(1, 20)

    let samples =
        Array.init (width * height * channels colourType) (fun _ -> random.Next(1 <<< depth))

    { Width = width
      Height = height
      Depth = depth
      ColourType = colourType
      Value = fun y x c -> samples[(y * width + x) * channels colourType + c] }

let private palette (random: Random) depth =
    let bytes = Array.zeroCreate<byte>(3 <<< depth)
    random.NextBytes bytes
    bytes

// The intensity of a pixel by the definition: BT.601 grey, on white.
let private expected (colours: byte[]) (picture: Samples) y x =
    let maximum = float ((1 <<< picture.Depth) - 1)
    let at c = float (picture.Value y x c) / maximum
    let grey r g b = 0.299 * r + 0.587 * g + 0.114 * b
    let onWhite v alpha = v * alpha + (1.0 - alpha)

    match picture.ColourType with
    | 0 -> at 0
    | 2 -> grey (at 0) (at 1) (at 2)
    | 3 ->
        let k = 3 * picture.Value y x 0
        grey (float colours[k] / 255.0) (float colours[k + 1] / 255.0) (float colours[k + 2] / 255.0)
    | 4 -> onWhite (at 0) (at 1)
    | _ -> onWhite (grey (at 0) (at 1) (at 2)) (at 3)

// The same picture by Skia: the red, green, blue and alpha of each pixel in 8 bits.
let private bySkia (bytes: byte[]) =
    use data = SKData.CreateCopy(ReadOnlySpan bytes)
    use codec = SKCodec.Create data

    let info =
        SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul)

    use bitmap = new SKBitmap(info)
    Expect.equal (codec.GetPixels(info, bitmap.GetPixels())) SKCodecResult.Success "Skia reads it"
    bitmap.Bytes

[<Tests>]
let tests =
    testList
        "PNG"
        [ testPropertyWithConfig large "Every colour type and depth, interlaced or not, with any filters, is what its samples say" (fun (seed: int) ->
              let random = Random seed

              for colourType, depth, isInterlaced in kinds do
                  let picture = any random colourType depth
                  let colours = palette random depth
                  let others = if colourType = 3 then [ "PLTE", colours ] else []
                  let bytes = file isInterlaced (fun () -> random.Next 5) picture others
                  let image = (withFile bytes Image.load).Intensities
                  let name = $"type {colourType}, {depth} bits, interlaced {isInterlaced}"
                  Expect.equal (image.Rows, image.Columns) (picture.Height, picture.Width) name
                  let skia = bySkia bytes

                  for y in 0 .. picture.Height - 1 do
                      for x in 0 .. picture.Width - 1 do
                          // A few roundings of at most 1.1e-16 each.
                          Expect.isLessThan (abs (image[y, x] - expected colours picture y x)) 2e-15 name
                          let at c = float skia[4 * (y * picture.Width + x) + c] / 255.0
                          let alpha = at 3
                          let grey = alpha * (0.299 * at 0 + 0.587 * at 1 + 0.114 * at 2) + 1.0 - alpha
                          // Skia has 8 bits, of colour and of alpha.
                          let tolerance = if depth = 16 then 2.0 / 255.0 else 2e-15
                          Expect.isLessThan (abs (image[y, x] - grey)) tolerance (name + " by Skia"))

          test "A transparent grey, colour and palette entry lies on white" {
              let one colourType depth value =
                  { Width = 2
                    Height = 1
                    Depth = depth
                    ColourType = colourType
                    Value = fun _ x c -> if x = 0 then value c else 1 }

              for picture, others in
                  [ one 0 16 (fun _ -> 0x1234), [ "tRNS", [| 0x12uy; 0x34uy |] ]
                    one 2 8 (fun c -> 10 * c), [ "tRNS", [| 0uy; 0uy; 0uy; 10uy; 0uy; 20uy |] ]
                    one 3 2 (fun _ -> 0), [ "PLTE", [| 1uy; 2uy; 3uy; 4uy; 5uy; 6uy |]; "tRNS", [| 0uy |] ] ] do
                  let image = (withFile (file false (fun () -> 0) picture others) Image.load).Intensities
                  Expect.equal image[0, 0] 1.0 $"type {picture.ColourType}"
                  Expect.isLessThan image[0, 1] 0.5 "the other is dark"
          }

          test "Damage is found by the checks of the chunks" {
              let picture = any (Random 2) 2 8
              let bytes = file true (fun () -> 4) picture []

              for at in 8 .. bytes.Length - 1 do
                  let damaged = Array.copy bytes
                  damaged[at] <- damaged[at] ^^^ 0x10uy
                  withFile damaged (fun path -> refusal (fun () -> Image.load path)) |> ignore
          }

          test "What no PNG says is refused" {
              let picture = any (Random 3) 3 2
              let refused others words = refused Image.load (file false (fun () -> 0) picture others) words
              refused [] [ "palette, and it has none" ]
              refused [ "PLTE", [| 1uy; 2uy |] ] [ "palette has 2 bytes" ]
              refused [ "PLTE", [| 1uy; 2uy; 3uy |] ] [ "has a pixel"; "ends at 0" ]
              refused [ "CgBI", [||] ] [ "chunk 'CgBI'" ]
              refused [ "IHDR", [||] ] [ "one header" ]
              Tools.refused Image.load (file false (fun () -> 7) picture [ "PLTE", palette (Random 3) 2 ]) [ "filter 7" ]
          }

          test "A file of a few thousand bytes that claims a gigabyte of pixels is refused before it is unpacked" {
              // One bit a pixel, all alike, packs a thousandfold: 16384 x 8192 pixels in 16 KB, 8192 x 8192 in half of that.
              for path in [ "cases/files/16384x8192-grey1.png" ] do
                  let path = shared path
                  let before = GC.GetAllocatedBytesForCurrentThread()
                  Expect.stringContains (refusal (fun () -> Image.load path)) "16384 x 8192 pixels; at most 67108864 are read" "message"
                  Expect.isLessThan (GC.GetAllocatedBytesForCurrentThread() - before) 1_000_000L "bytes allocated"

              let before = GC.GetAllocatedBytesForCurrentThread()
              refused Image.load (Pictures.pngOf 8192 8192 1 0 [ Array.zeroCreate 1024 ]) [ "8192 x 8192 pixels, in"; "at most 256 a byte" ]
              Expect.isLessThan (GC.GetAllocatedBytesForCurrentThread() - before) 1_000_000L "bytes allocated"
          } ]
