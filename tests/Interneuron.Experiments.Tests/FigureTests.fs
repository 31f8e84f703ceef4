module Interneuron.Experiments.Tests.FigureTests

open System
open System.IO
open System.Xml.Linq
open Expecto
open SkiaSharp
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools
open Interneuron.Stimuli

let private curve label ink (x: float array) f : Curve =
    { Label = label
      Ink = ink
      X = x
      Y = Array.map f x }

let private x = [| -3.0 .. 0.1..3.0 |]

let private parabolas =
    Panel.Curves(
        Panel.linear "stimulus _s_" (-3.0, 3.0),
        Panel.linear "response _r_" (0.0, 9.0),
        [ curve "first" Style.circuit x (fun x -> x * x)
          curve "second\nin two lines" Style.optimum x abs ]
    )

let private density =
    Panel.Curves(
        Panel.linear "_s_" (-3.0, 3.0),
        Panel.log "density" (1e-4, 1.0),
        [ curve "stimuli" Style.stimulus x (fun x -> exp (-x * x)) ]
    )

let private picture =
    Panel.Picture("ramp", Image.ofGrid (Grid.init 16 16 (fun i j -> float (i + j) / 30.0)))

let private figure =
    { RowHeight = 150.0
      Rows = [ [ picture; parabolas ]; [ Panel.Notes [ "KS", "0.01" ]; density ] ] }

let private decode (png: byte array) = SKBitmap.Decode png

/// The share of pixels in a part of a picture that are not white.
let private inked (bitmap: SKBitmap) (left, top, right, bottom) =
    let at f (size: int) = int (f * float size)

    let pixels =
        [ for i in at top bitmap.Height .. at bottom bitmap.Height - 1 do
              for j in at left bitmap.Width .. at right bitmap.Width - 1 -> bitmap.GetPixel(j, i) ]

    let dark =
        pixels |> List.filter (fun p -> int p.Red + int p.Green + int p.Blue < 3 * 250)

    float dark.Length / float pixels.Length

let private withColour (bitmap: SKBitmap) (hex: string) =
    let colour = SKColor.Parse hex

    seq {
        for i in 0 .. bitmap.Height - 1 do
            for j in 0 .. bitmap.Width - 1 -> bitmap.GetPixel(j, i)
    }
    |> Seq.filter ((=) colour)
    |> Seq.length

[<Tests>]
let tests =
    testList
        "Figure"
        [ testCase "the PNG has 300 pixels an inch, and ink in every panel but not everywhere"
          <| fun () ->
              use bitmap = decode (Figure.toPng figure)
              Expect.equal (bitmap.Width, bitmap.Height) (Figure.pixels figure) "size"
              Expect.equal (Figure.pixels figure) (2125, 1250) "180 mm by 300 points"

              for quarter in
                  [ 0.0, 0.0, 0.5, 0.5
                    0.5, 0.0, 1.0, 0.5
                    0.0, 0.5, 0.5, 1.0
                    0.5, 0.5, 1.0, 1.0 ] do
                  let share = inked bitmap quarter
                  Expect.isTrue (share > 0.0005 && share < 0.7) $"{quarter}: {share}"

          testCase "a curve is drawn in its colour, and not outside its panel's frame"
          <| fun () ->
              use bitmap = decode (Figure.toPng figure)
              Expect.isGreaterThan (withColour bitmap Style.circuit.Colour) 500 "blue"

              let steep =
                  Panel.Curves(
                      Panel.linear "" (-1.0, 1.0),
                      Panel.linear "" (0.0, 1.0),
                      [ curve "" Style.circuit x (fun x -> 100.0 * x * x) ]
                  )

              use bitmap =
                  decode (
                      Figure.toPng
                          { RowHeight = 150.0
                            Rows = [ [ steep ] ] }
                  )
              // Above the frame there is no legend and so nothing but the letter, at the left.
              Expect.equal (inked bitmap (0.2, 0.0, 1.0, 0.04)) 0.0 "above the frame"

          testCase "the same figure is the same bytes"
          <| fun () ->
              Expect.isTrue (Figure.toPng figure = Figure.toPng figure) "PNG"
              Expect.isTrue (Figure.toSvg figure = Figure.toSvg figure) "SVG"

          testCase "the SVG is well formed, has its size in points, and needs no font"
          <| fun () ->
              let root = XDocument.Parse(Figure.toSvg figure).Root

              match root with
              | null -> failtest "no root"
              | root ->
                  let attribute (name: string) =
                      match root.Attribute(XName.Get name) with
                      | null -> ""
                      | found -> found.Value

                  Expect.equal (attribute "width", attribute "height", attribute "viewBox") ("510pt", "300pt", "0 0 510 300") "size"
                  let names = root.Descendants() |> Seq.map _.Name.LocalName |> Set.ofSeq
                  Expect.isFalse (names.Contains "text") "letters are outlines"
                  Expect.isTrue (names.Contains "path" && names.Contains "image") "curves and the picture"

          testCase "points that a decade axis cannot show are left out"
          <| fun () ->
              let holes =
                  Panel.Curves(
                      Panel.linear "" (-3.0, 3.0),
                      Panel.log "" (1e-2, 1e1),
                      [ curve "" Style.circuit x (fun x ->
                            if x > 0.0 then x
                            elif x > -1.0 then 0.0
                            else nan) ]
                  )

              use bitmap =
                  decode (
                      Figure.toPng
                          { RowHeight = 150.0
                            Rows = [ [ holes ] ] }
                  )

              Expect.isGreaterThan (withColour bitmap Style.circuit.Colour) 100 "drawn"

          testCase "saving writes both files and returns their paths; a folder that is not there is refused"
          <| fun () ->
              inFolder (fun folder ->
                  let paths = Figure.save folder "f" figure
                  Expect.equal (paths |> List.map Path.GetFileName) [ "f.png"; "f.svg" ] "paths"
                  Expect.equal (filesIn folder) [ "f.png"; "f.svg" ] "files"
                  let nowhere = Path.Combine(folder, "nowhere")

                  refuses $"{nowhere}/f.png: cannot be written: its folder does not exist." (fun () ->
                      Figure.save nowhere "f" figure |> ignore)) ]
