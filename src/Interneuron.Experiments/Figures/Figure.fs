namespace Interneuron.Experiments

open System
open System.Globalization
open System.IO
open System.Text
open System.Text.RegularExpressions
open SkiaSharp
open Interneuron.Core.Files
open Interneuron.Stimuli

/// A figure of several panels, row after row, named (a), (b), ... in this order.
type Figure =
    {
        /// The panels of each row, from left to right, all of one width.
        Rows: Panel list list
        /// The height of a row, in points; one of tables or keys alone is as high as they need.
        RowHeight: float
        /// What it shows.
        Caption: Caption
    }

/// Figures as files.
[<RequireQualifiedAccess>]
module Figure =
    // Pixels in a point: 300 in an inch, what journals ask for.
    let private resolution = 300.0 / 72.0

    let private rowHeight (figure: Figure) (row: Panel list) =
        match row |> List.map Panel.ownHeight with
        | heights when List.forall Option.isSome heights -> heights |> List.choose id |> List.max
        | _ -> figure.RowHeight

    let private height (figure: Figure) =
        figure.Rows |> List.sumBy (rowHeight figure)

    /// The width and height of the PNG, in pixels.
    let pixels (figure: Figure) : int * int =
        int (Style.pageWidth * resolution), int (height figure * resolution)

    let private lettered (figure: Figure) =
        figure.Rows |> List.concat |> List.sumBy Panel.letters

    /// The caption, as Markdown.
    let caption (figure: Figure) : string =
        Caption.text (lettered figure) figure.Caption

    /// The caption without its numbers, as HTML.
    let captionHtml (figure: Figure) : string = Caption.html figure.Caption

    let private draw (sheet: Sheet) (figure: Figure) =
        use letters = Caption.letters.GetEnumerator()
        let mutable top = 0.0

        for row in figure.Rows do
            let height = rowHeight figure row
            let width = Style.pageWidth / float row.Length
            let lines = row |> List.map Panel.headLines |> List.max

            row
            |> List.iteri (fun j panel ->
                let area =
                    SKRect.Create(float32 (width * float j), float32 top, float32 width, float32 height)

                let name =
                    if Panel.isLettered panel && letters.MoveNext() then
                        letters.Current
                    else
                        ""

                Panel.draw sheet area lines name panel)

            top <- top + height

    /// The figure as PNG, 300 pixels an inch.
    let toPng (figure: Figure) : byte array =
        let width, height = pixels figure
        use surface = SKSurface.Create(SKImageInfo(width, height))
        surface.Canvas.Clear SKColors.White
        surface.Canvas.Scale(float32 resolution)

        draw
            { Canvas = surface.Canvas
              Lettering = None }
            figure

        use image = surface.Snapshot()
        use data = image.Encode(SKEncodedImageFormat.Png, 100)
        data.ToArray()

    /// The figure as a PDF of one page; its fonts are part of it.
    let toPdf (figure: Figure) : byte array =
        use stream = new MemoryStream()

        (use document = SKDocument.CreatePdf stream

         let canvas = document.BeginPage(float32 Style.pageWidth, float32 (height figure))

         draw { Canvas = canvas; Lettering = None } figure
         document.EndPage()
         document.Close())

        stream.ToArray()

    // Skia counts names on from drawing to drawing; the same figure is the same text when they are counted within it.
    let private renamed (svg: string) =
        let names =
            Regex.Matches(svg, "id=\"(cl_[0-9a-f]+)\"")
            |> Seq.map _.Groups[1].Value
            |> Seq.distinct
            |> List.ofSeq

        let numbers = names |> List.mapi (fun i name -> name, $"clip_{i}") |> Map.ofList
        Regex.Replace(svg, "cl_[0-9a-f]+", fun found -> Map.tryFind found.Value numbers |> Option.defaultValue found.Value)

    // A hundredth of a point is finer than any printer.
    let private rounded (svg: string) =
        Regex.Replace(
            svg,
            @"-?\d+\.\d{3,}(?:e-?\d+)?",
            fun found -> (Double.Parse(found.Value, CultureInfo.InvariantCulture) + 0.0).ToString("0.##", CultureInfo.InvariantCulture)
        )

    // The discs of a cloud are lines of hardly any length.
    let private dotted (svg: string) =
        Regex.Replace(svg, @"M([\d.-]+) ([\d.-]+)L[\d.-]+ \2(?=[M""])", "M$1 $2h.01")

    /// The figure as SVG. Its lettering is text, in Liberation Sans or a font of its widths.
    let toSvg (figure: Figure) : string =
        use stream = new MemoryStream()
        let width, height = Style.pageWidth, height figure
        let lettering = ResizeArray()

        (use canvas =
            SKSvgCanvas.Create(SKRect.Create(float32 width, float32 height), stream)

         draw
             { Canvas = canvas
               Lettering = Some lettering }
             figure)

        let drawn = Encoding.UTF8.GetString(stream.ToArray())
        // What Skia has drawn, between its own first and last tag; nothing where there is lettering alone.
        let shapes =
            Regex.Match(drawn, "<svg[^>]*[^/]>(.*)</svg>", RegexOptions.Singleline).Groups[1].Value

        [ yield "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
          // Skia gives the size without a unit, which is a pixel of 1/96 inch; ours is the point.
          yield
              $"<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"{width}pt\" \
              height=\"{height}pt\" viewBox=\"0 0 {width} {height}\">"
          yield $"<rect width=\"{width}\" height=\"{height}\" fill=\"#FFFFFF\"/>"
          yield shapes.Trim() |> renamed |> rounded |> dotted
          yield "<g font-family=\"Liberation Sans, Arimo, Arial, Helvetica, Nimbus Sans, sans-serif\">"
          for line in lettering do
              yield RichText.toSvg line
          yield "</g>"
          yield "</svg>"
          yield "" ]
        |> String.concat "\n"

    /// Saves the figure as `name`.png, `name`.svg and `name`.pdf in a folder, with its caption in `name`.caption.md, each whole or not at
    /// all, and returns their paths. Refusal when they cannot be written.
    let save (folder: string) (name: string) (figure: Figure) : string list =
        let saved (extension, bytes: byte array) =
            let path = Path.Combine(folder, name + extension)
            Files.writeWhole path (fun stream -> stream.Write(bytes, 0, bytes.Length))
            path

        // Everything is made before anything is written.
        [ ".png", toPng figure
          ".svg", Encoding.UTF8.GetBytes(toSvg figure)
          ".pdf", toPdf figure
          ".caption.md", Encoding.UTF8.GetBytes(caption figure) ]
        |> List.map saved
