namespace Interneuron.Experiments

open SkiaSharp

/// Where a text stands relative to its place.
[<RequireQualifiedAccess>]
type Anchor =
    /// It begins there.
    | Start
    /// Its middle is there.
    | Middle
    /// It ends there.
    | End

/// A stretch of lettering in one face.
type internal Piece =
    {
        Text: string
        Face: Fonts.Face
        /// Whether it is an exponent.
        IsRaised: bool
    }

/// A line of lettering where it stands.
type internal Lettering =
    {
        Pieces: Piece list
        /// The size of the letters that are not raised, in points.
        Size: float
        Colour: string
        Anchor: Anchor
        /// Where the baseline begins, has its middle or ends.
        X: float
        Y: float
        /// From there to the figure.
        Matrix: SKMatrix
    }

/// What a figure is drawn on.
type internal Sheet =
    {
        Canvas: SKCanvas
        /// Takes lettering that is to stay text; None where the canvas draws it.
        Lettering: ResizeArray<Lettering> option
    }
