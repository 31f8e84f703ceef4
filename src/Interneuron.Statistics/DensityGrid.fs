namespace Interneuron.Statistics

open System

/// A density in two dimensions on a grid of m x m points.
type DensityGrid =
    {
        /// The m abscissae, ascending and equally spaced; the ordinates are the same numbers.
        Axis: float[]
        /// The density at (x_i, y_j) is entry [j, i], in units of 1/(x y).
        Density: float[,]
        /// The standard deviations of the kernel along x and along y.
        Bandwidth: struct (float * float)
    }

/// Densities of pairs on a grid, for contour plots.
[<RequireQualifiedAccess>]
module DensityGrid =
    /// The radii of a standard Gaussian at whose density the paper draws its contours.
    let paperRadii = [| 0.625; 1.25; 1.875 |]

    /// The density that N(0, I) in two dimensions has at this radius, exp(-radius^2 / 2) / (2 pi): a contour at this level is the circle
    /// when the pairs are spherical Gaussian.
    let gaussianLevel (radius: float) =
        exp (-0.5 * radius * radius) / (2.0 * Math.PI)

    /// Scott's rule for two dimensions, sigma n^(-1/6), where sigma is the smaller of the standard deviation and IQR/1.349, which a heavy
    /// tail does not widen.
    let private bandwidth (column: float[]) =
        let ascending = Samples.sorted column
        let n = ascending.Length
        let sd = Moments.standardDeviation ascending
        let quartiles = (ascending[3 * (n - 1) / 4] - ascending[(n - 1) / 4]) / 1.349
        let sigma = if quartiles > 0.0 then min sd quartiles else sd

        if sigma = 0.0 then
            Refusal.argument "pairs" "all pairs have one coordinate in common; a density needs some spread along both axes"

        sigma * Math.Pow(float n, -1.0 / 6.0)

    /// The grid points along one axis at which pairs are counted and convolved: the window's, and those beyond it within the kernel's
    /// reach.
    [<Struct>]
    type private Ruler =
        { Start: float
          Step: float
          Count: int
          Weights: float[] }

    /// Gaussian weights at whole steps from -reach to reach, with sum one.
    let private kernel (sigmaInSteps: float) =
        let reach = int (ceil (5.0 * sigmaInSteps))

        let weights =
            Array.init (2 * reach + 1) (fun k -> exp (-0.5 * pown (float (k - reach) / sigmaInSteps) 2))

        let sum = Array.sum weights
        weights |> Array.map (fun w -> w / sum)

    /// The most steps a kernel is resolved into, so that pairs of a larger scale than the window need no larger grid.
    let private finest = 32.0

    let private ruler extent step sigma =
        let step = max step (sigma / finest)
        let weights = kernel (sigma / step)
        let margin = 1 + weights.Length / 2

        { Start = -extent - float margin * step
          Step = step
          Count = 1 + int (Math.Round(2.0 * extent / step + 0.5)) + 2 * margin
          Weights = weights }

    /// Each pair shared among the four grid points around it, bilinearly; those outside the grid are left out.
    let private bin (pairs: float[]) (along: Ruler) (across: Ruler) =
        let mass = Array2D.zeroCreate across.Count along.Count
        let share = 2.0 / float pairs.Length

        for k in 0..2 .. pairs.Length - 2 do
            let x = (pairs[k] - along.Start) / along.Step
            let y = (pairs[k + 1] - across.Start) / across.Step

            if
                x >= 0.0
                && x < float (along.Count - 1)
                && y >= 0.0
                && y < float (across.Count - 1)
            then
                let i, j = int x, int y
                let fx, fy = x - float i, y - float j
                mass[j, i] <- mass[j, i] + share * (1.0 - fx) * (1.0 - fy)
                mass[j, i + 1] <- mass[j, i + 1] + share * fx * (1.0 - fy)
                mass[j + 1, i] <- mass[j + 1, i] + share * (1.0 - fx) * fy
                mass[j + 1, i + 1] <- mass[j + 1, i + 1] + share * fx * fy

        mass

    /// Every row of a matrix convolved with the weights, then transposed.
    let private blurRows (weights: float[]) (matrix: float[,]) =
        let rows, columns = Array2D.length1 matrix, Array2D.length2 matrix
        let reach = weights.Length / 2
        let result = Array2D.zeroCreate columns rows

        for j in 0 .. rows - 1 do
            for i in 0 .. columns - 1 do
                let mutable sum = 0.0

                for k in max 0 (i - reach) .. min (columns - 1) (i + reach) do
                    sum <- sum + weights[k - i + reach] * matrix[j, k]

                result[i, j] <- sum

        result

    /// Every row of a matrix at points of its ruler, linear between those of the ruler itself, then transposed.
    let private readRows (ruler: Ruler) (axis: float[]) (matrix: float[,]) =
        let places =
            axis
            |> Array.map (fun x ->
                let at = (x - ruler.Start) / ruler.Step
                let i = int at
                struct (i, at - float i))

        Array2D.init axis.Length (Array2D.length1 matrix) (fun k j ->
            let struct (i, rest) = places[k]
            (1.0 - rest) * matrix[j, i] + rest * matrix[j, i + 1])

    /// The kernel density of n pairs (n x 2) on `points` x `points` grid points that cover [-extent, extent] along both axes. The kernel is
    /// a Gaussian with a standard deviation for each axis by Scott's rule (the smaller of sd and IQR/1.349, times n^(-1/6)); the grid
    /// should be finer than that. Pairs outside the window count as far as the kernel reaches into it. A Gaussian kernel is a product, so
    /// the grid is convolved along x and then along y, which costs less than two Fourier transforms and does not wrap around. Where the
    /// kernel is wide against the grid, whatever the pairs' scale, the convolution has steps of a 32nd of it: time and memory grow with
    /// `points` alone.
    let estimate (extent: float) (points: int) (pairs: float[]) =
        if not (Double.IsFinite extent && extent > 0.0) then
            invalidArg (nameof extent) $"the extent is {extent}; it has to be positive"

        if points < 2 then
            invalidArg (nameof points) $"{points} grid points; there have to be at least 2"

        Samples.count 2 pairs |> ignore
        let step = 2.0 * extent / float (points - 1)
        let axis = Array.init points (fun i -> -extent + float i * step)

        let hx, hy =
            bandwidth (Samples.column 2 0 pairs), bandwidth (Samples.column 2 1 pairs)

        let along, across = ruler extent step hx, ruler extent step hy

        let density =
            bin pairs along across
            |> blurRows along.Weights
            |> blurRows across.Weights
            |> readRows along axis
            |> readRows across axis

        { Axis = axis
          Density = density |> Array2D.map (fun mass -> mass / (along.Step * across.Step))
          Bandwidth = struct (hx, hy) }
