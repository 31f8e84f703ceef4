namespace Interneuron.Experiments

open System
open SkiaSharp
open ScottPlot
open Interneuron.Stimuli

/// How an axis runs.
[<RequireQualifiedAccess>]
type Scale =
    /// Evenly.
    | Linear
    /// By decades; values that are not positive are not shown.
    | Log
    /// By doublings, each labelled as a number; values that are not positive are not shown.
    | Octaves

/// An axis of a panel.
type Axis =
    {
        /// What it shows, with its unit; `_s_` is an italic s.
        Label: string
        /// Least and largest value shown.
        Range: float * float
        /// How it runs.
        Scale: Scale
    }

/// A line through points, with its entry in the legend; no entry where the label is empty.
type Curve =
    {
        /// What the legend says, with italics as in an axis's label; a line of it ends with \n.
        Label: string
        /// How it looks.
        Ink: Ink
        /// The points' abscissas.
        X: float array
        /// The points' ordinates, as many.
        Y: float array
    }

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

/// Discs at many points, as one path: a figure with thousands of points stays small.
type private Cloud(points: (float * float) array, ink: Ink) =
    let mutable axes: IAxes = Axes()

    interface IPlottable with
        member val IsVisible = true with get, set

        member _.Axes
            with get () = axes
            and set value = axes <- value

        member _.LegendItems = Seq.empty

        member _.GetAxisLimits() =
            let x, y = Array.map fst points, Array.map snd points
            AxisLimits(Array.min x, Array.max x, Array.min y, Array.max y)

        member _.Render rendered =
            use path = new SKPath()

            for x, y in points do
                let at = axes.GetPixel(Coordinates(x, y))
                // A line of no length, which a round pen makes a disc.
                path.MoveTo(at.X, at.Y)
                path.LineTo(at.X + 0.01f, at.Y)

            use paint =
                new SKPaint(
                    Color = SKColor.Parse ink.Colour,
                    IsAntialias = true,
                    Style = SKPaintStyle.Stroke,
                    StrokeWidth = float32 ink.Width,
                    StrokeCap = SKStrokeCap.Round
                )

            rendered.Canvas.DrawPath(path, paint)

/// Drawing panels.
[<RequireQualifiedAccess>]
module Panel =
    // What is all alike, as silence is, has a range of no length, in which there is no place for a tick.
    let private widened (least: float, most: float) =
        let size = max (abs least) (abs most)

        if not (Double.IsFinite size) then
            0.0, 1.0
        elif most - least > 1e-9 * size then
            least, most
        else
            least - max 0.5 (0.1 * size), most + max 0.5 (0.1 * size)

    /// A text as a label, whatever characters it has: without a meaning of _ and ^.
    let plain (text: string) : string = RichText.plain text

    /// A linear axis; a range of one value gets some room on either side.
    let linear (label: string) (range: float * float) : Axis =
        { Label = label
          Range = widened range
          Scale = Scale.Linear }

    /// An axis of decades.
    let log (label: string) (range: float * float) : Axis =
        { Label = label
          Range = range
          Scale = Scale.Log }

    /// An axis of doublings.
    let octaves (label: string) (range: float * float) : Axis =
        { Label = label
          Range = range
          Scale = Scale.Octaves }

    // Distances within a panel, in points. The frame has the same place in every panel of a size, so that frames stand in line.
    let private leftMargin, rightMargin, bottomMargin = 38.0, 8.0, 27.0
    let private headLine = 9.5
    let private headFoot = 5.0
    let private sampleLength = 15.0

    let private legend (panel: Panel) =
        match panel with
        | Panel.Curves(_, _, curves) -> curves |> List.filter (fun curve -> curve.Label <> "")
        | Panel.Picture _
        | Panel.Notes _
        | Panel.Table _
        | Panel.Key _
        | Panel.Sketch _ -> []

    let private linesOf (curve: Curve) = curve.Label.Split '\n'

    /// The lines that a panel needs above its frame, for its legend or caption.
    let internal headLines (panel: Panel) : int =
        match panel with
        | Panel.Curves _ -> legend panel |> List.sumBy (fun curve -> (linesOf curve).Length)
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

    let private position (axis: Axis) value =
        match axis.Scale with
        | Scale.Linear -> value
        | Scale.Log -> Math.Log10 value
        | Scale.Octaves -> Math.Log2 value

    let private limits (axis: Axis) =
        position axis (fst axis.Range), position axis (snd axis.Range)

    let private shape mark =
        match mark with
        | Mark.Circle -> MarkerShape.FilledCircle
        | Mark.Square -> MarkerShape.FilledSquare
        | Mark.Triangle -> MarkerShape.FilledTriangleUp
        | Mark.Diamond -> MarkerShape.FilledDiamond
        | Mark.Cross -> MarkerShape.Eks
        | Mark.Ring -> MarkerShape.OpenCircle
        | Mark.Letters _ -> MarkerShape.None

    // Marks that are lines need a width; the others are filled.
    let private markerStyle (ink: Ink) mark =
        let style = MarkerStyle(shape mark, float32 ink.Width, Color.FromHex ink.Colour)
        style.LineWidth <- 0.9f
        style.LineColor <- Color.FromHex ink.Colour
        style

    let private minus (number: string) = number.Replace('-', '\u2212')

    // The smallest of the steps 1, 2 and 5 times a power of ten that makes at most six ticks.
    let private stepFor least most =
        let power = 10.0 ** floor (log10 ((most - least) / 6.0))

        [ 1.0; 2.0; 5.0; 10.0 ]
        |> List.map ((*) power)
        |> List.find (fun step -> (most - least) / step <= 6.0)

    // The labelled ticks of an axis, where they stand in its limits and what they say, and the ticks between them.
    let private ticks (axis: Axis) : (float * string) list * float list =
        let least, most = limits axis
        let within = List.filter (fun at -> at >= least - 1e-9 && at <= most + 1e-9)

        match axis.Scale with
        | Scale.Linear ->
            let step = stepFor least most
            let first, last = int64 (floor (least / step)), int64 (ceil (most / step))
            let multiples = [ for k in first..last -> float k * step ]

            let label at =
                minus (Output.grouped (Math.Round(at / step) * step))

            [ for at in within multiples -> at, label at ], within (multiples |> List.map (fun at -> at + step / 2.0))
        | Scale.Octaves -> [ for at in within [ for k in floor least .. ceil most -> k ] -> at, Output.grouped (2.0 ** at) ], []
        | Scale.Log when most - least < 2.0 ->
            // Less than two decades have too few powers of ten to be read: 1, 2 and 5 times these, or as many of them as there is room for.
            let mantissas =
                if most - least > 1.2 then
                    [ 1.0; 3.0 ]
                else
                    [ 1.0; 2.0; 5.0 ]

            let all =
                [ for k in floor least .. ceil most do
                      for m in 1.0 .. 9.0 -> k, m ]

            let at (k, m) = k + log10 m

            let label (k: float, m) =
                if abs k <= 3.0 then
                    Output.grouped (Math.Round(m * 10.0 ** k, 4))
                elif m = 1.0 then
                    $"10^{{{minus (string (int k))}}}"
                else
                    $"{m}·10^{{{minus (string (int k))}}}"

            let isShown k =
                at k >= least - 1e-9 && at k <= most + 1e-9

            let marked, between =
                all
                |> List.filter isShown
                |> List.partition (fun (_, m) -> List.contains m mantissas)

            [ for tick in marked -> at tick, label tick ], List.map at between
        | Scale.Log ->
            let decades = within [ for k in floor least .. ceil most -> k ]
            // Every decade while they are few, else every second or third.
            let every = (decades.Length + 6) / 7
            let marked, between = decades |> List.partition (fun k -> int k % every = 0)
            [ for k in marked -> k, $"10^{{{minus (string (int k))}}}" ], between

    let private generator (axis: Axis) : ITickGenerator =
        let labelled, between = ticks axis
        let generator = TickGenerators.NumericManual()

        for at, _ in labelled do
            // The labels are drawn with ours, since ScottPlot's cannot raise an exponent.
            generator.AddMajor(at, "")

        for at in between do
            generator.AddMinor at

        generator

    let private styleAxis (axis: Axis) (drawn: IAxis) =
        drawn.TickGenerator <- generator axis
        drawn.FrameLineStyle.Width <- float32 Style.axisWidth
        drawn.FrameLineStyle.Color <- Color.FromHex Style.black

        for tick, length in [ drawn.MajorTickStyle, 3.0f; drawn.MinorTickStyle, 1.6f ] do
            tick.Length <- length
            tick.Width <- float32 Style.axisWidth
            tick.Color <- Color.FromHex Style.black

    let private plot (x: Axis) (y: Axis) curves (padding: PixelPadding) =
        let plot = new Plot()
        plot.RenderManager.ClearCanvasBeforeEachRender <- false
        plot.HideGrid()
        plot.Layout.Fixed padding
        styleAxis x plot.Axes.Bottom
        styleAxis y plot.Axes.Left
        plot.Axes.Top.FrameLineStyle.Width <- 0.0f
        plot.Axes.Right.FrameLineStyle.Width <- 0.0f

        for curve in curves do
            let points =
                Array.zip curve.X curve.Y
                |> Array.map (fun (a, b) -> position x a, position y b)
                |> Array.filter (fun (a, b) -> Double.IsFinite a && Double.IsFinite b)
                |> Stroke.drawn curve.Ink.Stroke

            match curve.Ink.Stroke with
            | Stroke.Marks Mark.Circle when points.Length > 0 ->
                let left, right = limits x
                let bottom, top = limits y

                let shown =
                    points
                    |> Array.filter (fun (a, b) -> a >= left && a <= right && b >= bottom && b <= top)

                if shown.Length > 0 then
                    plot.Add.Plottable(Cloud(shown, curve.Ink)) |> ignore
            | Stroke.Marks(Mark.Letters _) -> ()
            | Stroke.Marks mark ->
                let markers = plot.Add.Markers(Array.map fst points, Array.map snd points)
                markers.MarkerStyle <- markerStyle curve.Ink mark
            | Stroke.Solid
            | Stroke.Dashed
            | Stroke.Dotted ->
                let line = plot.Add.ScatterLine(Array.map fst points, Array.map snd points)
                line.Color <- Color.FromHex curve.Ink.Colour
                line.LineWidth <- float32 curve.Ink.Width

                match Stroke.dashes curve.Ink.Stroke with
                | [||] -> ()
                | lengths -> line.LinePattern <- LinePattern(lengths, 0.0f, string curve.Ink.Stroke)

        let left, right = limits x
        let bottom, top = limits y
        plot.Axes.SetLimits(left, right, bottom, top)
        plot

    let private text (sheet: Sheet) x y content =
        RichText.draw sheet Fonts.Regular Style.textSize Style.black Anchor.Start x y content

    let private centred (sheet: Sheet) x y content =
        RichText.draw sheet Fonts.Regular Style.textSize Style.black Anchor.Middle x y content

    let private ending (sheet: Sheet) x y content =
        RichText.draw sheet Fonts.Regular Style.textSize Style.black Anchor.End x y content

    let private upright (sheet: Sheet) x y content =
        sheet.Canvas.Save() |> ignore
        sheet.Canvas.Translate(float32 x, float32 y)
        sheet.Canvas.RotateDegrees -90.0f
        centred sheet 0.0 0.0 content
        sheet.Canvas.Restore()

    let private tickLabels (sheet: Sheet) (x: Axis) (y: Axis) (frame: SKRect) =
        let place axis (from: float32) (upTo: float32) at =
            let least, most = limits axis
            float from + float (upTo - from) * (at - least) / (most - least)

        for at, label in fst (ticks x) do
            centred sheet (place x frame.Left frame.Right at) (float frame.Bottom + 11.5) label

        for at, label in fst (ticks y) do
            ending sheet (float frame.Left - 5.0) (place y frame.Bottom frame.Top at + 0.36 * Style.textSize) label

    let private lineSample (sheet: Sheet) (ink: Ink) x y =
        Element.draw sheet (Element.Line(ink, [| x, y; x + sampleLength, y |]))

    let private sample (sheet: Sheet) (ink: Ink) x y =
        match ink.Stroke with
        | Stroke.Marks mark ->
            use paint = Paint.NewDisposablePaint()

            (markerStyle { ink with Width = max ink.Width 3.0 } mark)
                .Render(sheet.Canvas, Pixel(float32 (x + sampleLength / 2.0), float32 y), paint)
        | Stroke.Solid
        | Stroke.Dashed
        | Stroke.Dotted -> lineSample sheet ink x y

    let private drawCurves (sheet: Sheet) (area: SKRect) head (x: Axis) (y: Axis) curves =
        let padding =
            PixelPadding(float32 leftMargin, float32 rightMargin, float32 bottomMargin, float32 head)

        use plot = plot x y curves padding
        let place = PixelRect(area.Left, area.Right, area.Bottom, area.Top)
        // The first time ScottPlot draws everything twice, which would be in the vector graphics.
        use pixel = new SKBitmap(1, 1)
        use nowhere = new SKCanvas(pixel)
        plot.Render(nowhere, place)
        sheet.Canvas.Save() |> ignore
        plot.Render(sheet.Canvas, place)
        sheet.Canvas.Restore()

        let frame =
            SKRect(
                area.Left + float32 leftMargin,
                area.Top + float32 head,
                area.Right - float32 rightMargin,
                area.Bottom - float32 bottomMargin
            )

        tickLabels sheet x y frame

        for curve in curves do
            match curve.Ink.Stroke with
            | Stroke.Marks(Mark.Letters letters) ->
                for a, b in Array.zip curve.X curve.Y do
                    let along axis (from: float32) (upTo: float32) value =
                        let least, most = limits axis

                        float from
                        + float (upTo - from) * (position axis value - least) / (most - least)

                    centred sheet (along x frame.Left frame.Right a) (along y frame.Bottom frame.Top b) letters
            | _ -> ()

        centred sheet (float frame.MidX) (float area.Bottom - 5.0) x.Label
        upright sheet (float area.Left + 8.0) (float frame.MidY) y.Label

    let private drawLegend (sheet: Sheet) (area: SKRect) head (entries: Curve list) =
        let left = float area.Left + leftMargin

        let lines =
            entries
            |> List.collect (fun entry -> [ for i, line in Array.indexed (linesOf entry) -> entry.Ink, i, line ])

        lines
        |> List.iteri (fun at (ink, i, line) ->
            let baseline =
                float area.Top + head - headFoot - headLine * float (lines.Length - 1 - at)

            if i = 0 then
                sample sheet ink left (baseline - 0.35 * Style.textSize)

            text sheet (left + sampleLength + 4.0) baseline line)

    let private drawPicture (sheet: Sheet) (area: SKRect) head caption (image: Image) =
        let left = float area.Left + 16.0

        let side =
            min (float area.Right - rightMargin - left) (float area.Bottom - 5.0 - (float area.Top + head))

        let top = float area.Top + head

        let pixels =
            image.Intensities.ToArray() |> Array.map (fun v -> byte (Math.Round(255.0 * v)))

        use picture =
            SKImage.FromPixelCopy(SKImageInfo(image.Width, image.Height, SKColorType.Gray8, SKAlphaType.Opaque), ReadOnlySpan pixels)

        use paint = new SKPaint(IsAntialias = true)

        let place =
            SKRect(float32 left, float32 top, float32 (left + side), float32 (top + side))

        sheet.Canvas.DrawImage(picture, place, SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear), paint)
        text sheet left (top - headFoot) caption

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

            text sheet left baseline name
            text sheet (left + column) baseline value)

    let private tableLine = 1.5 * Style.textSize

    /// The height that a panel needs, in points; None for those that take what they get.
    let internal ownHeight (panel: Panel) : float option =
        match panel with
        | Panel.Key(height, _) -> Some height
        | Panel.Table(_, rows) -> Some(headFoot + tableLine * float (rows.Length + 2))
        | Panel.Curves _
        | Panel.Picture _
        | Panel.Notes _
        | Panel.Sketch _ -> None

    let private drawTable (sheet: Sheet) (area: SKRect) head (header: string list) (rows: string list list) =
        let rows =
            rows
            |> List.map (List.map (fun cell -> if cell.StartsWith '-' then minus cell else cell))

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
        let head = headFoot + 3.0 + headLine * float lines

        match panel with
        | Panel.Curves(x, y, curves) -> drawCurves sheet area head x y curves
        | Panel.Picture(caption, image) -> drawPicture sheet area head caption image
        | Panel.Notes notes -> drawNotes sheet area head notes
        | Panel.Table(header, rows) -> drawTable sheet area head header rows
        | Panel.Key(_, elements)
        | Panel.Sketch(_, elements) -> drawSketch sheet area elements

        drawLegend sheet area head (legend panel)

        RichText.draw
            sheet
            Fonts.Bold
            Style.letterSize
            Style.black
            Anchor.Start
            (float area.Left + 1.0)
            (float area.Top + Style.letterSize)
            letter
