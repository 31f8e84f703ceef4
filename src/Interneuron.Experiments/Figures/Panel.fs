namespace Interneuron.Experiments

open System
open SkiaSharp
open Interneuron.Stimuli

/// What stands in one place of a figure.
[<RequireQualifiedAccess>]
type Panel =
    /// Curves in a frame, the last on top.
    | Curves of x: Axis * y: Axis * curves: Curve list
    /// A grey image under a caption.
    | Picture of caption: string * image: Image
    /// Names and values, one line each; it gets no letter.
    | Notes of (string * string) list
    /// Rows of cells under a header of as many; it gets no letter.
    | Table of header: string list * rows: string list list
    /// A drawing of its own, with a letter or without.
    | Sketch of isLettered: bool * elements: Element list
    /// A drawing without a letter that is only this high, for what lines mean.
    | Key of height: float * elements: Element list

/// Drawing panels.
[<RequireQualifiedAccess>]
module Panel =
    /// A text as a label, whatever characters it has: without a meaning of _ and ^.
    let plain (text: string) : string = RichText.plain text

    let private legend (panel: Panel) =
        match panel with
        | Panel.Curves(_, _, curves) -> curves |> List.filter (fun curve -> curve.Label <> "")
        | Panel.Picture _
        | Panel.Notes _
        | Panel.Table _
        | Panel.Key _
        | Panel.Sketch _ -> []

    /// The lines that a panel needs above its frame, for its legend or caption.
    let internal headLines (panel: Panel) : int =
        match panel with
        | Panel.Curves _ -> legend panel |> List.sumBy (fun curve -> (Curves.linesOf curve).Length)
        | Panel.Picture _ -> 1
        | Panel.Notes _
        | Panel.Table _
        | Panel.Key _
        | Panel.Sketch _ -> 0

    /// Whether a panel is named by a letter.
    let internal isLettered (panel: Panel) : bool =
        match panel with
        | Panel.Notes _
        | Panel.Key _
        | Panel.Table _ -> false
        | Panel.Sketch(isLettered, _) -> isLettered
        | Panel.Curves _
        | Panel.Picture _ -> true

    /// The number of letters that name a panel or its parts.
    let internal letters (panel: Panel) : int =
        match panel with
        | Panel.Sketch(isLettered, elements) ->
            let parts =
                elements
                |> List.filter (function
                    | Element.Letter _ -> true
                    | _ -> false)

            parts.Length + (if isLettered then 1 else 0)
        | other -> if isLettered other then 1 else 0

    let private drawPicture (sheet: Sheet) (area: SKRect) head caption (image: Image) =
        let left = float area.Left + 16.0

        let side =
            min (float area.Right - Curves.rightMargin - left) (float area.Bottom - 5.0 - (float area.Top + head))

        let top = float area.Top + head

        let pixels =
            image.Intensities.ToArray() |> Array.map (fun v -> byte (Math.Round(255.0 * v)))

        use picture =
            SKImage.FromPixelCopy(SKImageInfo(image.Width, image.Height, SKColorType.Gray8, SKAlphaType.Opaque), ReadOnlySpan pixels)

        use paint = new SKPaint(IsAntialias = true)

        let place =
            SKRect(float32 left, float32 top, float32 (left + side), float32 (top + side))

        sheet.Canvas.DrawImage(picture, place, SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear), paint)
        Element.draw sheet (Element.Text((left, (top - Curves.headFoot)), Anchor.Start, caption))

    let private drawNotes (sheet: Sheet) (area: SKRect) head (notes: (string * string) list) =
        let left = float area.Left + 16.0

        let column =
            8.0
            + (notes
               |> List.map (fst >> RichText.width Fonts.Regular Style.textSize)
               |> List.max)

        notes
        |> List.iteri (fun i (name, value) ->
            let baseline =
                float area.Top + head + Style.textSize + 1.35 * Style.textSize * float i

            Element.draw sheet (Element.Text((left, baseline), Anchor.Start, name))
            Element.draw sheet (Element.Text(((left + column), baseline), Anchor.Start, value)))

    let private tableLine = 1.5 * Style.textSize

    /// The height that a panel needs, in points; None for those that take what they get.
    let internal ownHeight (panel: Panel) : float option =
        match panel with
        | Panel.Key(height, _) -> Some height
        | Panel.Table(_, rows) -> Some(Curves.headFoot + tableLine * float (rows.Length + 2))
        | Panel.Curves _
        | Panel.Picture _
        | Panel.Notes _
        | Panel.Sketch _ -> None

    let private drawTable (sheet: Sheet) (area: SKRect) head (header: string list) (rows: string list list) =
        let rows =
            rows
            |> List.map (List.map (fun cell -> if cell.StartsWith '-' then Axis.minus cell else cell))

        let width face cell = RichText.width face Style.textSize cell

        let widths =
            header
            |> List.mapi (fun j name ->
                14.0
                + List.max (width Fonts.Bold name :: [ for row in rows -> width Fonts.Regular row[j] ]))

        let lefts = widths |> List.scan (+) (float area.Left + 16.0)

        let line face i cells =
            let baseline = float area.Top + head + Style.textSize + tableLine * float i

            cells
            |> List.iteri (fun j cell -> RichText.draw sheet face Style.textSize Style.black Anchor.Start lefts[j] baseline cell)

        line Fonts.Bold 0 header
        rows |> List.iteri (fun i row -> line Fonts.Regular (i + 1) row)

    let private drawSketch (sheet: Sheet) (area: SKRect) (elements: Element list) =
        sheet.Canvas.Save() |> ignore
        sheet.Canvas.Translate(area.Left, area.Top)
        elements |> List.iter (Element.draw sheet)
        sheet.Canvas.Restore()

    /// Draws a panel into an area, its frame below `lines` lines of legend.
    let internal draw (sheet: Sheet) (area: SKRect) (lines: int) (letter: string) (panel: Panel) =
        let head = Curves.headFoot + 3.0 + Curves.headLine * float lines

        match panel with
        | Panel.Curves(x, y, curves) -> Curves.draw sheet area head x y curves
        | Panel.Picture(caption, image) -> drawPicture sheet area head caption image
        | Panel.Notes notes -> drawNotes sheet area head notes
        | Panel.Table(header, rows) -> drawTable sheet area head header rows
        | Panel.Key(_, elements)
        | Panel.Sketch(_, elements) -> drawSketch sheet area elements

        Curves.drawLegend sheet area head (legend panel)

        RichText.draw
            sheet
            Fonts.Bold
            Style.letterSize
            Style.black
            Anchor.Start
            (float area.Left + 1.0)
            (float area.Top + Style.letterSize)
            letter
