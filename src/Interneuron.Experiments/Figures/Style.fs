namespace Interneuron.Experiments

/// How a line is drawn.
[<RequireQualifiedAccess>]
type Stroke =
    /// Without gaps.
    | Solid
    /// In dashes.
    | Dashed
    /// In dots.
    | Dotted

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
