namespace Interneuron.Experiments

open System
open Interneuron.Statistics

/// The distribution of pairs in the plane, as contours of their density.
type Plane =
    {
        /// The line above the frame.
        Title: string
        /// The line between the title and the frame.
        Note: string
        /// The names of the two coordinates.
        Coordinates: string * string
        /// How the contours look.
        Ink: Ink
        /// The pairs, n x 2.
        Pairs: float array
        /// Directions of synaptic weights with the gains of their interneurons.
        Weights: (float array * float) list
    }

/// Drawing planes.
[<RequireQualifiedAccess>]
module Plane =
    /// The coordinates run from minus to plus this, in standard deviations of the target.
    let extent = 3.0

    // Finer than the kernel of a few hundred thousand pairs with a sharp peak.
    let private gridPoints = 241

    let private leftMargin, rightMargin, head, foot = 25.0, 3.0, 23.0, 23.0

    let private sideOf width = width - leftMargin - rightMargin

    /// The height of a panel of this width, in points.
    let height (width: float) : float = head + sideOf width + foot

    /// Gains of the same axis, w or -w, taken together, each a share of the largest.
    let private axes (weights: (float array * float) list) =
        let axis (w: float array) =
            if w[0] < -1e-9 || (abs w[0] <= 1e-9 && w[1] < 0.0) then
                Array.map (~-) w
            else
                w

        let key (w: float array, _) =
            let a = axis w in Math.Round(a[0], 6), Math.Round(a[1], 6)

        let joined =
            weights
            |> List.groupBy key
            |> List.map (fun (w, each) -> w, each |> List.sumBy snd)

        let largest = joined |> List.map snd |> List.fold max 0.0

        [ for w, gain in joined do
              if gain > 0.0 then
                  w, gain / largest ]

    /// Pairs with both coordinates centred and in units of their standard deviations; a coordinate that is constant is only centred.
    let standardised (pairs: float array) : float array =
        let columns =
            [| for column in 0..1 -> Plots.standardised (Samples.column 2 column pairs) |]

        Array.init pairs.Length (fun k -> columns[k % 2][k / 2])

    /// What stands inside a frame of a side, around the origin (x, y): weights, the circles of a spherical Gaussian, and contours at the
    /// levels that it has there.
    let elements (side: float) (x: float, y: float) (plane: Plane) : Element list =
        let at (a, b) =
            x + a * side / (2.0 * extent), y - b * side / (2.0 * extent)

        let density = DensityGrid.estimate extent gridPoints plane.Pairs

        let circle radius =
            Element.circle { Style.optimum with Width = 0.6 } (x, y) (radius * side / (2.0 * extent))

        [ for (a, b), share in axes plane.Weights do
              let reach = extent / max (abs a) (abs b)

              let ink =
                  { Style.weights with
                      Width = Style.weights.Width * max 0.15 share }

              Element.Line(ink, [| at (-reach * a, -reach * b); at (reach * a, reach * b) |])
          for radius in DensityGrid.paperRadii do
              for line in Contours.lines density.Axis density.Density (DensityGrid.gaussianLevel radius) do
                  Element.Line(plane.Ink, Array.map at line)
          for radius in DensityGrid.paperRadii do
              circle radius ]

    /// What lines mean, below panels of planes over a whole page.
    let key (width: float) : Panel =
        let entry left ink text =
            [ Element.Line(ink, [| left, 7.0; left + 18.0, 7.0 |])
              Element.Text((left + 22.0, 9.6), Anchor.Start, text) ]

        Panel.Key(
            14.0,
            [ yield!
                  entry
                      leftMargin
                      { Style.circuit with
                          Colour = Style.black
                          Width = 1.1 }
                      "contours of the density"
              yield! entry (leftMargin + 0.24 * width) { Style.optimum with Width = 0.6 } "those of the spherical Gaussian"
              yield! entry (leftMargin + 0.52 * width) Style.weights "synaptic weights, the wider the greater the gain" ]
        )

    /// A panel of this width, in points.
    let panel (width: float) (plane: Plane) : Panel =
        let side = sideOf width
        let right, bottom = leftMargin + side, head + side
        let middle = leftMargin + side / 2.0, head + side / 2.0
        let tick value = side * (0.5 + value / (2.0 * extent))
        let label value = (string value).Replace('-', '\u2212')
        let first, second = plane.Coordinates

        Panel.Sketch(
            true,
            [ yield! elements side middle plane
              Element.frame Style.axis (leftMargin, head) (right, bottom)
              for value in [ -2; 0; 2 ] do
                  let x, y = leftMargin + tick (float value), bottom - tick (float value)
                  Element.Line(Style.axis, [| x, bottom; x, bottom + 2.5 |])
                  Element.Line(Style.axis, [| leftMargin, y; leftMargin - 2.5, y |])
                  Element.Text((x, bottom + 10.0), Anchor.Middle, label value)
                  Element.Text((leftMargin - 4.0, y + 0.36 * Style.textSize), Anchor.End, label value)
              Element.Text((fst middle, bottom + 18.5), Anchor.Middle, first)
              Element.Upright((9.0, snd middle), Anchor.Middle, second)
              Element.Text((leftMargin, 10.0), Anchor.Start, plane.Title)
              Element.Text((leftMargin, 19.0), Anchor.Start, plane.Note) ]
        )
