module Interneuron.Experiments.Tests.FigureTests

open System
open System.IO
open System.Xml.Linq
open Expecto
open SkiaSharp
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools
open Interneuron.Stimuli
open Interneuron.Statistics

let private curve label ink (x: float array) f : Curve =
    { Label = label
      Ink = ink
      X = x
      Y = Array.map f x }

let private x = [| -3.0 .. 0.1..3.0 |]

let private parabolas =
    Panel.Curves(
        Axis.linear "stimulus _s_" (-3.0, 3.0),
        Axis.linear "response _r_" (0.0, 9.0),
        [ curve "first" Style.circuit x (fun x -> x * x)
          curve "second\nin two lines" Style.optimum x abs ]
    )

let private density =
    Panel.Curves(
        Axis.linear "_s_" (-3.0, 3.0),
        Axis.log "density" (1e-4, 1.0),
        [ curve "stimuli" Style.stimulus x (fun x -> exp (-x * x)) ]
    )

let private picture =
    Panel.Picture("ramp", Image.ofGrid (Grid.init 16 16 (fun i j -> float (i + j) / 30.0)))

let private caption panels =
    { Title = "A parabola"
      Panels = panels
      Settings = [ "seed", "3" ]
      Numbers = [ "KS", "0.01" ] }

let private figure: Figure =
    { Caption = caption [ "A ramp."; "_r_ against _s_."; "10^{−3} and more." ]
      RowHeight = 150.0
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
                  Panel.Curves(Axis.linear "" (-1.0, 1.0), Axis.linear "" (0.0, 1.0), [ curve "" Style.circuit x (fun x -> 100.0 * x * x) ])

              use bitmap =
                  decode (
                      Figure.toPng
                          { Caption = caption [ "Steep." ]
                            RowHeight = 150.0
                            Rows = [ [ steep ] ] }
                  )
              // Above the frame there is no legend and so nothing but the letter, at the left.
              Expect.equal (inked bitmap (0.2, 0.0, 1.0, 0.04)) 0.0 "above the frame"

          testCase "the same figure is the same bytes"
          <| fun () ->
              Expect.isTrue (Figure.toPng figure = Figure.toPng figure) "PNG"
              Expect.isTrue (Figure.toSvg figure = Figure.toSvg figure) "SVG"

          testCase "the SVG is well formed, has its size in points, and its lettering is text"
          <| fun () ->
              let svg = Figure.toSvg figure
              let root = XDocument.Parse(svg).Root

              match root with
              | null -> failtest "no root"
              | root ->
                  let attribute (name: string) =
                      match root.Attribute(XName.Get name) with
                      | null -> ""
                      | found -> found.Value

                  Expect.equal (attribute "width", attribute "height", attribute "viewBox") ("510pt", "300pt", "0 0 510 300") "size"
                  let names = root.Descendants() |> Seq.map _.Name.LocalName |> Set.ofSeq
                  Expect.isTrue (names.Contains "path" && names.Contains "image") "curves and the picture"

                  let texts =
                      [ for e in root.Descendants() do
                            if e.Name.LocalName = "text" then
                                e.Value ]

                  Expect.containsAll
                      texts
                      [ "a"
                        "b"
                        "c"
                        "ramp"
                        "first"
                        "second"
                        "in two lines"
                        "stimulus s"
                        "response r"
                        "KS"
                        "0.01"
                        "−2"
                        "10−3"
                        "density" ]
                      "labels, letters, ticks"

                  Expect.stringContains svg "stimulus <tspan font-style=\"italic\">s</tspan>" "an italic symbol inside its label"
                  Expect.stringContains svg "font-family=\"Liberation Sans, " "the font, and others"

          testCase "a cloud of points is one small path, and nothing is drawn twice"
          <| fun () ->
              let random = Random 3
              let points = Array.init 3000 (fun _ -> 2.0 * random.NextDouble() - 1.0)

              let cloud: Figure =
                  { Caption = caption [ "Points." ]
                    RowHeight = 150.0
                    Rows =
                      [ [ Panel.Curves(
                              Axis.linear "" (-1.0, 1.0),
                              Axis.linear "" (-1.0, 1.0),
                              [ curve "" (Style.cloud Style.circuit) points (fun x -> Math.Sin(50.0 * x)) ]
                          ) ] ] }

              let svg = Figure.toSvg cloud
              Expect.isLessThan svg.Length 80_000 "27 characters a point"

              let paths =
                  [ for e in XDocument.Parse(svg).Descendants() do
                        match e.Attribute(XName.Get "d") with
                        | null -> ()
                        | d -> d.Value ]

              Expect.equal (paths |> List.filter (fun d -> d.Length > 1000) |> List.length) 1 "one cloud"

          testCase "the PDF has one page, its fonts, and is the same for the same figure"
          <| fun () ->
              let pdf = Figure.toPdf figure
              let text = Text.Encoding.Latin1.GetString pdf
              Expect.stringStarts text "%PDF-" "its kind"
              Expect.equal (Text.RegularExpressions.Regex.Matches(text, @"/Type\s*/Page\b").Count) 1 "pages"
              Expect.stringContains text "/MediaBox [0 0 510 300]" "its size"
              Expect.equal (Text.RegularExpressions.Regex.Matches(text, "/FontFile2").Count) 3 "regular, bold and italic inside"
              Expect.isTrue (pdf = Figure.toPdf figure) "the same bytes"

          testCase "the caption tells of every panel by its letter, of settings and of numbers; one that leaves a panel out is refused"
          <| fun () ->
              Expect.equal
                  (Figure.caption figure)
                  ("**A parabola**\n\n**(a)** A ramp.\n**(b)** *r* against *s*.\n**(c)** 10<sup>−3</sup> and more.\n\n"
                   + "Settings: seed 3.\n\n```text\nKS  0.01\n```\n")
                  "text"

              let missing () =
                  Figure.caption
                      { figure with
                          Caption = caption [ "A ramp."; "A parabola." ] }
                  |> ignore

              // Whoever wrote the figure has to look at it, not who runs it.
              Expect.throwsC missing (fun error ->
                  Expect.isFalse (error :? Refusal) "a fault of the program"
                  Expect.stringStarts error.Message "the figure has 3 panels with a letter, its caption tells of 2" "message")

          testCase "after z, panels are called aa, ab and so on, in the figure and in its caption"
          <| fun () ->
              let many =
                  { figure with
                      Rows = List.replicate 7 (List.replicate 4 parabolas)
                      Caption = caption (List.replicate 28 "A parabola.") }

              let names = [ for letter in 'a' .. 'z' -> string letter ] @ [ "aa"; "ab" ]
              let svg, said = Figure.toSvg many, Figure.caption many

              for name in names do
                  Expect.stringContains said $"**({name})** A parabola." name
                  Expect.stringContains svg $">{name}<" name

          testCase "axes part thousands, and one of less than a decade still has several numbers"
          <| fun () ->
              let panel =
                  Panel.Curves(
                      Axis.linear "" (0.0, 30_000.0),
                      Axis.log "" (300.0, 2500.0),
                      [ curve "" Style.circuit [| 1.0; 20_000.0 |] (fun _ -> 1000.0) ]
                  )

              let svg =
                  Figure.toSvg
                      { Caption = caption [ "Large." ]
                        RowHeight = 150.0
                        Rows = [ [ panel ] ] }

              for label in [ ">20,000<"; ">500<"; ">1,000<"; ">2,000<" ] do
                  Expect.stringContains svg label label

          testCase "points that a decade axis cannot show are left out"
          <| fun () ->
              let holes =
                  Panel.Curves(
                      Axis.linear "" (-3.0, 3.0),
                      Axis.log "" (1e-2, 1e1),
                      [ curve "" Style.circuit x (fun x ->
                            if x > 0.0 then x
                            elif x > -1.0 then 0.0
                            else nan) ]
                  )

              use bitmap =
                  decode (
                      Figure.toPng
                          { Caption = caption [ "Holes." ]
                            RowHeight = 150.0
                            Rows = [ [ holes ] ] }
                  )

              Expect.isGreaterThan (withColour bitmap Style.circuit.Colour) 100 "drawn"

          testCase "saving writes both files and returns their paths; a folder that is not there is refused"
          <| fun () ->
              inFolder (fun folder ->
                  let paths = Figure.save folder "f" figure
                  Expect.equal (paths |> List.map Path.GetFileName) [ "f.png"; "f.svg"; "f.pdf"; "f.caption.md" ] "paths"
                  Expect.equal (filesIn folder) [ "f.caption.md"; "f.pdf"; "f.png"; "f.svg" ] "files"
                  let nowhere = Path.Combine(folder, "nowhere")

                  refuses $"{nowhere}/f.png: cannot be written: its folder does not exist." (fun () ->
                      Figure.save nowhere "f" figure |> ignore)) ]
