namespace Interneuron.Experiments

open SkiaSharp

/// Lettering with italic symbols and raised exponents: `_s_` is an italic s, `10^{-3}` a ten with the exponent -3. Letters are drawn
/// as outlines, so that vector graphics need no font where they are looked at.
module internal RichText =

    type private Piece =
        { Text: string
          Face: Fonts.Face
          IsRaised: bool }

    let private exponentSize = 0.72
    let private exponentRise = 0.36

    let private parse (face: Fonts.Face) (text: string) =
        let pieces = ResizeArray<Piece>()
        let mutable plain = ""
        let mutable isItalic = false

        let flush isRaised =
            if plain <> "" then
                pieces.Add
                    { Text = plain
                      Face = (if isItalic then Fonts.Italic else face)
                      IsRaised = isRaised }

                plain <- ""

        let mutable i = 0

        while i < text.Length do
            if text[i] = '_' then
                flush false
                isItalic <- not isItalic
                i <- i + 1
            elif text[i] = '^' && i + 1 < text.Length && text[i + 1] = '{' then
                flush false
                let stop = text.IndexOf('}', i)
                plain <- text[i + 2 .. stop - 1]
                flush true
                i <- stop + 1
            else
                plain <- plain + string text[i]
                i <- i + 1

        flush false
        List.ofSeq pieces

    let private fontOf size piece =
        // Letters keep their designed widths: hinting would round them to whole points.
        new SKFont(
            Fonts.typeface piece.Face,
            float32 (if piece.IsRaised then exponentSize * size else size),
            Subpixel = true,
            LinearMetrics = true,
            Hinting = SKFontHinting.None
        )

    /// The width of a text, in points.
    let width (face: Fonts.Face) (size: float) (text: string) : float =
        parse face text
        |> List.sumBy (fun piece ->
            use font = fontOf size piece
            float (font.MeasureText piece.Text))

    /// Draws a text with its baseline starting at (x, y), in points.
    let draw (canvas: SKCanvas) (face: Fonts.Face) (size: float) (colour: string) (x: float) (y: float) (text: string) =
        use paint = new SKPaint(Color = SKColor.Parse colour, IsAntialias = true)
        let mutable x = x

        for piece in parse face text do
            use font = fontOf size piece
            let y = if piece.IsRaised then y - exponentRise * size else y
            use outlines = font.GetTextPath(piece.Text, SKPoint(float32 x, float32 y))
            canvas.DrawPath(outlines, paint)
            x <- x + float (font.MeasureText piece.Text)
