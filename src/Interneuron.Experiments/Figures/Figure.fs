namespace Interneuron.Experiments

open System.IO
open System.Text
open System.Text.RegularExpressions
open SkiaSharp
open Interneuron.Stimuli

/// A figure of several panels, row after row, named (a), (b), ... in this order.
type Figure =
    {
        /// The panels of each row, from left to right, all of one width.
        Rows: Panel list list
        /// The height of a row, in points; one of tables alone is as high as they need.
        RowHeight: float
    }

/// Figures as files.
[<RequireQualifiedAccess>]
module Figure =
    // Pixels in a point: 300 in an inch, what journals ask for.
    let private resolution = 300.0 / 72.0

    let private rowHeight (figure: Figure) (row: Panel list) =
        match row |> List.map Panel.tableHeight with
        | heights when List.forall Option.isSome heights -> heights |> List.choose id |> List.max
        | _ -> figure.RowHeight

    let private height (figure: Figure) =
        figure.Rows |> List.sumBy (rowHeight figure)

    /// The width and height of the PNG, in pixels.
    let pixels (figure: Figure) : int * int =
        int (Style.pageWidth * resolution), int (height figure * resolution)

    let private draw (canvas: SKCanvas) (figure: Figure) =
        canvas.Clear SKColors.White
        let mutable letter = 'a'
        let mutable top = 0.0

        for row in figure.Rows do
            let height = rowHeight figure row
            let width = Style.pageWidth / float row.Length
            let lines = row |> List.map Panel.headLines |> List.max

            row
            |> List.iteri (fun j panel ->
                let area =
                    SKRect.Create(float32 (width * float j), float32 top, float32 width, float32 height)

                let name = if Panel.isLettered panel then string letter else ""

                if Panel.isLettered panel then
                    letter <- letter + char 1

                Panel.draw canvas area lines name panel)

            top <- top + height

    /// The figure as PNG, 300 pixels an inch.
    let toPng (figure: Figure) : byte array =
        let width, height = pixels figure
        use surface = SKSurface.Create(SKImageInfo(width, height))
        surface.Canvas.Scale(float32 resolution)
        draw surface.Canvas figure
        use image = surface.Snapshot()
        use data = image.Encode(SKEncodedImageFormat.Png, 100)
        data.ToArray()

    // Skia counts names on from drawing to drawing; the same figure is the same text when they are counted within it.
    let private renamed (svg: string) =
        let names =
            Regex.Matches(svg, "id=\"(cl_[0-9a-f]+)\"")
            |> Seq.map _.Groups[1].Value
            |> Seq.distinct
            |> List.ofSeq

        let numbers = names |> List.mapi (fun i name -> name, $"clip_{i}") |> Map.ofList
        Regex.Replace(svg, "cl_[0-9a-f]+", fun found -> Map.tryFind found.Value numbers |> Option.defaultValue found.Value)

    /// The figure as SVG, without a need for fonts.
    let toSvg (figure: Figure) : string =
        use stream = new MemoryStream()
        let width, height = Style.pageWidth, height figure

        (use canvas =
            SKSvgCanvas.Create(SKRect.Create(float32 width, float32 height), stream)

         draw canvas figure)
        // Skia gives the size without a unit, which is a pixel of 1/96 inch; ours is the point.
        let unitless = $"width=\"{width}\" height=\"{height}\">"

        let sized =
            $"width=\"{width}pt\" height=\"{height}pt\" viewBox=\"0 0 {width} {height}\">"

        Encoding.UTF8.GetString(stream.ToArray()).Replace(unitless, sized) |> renamed

    /// Saves the figure as `name`.png and `name`.svg in a folder, each whole or not at all, and returns their paths. BadInputException when
    /// they cannot be written.
    let save (folder: string) (name: string) (figure: Figure) : string list =
        let saved extension (bytes: byte array) =
            let path = Path.Combine(folder, name + extension)
            Files.writeWhole path (fun stream -> stream.Write(bytes, 0, bytes.Length))
            path

        [ saved ".png" (toPng figure)
          saved ".svg" (Encoding.UTF8.GetBytes(toSvg figure)) ]
