namespace Interneuron.Experiments

open System
open System.Text
open SkiaSharp

/// Lettering with italic symbols and raised exponents: `_s_` is an italic s, `10^{-3}` a ten with the exponent -3; a backslash takes the
/// meaning from the character after it.
module internal RichText =
    let private exponentSize = 0.72
    let private exponentRise = 0.36

    /// A text as it is, whatever characters it has.
    let plain (text: string) : string =
        text.Replace("\\", "\\\\").Replace("_", "\\_").Replace("^", "\\^")

    /// A number as an index below the line.
    let index (number: int) : string =
        String.map (fun digit -> char (int '₀' + int digit - int '0')) (string number)

    let private parse (face: Fonts.Face) (text: string) : Piece list =
        let pieces = ResizeArray<Piece>()
        let run = StringBuilder()
        let mutable isItalic = false

        let flush isRaised =
            if run.Length > 0 then
                pieces.Add
                    { Text = run.ToString()
                      Face = (if isItalic then Fonts.Italic else face)
                      IsRaised = isRaised }

                run.Clear() |> ignore

        let rec read i =
            if i < text.Length then
                match text[i] with
                | '\\' when i + 1 < text.Length ->
                    run.Append text[i + 1] |> ignore
                    read (i + 2)
                | '_' ->
                    flush false
                    isItalic <- not isItalic
                    read (i + 1)
                | '^' when text.IndexOf('}', i) > i && text[i + 1] = '{' ->
                    flush false
                    let stop = text.IndexOf('}', i)
                    run.Append(text.AsSpan(i + 2, stop - i - 2)) |> ignore
                    flush true
                    read (stop + 1)
                | c ->
                    run.Append c |> ignore
                    read (i + 1)

        read 0
        flush false
        List.ofSeq pieces

    /// The stretches of a text.
    let pieces (text: string) : Piece list = parse Fonts.Regular text

    let private sizeOf size (piece: Piece) =
        if piece.IsRaised then exponentSize * size else size

    let private fontOf size (piece: Piece) =
        // Letters keep their designed widths: hinting would round them to whole points.
        new SKFont(
            Fonts.typeface piece.Face,
            float32 (sizeOf size piece),
            Subpixel = true,
            LinearMetrics = true,
            Hinting = SKFontHinting.None
        )

    let private widthOf size piece =
        use font = fontOf size piece
        float (font.MeasureText piece.Text)

    /// The width of a text, in points.
    let width (face: Fonts.Face) (size: float) (text: string) : float =
        parse face text |> List.sumBy (widthOf size)

    /// Draws a text with the start, the middle or the end of its baseline at (x, y), in points.
    let draw (sheet: Sheet) (face: Fonts.Face) (size: float) (colour: string) (anchor: Anchor) (x: float) (y: float) (text: string) =
        let pieces = parse face text

        match sheet.Lettering with
        | Some lettering when not pieces.IsEmpty ->
            lettering.Add
                { Pieces = pieces
                  Size = size
                  Colour = colour
                  Anchor = anchor
                  X = x
                  Y = y
                  Matrix = sheet.Canvas.TotalMatrix }
        | Some _ -> ()
        | None ->
            use paint = new SKPaint(Color = SKColor.Parse colour, IsAntialias = true)
            let width = pieces |> List.sumBy (widthOf size)

            let mutable x =
                match anchor with
                | Anchor.Start -> x
                | Anchor.Middle -> x - width / 2.0
                | Anchor.End -> x - width

            for piece in pieces do
                use font = fontOf size piece
                let y = if piece.IsRaised then y - exponentRise * size else y
                sheet.Canvas.DrawText(piece.Text, float32 x, float32 y, font, paint)
                x <- x + float (font.MeasureText piece.Text)

    let private number (x: float) =
        x.ToString("0.##", Globalization.CultureInfo.InvariantCulture)

    /// The lettering as an element of an SVG: one text, in a font of the same widths wherever there is one.
    let toSvg (lettering: Lettering) : string =
        let m = lettering.Matrix

        let place =
            if m.ScaleX = 1.0f && m.SkewY = 0.0f then
                $"x=\"{number (float m.TransX + lettering.X)}\" y=\"{number (float m.TransY + lettering.Y)}\""
            else
                let at = m.MapPoint(SKPoint(float32 lettering.X, float32 lettering.Y))

                let matrix =
                    [ m.ScaleX; m.SkewY; m.SkewX; m.ScaleY; at.X; at.Y ]
                    |> List.map (float >> number)
                    |> String.concat " "

                $"transform=\"matrix({matrix})\""

        let anchor =
            match lettering.Anchor with
            | Anchor.Start -> ""
            | Anchor.Middle -> " text-anchor=\"middle\""
            | Anchor.End -> " text-anchor=\"end\""

        let rise = number (exponentRise * lettering.Size)

        let spans =
            (false, lettering.Pieces)
            ||> List.mapFold (fun wasRaised piece ->
                let style =
                    [ match piece.Face with
                      | Fonts.Italic -> " font-style=\"italic\""
                      | Fonts.Bold -> " font-weight=\"bold\""
                      | Fonts.Regular -> ()
                      match wasRaised, piece.IsRaised with
                      | false, true -> $" dy=\"-{rise}\" font-size=\"{number (sizeOf lettering.Size piece)}\""
                      | true, false -> $" dy=\"{rise}\""
                      | _ -> () ]
                    |> String.concat ""

                let shown = Xml.escaped piece.Text

                (if style = "" then
                     shown
                 else
                     $"<tspan{style}>{shown}</tspan>"),
                piece.IsRaised)
            |> fst
            |> String.concat ""

        $"<text {place}{anchor} font-size=\"{number lettering.Size}\" fill=\"{lettering.Colour}\" xml:space=\"preserve\">{spans}</text>"
