namespace Interneuron.Experiments

open System
open SkiaSharp
open ScottPlot

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

/// Drawing curves and their legend.
[<RequireQualifiedAccess>]
module internal Curves =
    // Distances within a panel, in points. The frame has the same place in every panel of a size, so that frames stand in line.
    let leftMargin, rightMargin, bottomMargin = 38.0, 8.0, 27.0
    let headLine = 9.5
    let headFoot = 5.0
    let private sampleLength = 15.0

    /// The lines of its entry in the legend.
    let linesOf (curve: Curve) = curve.Label.Split '\n'

    let private text (sheet: Sheet) anchor x y content =
        Element.draw sheet (Element.Text((x, y), anchor, content))

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

    let private generator (axis: Axis) : ITickGenerator =
        let labelled, between = Axis.ticks axis
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
                |> Array.map (fun (a, b) -> Axis.position x a, Axis.position y b)
                |> Array.filter (fun (a, b) -> Double.IsFinite a && Double.IsFinite b)
                |> Stroke.drawn curve.Ink.Stroke

            match curve.Ink.Stroke with
            | Stroke.Marks Mark.Circle when points.Length > 0 ->
                let left, right = Axis.limits x
                let bottom, top = Axis.limits y

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

        let left, right = Axis.limits x
        let bottom, top = Axis.limits y
        plot.Axes.SetLimits(left, right, bottom, top)
        plot

    let private tickLabels (sheet: Sheet) (x: Axis) (y: Axis) (frame: SKRect) =
        let place axis (from: float32) (upTo: float32) at =
            let least, most = Axis.limits axis
            float from + float (upTo - from) * (at - least) / (most - least)

        for at, label in fst (Axis.ticks x) do
            text sheet Anchor.Middle (place x frame.Left frame.Right at) (float frame.Bottom + 11.5) label

        for at, label in fst (Axis.ticks y) do
            text sheet Anchor.End (float frame.Left - 5.0) (place y frame.Bottom frame.Top at + 0.36 * Style.textSize) label

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

    /// Draws curves in a frame whose top lies `head` below that of the area.
    let draw (sheet: Sheet) (area: SKRect) (head: float) (x: Axis) (y: Axis) (curves: Curve list) =
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
                        let least, most = Axis.limits axis

                        float from
                        + float (upTo - from) * (Axis.position axis value - least) / (most - least)

                    text sheet Anchor.Middle (along x frame.Left frame.Right a) (along y frame.Bottom frame.Top b) letters
            | _ -> ()

        text sheet Anchor.Middle (float frame.MidX) (float area.Bottom - 5.0) x.Label
        Element.draw sheet (Element.Upright(((float area.Left + 8.0), (float frame.MidY)), Anchor.Middle, y.Label))

    /// Draws the legend above a frame whose top lies `head` below that of the area.
    let drawLegend (sheet: Sheet) (area: SKRect) (head: float) (entries: Curve list) =
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

            text sheet Anchor.Start (left + sampleLength + 4.0) baseline line)
