namespace Interneuron.Stimuli

open Interneuron.Statistics

/// From an image to stimuli: filter responses of unit variance, one row a stimulus s, one column a coordinate (n x N).
[<RequireQualifiedAccess>]
module Coefficients =

    // Intensities lie in [0, 1] and are known to 1e-16, so a spread below this is rounding, not structure.
    let private leastDeviation = 1e-12

    /// The subband of the paper: first scale, first orientation of the pyramid of order 2, not yet scaled. It has the image's shape.
    /// Refusal when the image is smaller than 8 x 8.
    let firstBand (image: Image) =
        // The finest scale is the same whatever the height, so a small image gets the highest pyramid that fits.
        let height =
            min Pyramid.publishedHeight (Pyramid.maximalHeight image.Height image.Width)

        if height < 1 then
            raise (Refusal $"The image has {image.Height} x {image.Width} pixels; filter responses need at least 8 x 8.")

        let pyramid = Pyramid.create Pyramid.publishedOrder height image.Height image.Width
        Pyramid.analyse pyramid image.Intensities (Subband.Oriented(0, 0))

    /// Each column divided by its standard deviation, sqrt(mean of squares - square of mean); the mean is divided too, not subtracted.
    /// Refusal when a column doesn't vary.
    let unitVariance (samples: Grid) =
        let n, dimension = samples.Rows, samples.Columns
        let values = samples.ToArray()

        for column in 0 .. dimension - 1 do
            let mutable sum = 0.0

            for row in 0 .. n - 1 do
                sum <- sum + values[row * dimension + column]

            let mean = sum / float n
            let mutable squares = 0.0

            for row in 0 .. n - 1 do
                let deviation = values[row * dimension + column] - mean
                squares <- squares + deviation * deviation

            let deviation = sqrt (squares / float n)

            if not (deviation > leastDeviation) then
                raise (Refusal "The filter responses are all alike; an image of a single grey has no coefficients to learn from.")

            for row in 0 .. n - 1 do
                values[row * dimension + column] <- values[row * dimension + column] / deviation

        Grid(n, dimension, values)

    /// Samples of a subband at several places at once: one column for each offset (dy, dx), one row for each position of the
    /// band for which all of them lie inside, row by row. ArgumentException without offsets, or when they extend beyond the band.
    let neighbours (offsets: (int * int) list) (band: Grid) =
        if List.isEmpty offsets then
            invalidArg (nameof offsets) "At least one offset is needed; (0, 0) gives single coefficients."

        let span extent steps =
            let first = max 0 (-List.min steps)
            let last = extent - max 0 (List.max steps)

            if last <= first then
                Refusal.argument (nameof offsets) $"The offsets reach further than a band of {band.Rows} x {band.Columns} coefficients."

            first, last - first

        let top, rows = span band.Rows (List.map fst offsets)
        let left, columns = span band.Columns (List.map snd offsets)
        let steps = Array.ofList offsets

        Grid.init (rows * columns) steps.Length (fun sample coordinate ->
            let dy, dx = steps[coordinate]
            band[top + sample / columns + dy, left + sample % columns + dx])

    /// Single coefficients (N = 1): `firstBand` with unit variance, n x 1. Refusal when the image is too small or all of one grey.
    let single image =
        firstBand image |> neighbours [ 0, 0 ] |> unitVariance

    /// N coefficients below one another: (x[i, j], x[i + d, j], ..., x[i + (N - 1) d, j]), each coordinate with unit variance, n x N.
    /// Refusal as `single`, ArgumentException when they reach further than the image.
    let column count d image =
        firstBand image
        |> neighbours [ for k in 0 .. count - 1 -> k * d, 0 ]
        |> unitVariance

    /// Pairs at the vertical offset d (N = 2): (x[i, j], x[i + d, j]), each coordinate with unit variance, n x 2.
    /// Refusal as `single`, ArgumentException when d reaches further than the image.
    let pairs d image = column 2 d image
