namespace Interneuron.Experiments

open SkiaSharp

/// A part of a drawing. Places and lengths are in points, x to the right and y down from the upper left corner of the panel.
[<RequireQualifiedAccess>]
type Element =
    /// A line through points.
    | Line of ink: Ink * points: (float * float) array
    /// A disc with a rim.
    | Disc of centre: float * float * radius: float * fill: string * rim: Ink
    /// A polygon filled with a colour, as #RRGGBB.
    | Area of fill: string * points: (float * float) array
    /// A text on its baseline, with italics as in an axis's label.
    | Text of at: (float * float) * anchor: Anchor * content: string
    /// A text that runs upwards.
    | Upright of at: (float * float) * anchor: Anchor * content: string
    /// A letter that names a part, as panels are named.
    | Letter of at: (float * float) * letter: string

/// Drawing elements.
[<RequireQualifiedAccess>]
module Element =
    /// A circle as a line.
    let circle (ink: Ink) (x: float, y: float) (radius: float) : Element =
        let points =
            [| for k in 0..96 do
                   let angle = 2.0 * System.Math.PI * float k / 96.0
                   x + radius * cos angle, y + radius * sin angle |]

        Element.Line(ink, points)

    /// A rectangle as a line.
    let frame (ink: Ink) (left: float, top: float) (right: float, bottom: float) : Element =
        Element.Line(ink, [| left, top; right, top; right, bottom; left, bottom; left, top |])

    let private path (points: (float * float) array) =
        let path = new SKPath()

        points
        |> Array.iteri (fun i (x, y) ->
            if i = 0 then
                path.MoveTo(float32 x, float32 y)
            else
                path.LineTo(float32 x, float32 y))

        path

    let private stroke (ink: Ink) (draw: SKPaint -> unit) =
        use paint =
            new SKPaint(Color = SKColor.Parse ink.Colour, IsAntialias = true, StrokeWidth = float32 ink.Width, Style = SKPaintStyle.Stroke)

        match Stroke.dashes ink.Stroke with
        | [||] -> paint.StrokeJoin <- SKStrokeJoin.Round
        | lengths -> paint.PathEffect <- SKPathEffect.CreateDash(lengths, 0.0f)

        draw paint

    let private line (canvas: SKCanvas) ink points =
        use path = path (Stroke.drawn ink.Stroke points)
        stroke ink (fun paint -> canvas.DrawPath(path, paint))

    let private fill (colour: string) (draw: SKPaint -> unit) =
        use paint = new SKPaint(Color = SKColor.Parse colour, IsAntialias = true)
        draw paint

    let private text (sheet: Sheet) x y anchor content =
        RichText.draw sheet Fonts.Regular Style.textSize Style.black anchor x y content

    /// Draws an element on a sheet whose origin is the panel's corner.
    let internal draw (sheet: Sheet) (element: Element) =
        let canvas = sheet.Canvas

        match element with
        | Element.Line(ink, points) -> line canvas ink points
        | Element.Disc(x, y, radius, colour, rim) ->
            fill colour (fun paint -> canvas.DrawCircle(float32 x, float32 y, float32 radius, paint))
            stroke rim (fun paint -> canvas.DrawCircle(float32 x, float32 y, float32 radius, paint))
        | Element.Area(colour, points) ->
            use path = path points
            fill colour (fun paint -> canvas.DrawPath(path, paint))
        | Element.Text((x, y), anchor, content) -> text sheet x y anchor content
        | Element.Upright((x, y), anchor, content) ->
            canvas.Save() |> ignore
            canvas.Translate(float32 x, float32 y)
            canvas.RotateDegrees -90.0f
            text sheet 0.0 0.0 anchor content
            canvas.Restore()
        | Element.Letter((x, y), letter) -> RichText.draw sheet Fonts.Bold Style.letterSize Style.black Anchor.Start x y letter
