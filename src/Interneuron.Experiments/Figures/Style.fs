namespace Interneuron.Experiments

/// The shape of a point's mark; shapes tell methods apart in grey.
[<RequireQualifiedAccess>]
type Mark =
    /// A disc.
    | Circle
    /// A square.
    | Square
    /// A triangle.
    | Triangle
    /// A square on its corner.
    | Diamond
    /// An x.
    | Cross
    /// A circle with a white inside.
    | Ring
    /// Letters, with italics as in an axis's label.
    | Letters of string

/// How a line is drawn.
[<RequireQualifiedAccess>]
type Stroke =
    /// Without gaps.
    | Solid
    /// In dashes.
    | Dashed
    /// In dots.
    | Dotted
    /// Not at all: a mark on every point.
    | Marks of Mark

/// Strokes of the pen.
[<RequireQualifiedAccess>]
module Stroke =
    /// The lengths of a stroke's dashes and of the gaps between them, in points; none for an unbroken line.
    let internal dashes (stroke: Stroke) : float32 array =
        match stroke with
        | Stroke.Solid
        | Stroke.Marks _ -> [||]
        | Stroke.Dashed -> [| 3.2f; 1.8f |]
        | Stroke.Dotted -> [| 1.0f; 1.4f |]

    /// The points of a line as they are to be drawn. Skia writes a single straight line into an SVG without its dashes; with a point in its
    /// middle it is a path, which keeps them.
    let internal drawn (stroke: Stroke) (points: (float * float) array) : (float * float) array =
        match points with
        | [| (a, b); (c, d) |] when dashes stroke <> [||] -> [| a, b; (a + c) / 2.0, (b + d) / 2.0; c, d |]
        | _ -> points

/// The look of a line or of points. Lengths are in points, 1/72 inch.
type Ink =
    {
        /// As #RRGGBB.
        Colour: string
        /// The width of a line, the diameter of a point.
        Width: float
        /// How a line is drawn.
        Stroke: Stroke
    }

/// The look of all figures. Each method has one colour throughout, from the palette of Okabe and Ito (2008), which the colour-blind can
/// tell apart; what is drawn in the same panel differs in lightness and stroke as well, so that it can be told apart in grey.
[<RequireQualifiedAccess>]
module Style =
    /// The width of a figure over two columns, in points: 180 mm.
    let pageWidth = 510.0

    /// The size of letters in labels, in points.
    let textSize = 7.5

    /// The size of the letters that name the panels, in points.
    let letterSize = 10.0

    /// The width of axes and ticks, in points.
    let axisWidth = 0.6

    /// Axes and lettering.
    let black = "#1A1A1A"

    let private solid colour =
        { Colour = colour
          Width = 1.3
          Stroke = Stroke.Solid }

    /// The stimuli as they are.
    let stimulus = { solid "#A8A8A8" with Width = 1.5 }

    /// What the trained circuit does: its responses, its transform, its interneurons' output.
    let circuit = solid "#0072B2"

    /// What would be best: the target, the optimal transport map. Drawn over the circuit's line.
    let optimum =
        { solid "#000000" with
            Stroke = Stroke.Dashed
            Width = 0.8 }

    /// A parametric model fitted to the stimuli.
    let fit = { solid "#D55E00" with Width = 0.9 }

    /// The colours that tell several things of one kind apart, circuits first of all: none of them stands for a method without a circuit.
    /// From the muted scheme of Tol (2021).
    let private palette =
        [ circuit.Colour
          "#882255"
          "#CC6677"
          "#88CCEE"
          "#332288"
          "#999933"
          "#AA4499" ]

    /// Lines that differ in colour, lightness and stroke, for the i-th of at most seven things of one kind.
    let line (i: int) : Ink =
        let strokes = [ Stroke.Solid; Stroke.Dashed; Stroke.Dotted ]

        { solid palette[i % palette.Length] with
            Stroke = strokes[i % strokes.Length] }

    /// Marks that differ in colour and shape, for the i-th of at most six things of one kind.
    let marks (i: int) : Ink =
        let shapes =
            [ Mark.Circle; Mark.Square; Mark.Triangle; Mark.Diamond; Mark.Cross; Mark.Ring ]

        { Colour = palette[i % palette.Length]
          Width = 4.5
          Stroke = Stroke.Marks shapes[i % shapes.Length] }

    // From dark to light through hues that differ, so that neighbours can be told apart in colour and in grey.
    let private ramp =
        [| 0x1B, 0x11, 0x42
           0x33, 0x22, 0x88
           0x00, 0x72, 0xB2
           0x2F, 0x9E, 0x8F
           0x8F, 0xBF, 0x4D
           0xD9, 0xC8, 0x5A |]

    /// Thin lines for the i-th of any number of things of one kind that stand in an order, such as interneurons: from dark to light where
    /// they are more than there are lines of `line`.
    let ordered (count: int) (i: int) : Ink =
        if count <= palette.Length then
            { line i with Width = 0.9 }
        else
            let at = float (ramp.Length - 1) * float i / float (count - 1)
            let below = min (ramp.Length - 2) (int at)
            let share = at - float below

            let mix a b =
                int (System.Math.Round(float a + share * float (b - a)))

            let (r0, g0, b0), (r1, g1, b1) = ramp[below], ramp[below + 1]

            { solid $"#%02X{mix r0 r1}%02X{mix g0 g1}%02X{mix b0 b1}" with
                Width = 0.7 }

    /// The points of a cloud, in the colour of a line.
    let cloud (ink: Ink) : Ink =
        { ink with
            Width = 1.4
            Stroke = Stroke.Marks Mark.Circle }

    /// ZCA whitening.
    let zca =
        { solid "#E69F00" with
            Stroke = Stroke.Dashed }

    /// Rotation-based iterative Gaussianisation.
    let rotationBased =
        { solid "#009E73" with
            Stroke = Stroke.Dotted
            Width = 1.6 }

    /// Pairs without dependence: what an estimate says of them.
    let shuffled =
        { solid "#000000" with
            Stroke = Stroke.Dotted
            Width = 0.8 }

    let private shades =
        [ { solid "#56B4E9" with Width = 1.1 }
          circuit
          { solid "#1B2A57" with
              Stroke = Stroke.Dashed }
          { solid "#CC79A7" with Width = 1.1 }
          { solid "#6B2C5A" with
              Stroke = Stroke.Dotted } ]

    /// The inks of circuits that stand beside each other, from the fewest interneurons to the most; a circuit alone has `circuit`.
    let circuits (count: int) : Ink list =
        if count = 1 then
            [ circuit ]
        else
            List.init count (fun i -> shades[i % shades.Length])

    /// The directions of synaptic weights, behind what is drawn on them.
    let weights = { solid "#C4C4C4" with Width = 2.4 }

    /// Axes and frames.
    let axis = { solid black with Width = axisWidth }
