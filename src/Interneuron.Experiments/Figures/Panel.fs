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
        /// What the legend says, with italics as in an axis's label.
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

/// Drawing panels.
[<RequireQualifiedAccess>]
module Panel =
    /// A linear axis.
    let linear (label: string) (range: float * float) : Axis =
        { Label = label; Range = range; Scale = Scale.Linear }

    /// An axis of decades.
    let log (label: string) (range: float * float) : Axis =
        { Label = label; Range = range; Scale = Scale.Log }

    // Distances within a panel, in points. The frame has the same place in every panel of a size, so that frames stand in line.
    let private leftMargin, rightMargin, bottomMargin = 34.0, 6.0, 27.0
    let private headLine = 9.5
    let private headFoot = 5.0
    let private sampleLength = 15.0

    let private legend (panel: Panel) =
        match panel with
        | Panel.Curves(_, _, curves) -> curves |> List.filter (fun curve -> curve.Label <> "")
        | Panel.Picture _
        | Panel.Notes _ -> []

    /// The lines that a panel needs above its frame, for its legend or caption.
    let internal headLines (panel: Panel) : int =
        match panel with
        | Panel.Curves _ -> List.length (legend panel)
        | Panel.Picture _ -> 1
        | Panel.Notes _ -> 0

    /// Whether a panel is named by a letter.
    let internal isLettered (panel: Panel) : bool =
        match panel with
        | Panel.Notes _ -> false
        | Panel.Curves _
        | Panel.Picture _ -> true

    let private position (axis: Axis) value =
        match axis.Scale with
        | Scale.Linear -> value
        | Scale.Log -> Math.Log10 value

    let private limits (axis: Axis) =
        position axis (fst axis.Range), position axis (snd axis.Range)

    let private pattern stroke =
        match stroke with
        | Stroke.Solid -> LinePattern.Solid
        | Stroke.Dashed -> LinePattern.Dashed
        | Stroke.Dotted -> LinePattern.Dotted

    let private decades (axis: Axis) =
        let least, most = limits axis
        [ for k in int (Math.Ceiling(least - 1e-9)) .. int (Math.Floor(most + 1e-9)) -> k ]

    // Every decade while they are few, else every second or third.
    let private labelled (axis: Axis) =
        let all = decades axis
        let every = (all.Length + 6) / 7
        all |> List.filter (fun k -> k % every = 0)

    let private ticks (axis: Axis) : ITickGenerator =
        match axis.Scale with
        | Scale.Linear ->
            let generator = TickGenerators.NumericAutomatic(MinimumTickSpacing = 22.0f, IntegerTicksOnly = false)
            // A minus sign has the width of a plus sign; a hyphen has not.
            generator.LabelFormatter <- fun value -> (Math.Round(value, 10)).ToString(Globalization.CultureInfo.InvariantCulture).Replace('-', '\u2212')
            generator.MinorTickGenerator <- TickGenerators.EvenlySpacedMinorTickGenerator 2.0
            generator
        | Scale.Log ->
            let generator = TickGenerators.NumericManual()
            let marked = labelled axis
            for k in decades axis do
                if List.contains k marked then generator.AddMajor(float k, "") else generator.AddMinor(float k)
            generator

    let private styleAxis (axis: Axis) (drawn: IAxis) =
        drawn.TickGenerator <- ticks axis
        drawn.FrameLineStyle.Width <- float32 Style.axisWidth
        drawn.FrameLineStyle.Color <- Color.FromHex Style.black
        for tick, length in [ drawn.MajorTickStyle, 3.0f; drawn.MinorTickStyle, 1.6f ] do
            tick.Length <- length
            tick.Width <- float32 Style.axisWidth
            tick.Color <- Color.FromHex Style.black
        let label = drawn.TickLabelStyle
        label.FontName <- Fonts.family
        label.FontSize <- float32 Style.textSize
        label.ForeColor <- Color.FromHex Style.black

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
            let line = plot.Add.ScatterLine(Array.map fst points, Array.map snd points)
            line.Color <- Color.FromHex curve.Ink.Colour
            line.LineWidth <- float32 curve.Ink.Width
            line.LinePattern <- pattern curve.Ink.Stroke
        let left, right = limits x
        let bottom, top = limits y
        plot.Axes.SetLimits(left, right, bottom, top)
        plot

    let private text (canvas: SKCanvas) x y content =
        RichText.draw canvas Fonts.Regular Style.textSize Style.black x y content

    let private centred (canvas: SKCanvas) x y content =
        text canvas (x - RichText.width Fonts.Regular Style.textSize content / 2.0) y content

    let private upright (canvas: SKCanvas) x y content =
        canvas.Save() |> ignore
        canvas.Translate(float32 x, float32 y)
        canvas.RotateDegrees -90.0f
        centred canvas 0.0 0.0 content
        canvas.Restore()

    // The exponents of a decade axis, which ScottPlot's tick labels cannot raise.
    let private decadeLabels (canvas: SKCanvas) (x: Axis) (y: Axis) (frame: SKRect) =
        let minus (k: int) = (string k).Replace('-', '\u2212')
        let along axis from upTo k =
            let least, most = limits axis
            from + (upTo - from) * (float k - least) / (most - least)
        if y.Scale = Scale.Log then
            for k in labelled y do
                let label = $"10^{{{minus k}}}"
                let width = RichText.width Fonts.Regular Style.textSize label
                let at = along y (float frame.Bottom) (float frame.Top) k
                text canvas (float frame.Left - 5.0 - width) (at + 0.36 * Style.textSize) label
        if x.Scale = Scale.Log then
            for k in labelled x do
                centred canvas (along x (float frame.Left) (float frame.Right) k) (float frame.Bottom + 11.0) $"10^{{{minus k}}}"

    let private sample (canvas: SKCanvas) (ink: Ink) x y =
        use paint = new SKPaint(Color = SKColor.Parse ink.Colour, IsAntialias = true, StrokeWidth = float32 ink.Width, Style = SKPaintStyle.Stroke)
        let dashes =
            match ink.Stroke with
            | Stroke.Solid -> null
            | Stroke.Dashed -> SKPathEffect.CreateDash([| 4.0f; 2.5f |], 0.0f)
            | Stroke.Dotted -> SKPathEffect.CreateDash([| 1.2f; 1.6f |], 0.0f)
        paint.PathEffect <- dashes
        canvas.DrawLine(float32 x, float32 y, float32 (x + sampleLength), float32 y, paint)

    let private drawCurves (canvas: SKCanvas) (area: SKRect) head (x: Axis) (y: Axis) curves =
        let padding = PixelPadding(float32 leftMargin, float32 rightMargin, float32 bottomMargin, float32 head)
        use plot = plot x y curves padding
        canvas.Save() |> ignore
        plot.Render(canvas, PixelRect(area.Left, area.Right, area.Bottom, area.Top))
        canvas.Restore()
        let frame =
            SKRect(area.Left + float32 leftMargin, area.Top + float32 head, area.Right - float32 rightMargin, area.Bottom - float32 bottomMargin)
        decadeLabels canvas x y frame
        centred canvas (float frame.MidX) (float area.Bottom - 5.0) x.Label
        upright canvas (float area.Left + 8.0) (float frame.MidY) y.Label

    let private drawLegend (canvas: SKCanvas) (area: SKRect) head (entries: Curve list) =
        entries
        |> List.iteri (fun i entry ->
            let left = float area.Left + leftMargin
            let baseline = float area.Top + head - headFoot - headLine * float (entries.Length - 1 - i)
            sample canvas entry.Ink left (baseline - 0.35 * Style.textSize)
            text canvas (left + sampleLength + 4.0) baseline entry.Label)

    let private drawPicture (canvas: SKCanvas) (area: SKRect) head caption (image: Image) =
        let left = float area.Left + 16.0
        let side = min (float area.Right - rightMargin - left) (float area.Bottom - 5.0 - (float area.Top + head))
        let top = float area.Top + head
        let pixels = image.Intensities.ToArray() |> Array.map (fun v -> byte (Math.Round(255.0 * v)))
        use picture = SKImage.FromPixelCopy(SKImageInfo(image.Width, image.Height, SKColorType.Gray8, SKAlphaType.Opaque), ReadOnlySpan pixels)
        use paint = new SKPaint(IsAntialias = true)
        let place = SKRect(float32 left, float32 top, float32 (left + side), float32 (top + side))
        canvas.DrawImage(picture, place, SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear), paint)
        text canvas left (top - headFoot) caption

    let private drawNotes (canvas: SKCanvas) (area: SKRect) head (notes: (string * string) list) =
        let left = float area.Left + 16.0
        let column = 8.0 + (notes |> List.map (fst >> RichText.width Fonts.Regular Style.textSize) |> List.max)
        notes
        |> List.iteri (fun i (name, value) ->
            let baseline = float area.Top + head + Style.textSize + 1.35 * Style.textSize * float i
            text canvas left baseline name
            text canvas (left + column) baseline value)

    /// Draws a panel into an area, its frame below `lines` lines of legend.
    let internal draw (canvas: SKCanvas) (area: SKRect) (lines: int) (letter: string) (panel: Panel) =
        let head = headFoot + 3.0 + headLine * float lines
        match panel with
        | Panel.Curves(x, y, curves) -> drawCurves canvas area head x y curves
        | Panel.Picture(caption, image) -> drawPicture canvas area head caption image
        | Panel.Notes notes -> drawNotes canvas area head notes
        drawLegend canvas area head (legend panel)
        RichText.draw canvas Fonts.Bold Style.letterSize Style.black (float area.Left + 1.0) (float area.Top + Style.letterSize) letter
