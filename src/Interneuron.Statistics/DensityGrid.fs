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
            invalidArg "pairs" "all pairs have one coordinate in common; a density needs some spread along both axes"

        sigma * Math.Pow(float n, -1.0 / 6.0)

    /// Each pair shared among the four grid points around it, bilinearly; those outside the grid are left out.
    let private bin (pairs: float[]) start step size =
        let mass = Array2D.zeroCreate size size
        let share = 2.0 / float pairs.Length

        for k in 0..2 .. pairs.Length - 2 do
            let x, y = (pairs[k] - start) / step, (pairs[k + 1] - start) / step
            let last = float (size - 1)

            if x >= 0.0 && x < last && y >= 0.0 && y < last then
                let i, j = int x, int y
                let fx, fy = x - float i, y - float j
                mass[j, i] <- mass[j, i] + share * (1.0 - fx) * (1.0 - fy)
                mass[j, i + 1] <- mass[j, i + 1] + share * fx * (1.0 - fy)
                mass[j + 1, i] <- mass[j + 1, i] + share * (1.0 - fx) * fy
                mass[j + 1, i + 1] <- mass[j + 1, i + 1] + share * fx * fy

        mass

    /// Gaussian weights at whole steps from -reach to reach, with sum one.
    let private kernel (sigmaInSteps: float) =
        let reach = int (ceil (5.0 * sigmaInSteps))

        let weights =
            Array.init (2 * reach + 1) (fun k -> exp (-0.5 * pown (float (k - reach) / sigmaInSteps) 2))

        let sum = Array.sum weights
        weights |> Array.map (fun w -> w / sum)

    /// Every row of a matrix convolved with the weights, then transposed.
    let private blurRows (weights: float[]) (matrix: float[,]) =
        let size = Array2D.length1 matrix
        let reach = weights.Length / 2
        let result = Array2D.zeroCreate size size

        for j in 0 .. size - 1 do
            for i in 0 .. size - 1 do
                let mutable sum = 0.0

                for k in max 0 (i - reach) .. min (size - 1) (i + reach) do
                    sum <- sum + weights[k - i + reach] * matrix[j, k]

                result[i, j] <- sum

        result

    /// The kernel density of n pairs (n x 2) on `points` x `points` grid points that cover [-extent, extent] along both axes. The kernel
    /// is a Gaussian with a standard deviation for each axis by Scott's rule (the smaller of sd and IQR/1.349, times n^(-1/6)); the grid
    /// should be finer than that. Pairs outside the window count, as far as the kernel reaches in. A Gaussian kernel is a product, so the
    /// grid is convolved along x and then along y, which costs less than two Fourier transforms and does not wrap around.
    let estimate (extent: float) (points: int) (pairs: float[]) =
        if not (Double.IsFinite extent && extent > 0.0) then
            invalidArg (nameof extent) $"the extent is {extent}; it has to be positive"

        if points < 2 then
            invalidArg (nameof points) $"{points} grid points; there have to be at least 2"

        Samples.count 2 pairs |> ignore
        let step = 2.0 * extent / float (points - 1)

        let hx, hy =
            bandwidth (Samples.column 2 0 pairs), bandwidth (Samples.column 2 1 pairs)

        let kx, ky = kernel (hx / step), kernel (hy / step)
        let margin = 1 + max kx.Length ky.Length / 2
        let mass = bin pairs (-extent - float margin * step) step (points + 2 * margin)
        let blurred = mass |> blurRows kx |> blurRows ky

        { Axis = Array.init points (fun i -> -extent + float i * step)
          Density = Array2D.init points points (fun j i -> blurred[j + margin, i + margin] / (step * step))
          Bandwidth = struct (hx, hy) }
