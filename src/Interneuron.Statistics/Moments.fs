namespace Interneuron.Statistics

open System

/// Moments of samples. All are averages over the samples given (divisor n, not n - 1): the moments of the empirical distribution.
/// They are summed about the first sample in a unit that is a power of two, so that neither a large mean nor powers
/// that would overflow a double cost digits, and samples that are all equal have a variance of exactly zero.
[<RequireQualifiedAccess>]
module Moments =
    /// A power of two above every sample, kept away from the limits of a double so that its reciprocal is exact.
    let internal unitOf (samples: float[]) =
        let largest = samples |> Array.fold (fun most x -> max most (abs x)) 0.0

        if largest = 0.0 then
            1.0
        else
            Math.ScaleB(1.0, Math.Clamp(Math.ILogB largest + 1, -1000, 1000))

    /// The mean in the unit.
    let private meanIn (unit: float) (samples: float[]) =
        let first = samples[0] / unit
        let mutable sum = 0.0

        for x in samples do
            sum <- sum + (x / unit - first)

        first + sum / float samples.Length

    /// The unit, and in its powers the mean and the second, third and fourth moments about it.
    let private central (samples: float[]) =
        let n = float (Samples.count 1 samples)
        let unit = unitOf samples
        let mu = meanIn unit samples
        let mutable m2 = 0.0
        let mutable m3 = 0.0
        let mutable m4 = 0.0

        for x in samples do
            let d = x / unit - mu
            let d2 = d * d
            m2 <- m2 + d2
            m3 <- m3 + d2 * d
            m4 <- m4 + d2 * d2

        struct (unit, mu, m2 / n, m3 / n, m4 / n)

    /// The mean of n one-dimensional samples.
    let mean (samples: float[]) =
        Samples.count 1 samples |> ignore
        let unit = unitOf samples
        unit * meanIn unit samples

    /// The variance of n one-dimensional samples; infinite or zero if it overflows or underflows a double.
    let variance (samples: float[]) =
        let struct (unit, _, m2, _, _) = central samples
        m2 * unit * unit

    /// The standard deviation of n one-dimensional samples.
    let standardDeviation (samples: float[]) =
        let struct (unit, _, m2, _, _) = central samples
        unit * sqrt m2

    /// The skewness of n one-dimensional samples, m3 / m2^(3/2): 0 for a symmetric distribution. NaN when all samples are equal.
    let skewness (samples: float[]) =
        let struct (_, _, m2, m3, _) = central samples
        m3 / (m2 * sqrt m2)

    /// The kurtosis of n one-dimensional samples, m4 / m2^2 (not the excess): 3 for a Gaussian. NaN when all samples are equal.
    let kurtosis (samples: float[]) =
        let struct (_, _, m2, _, m4) = central samples
        m4 / (m2 * m2)

    /// The mean of n x N samples: N numbers.
    let means (dimension: int) (samples: float[]) =
        let n = Samples.count dimension samples
        let unit = unitOf samples
        let sums = Array.zeroCreate dimension

        for i in 0 .. n - 1 do
            for j in 0 .. dimension - 1 do
                sums[j] <- sums[j] + (samples[i * dimension + j] / unit - samples[j] / unit)

        Array.init dimension (fun j -> samples[j] + sums[j] / float n * unit)

    /// The covariance of n x N samples in the square of a unit: a symmetric N x N matrix.
    let internal covarianceIn (unit: float) (dimension: int) (samples: float[]) =
        let n = Samples.count dimension samples
        let mu = means dimension samples |> Array.map (fun mean -> mean / unit)
        let sums = Array2D.zeroCreate dimension dimension
        let d = Array.zeroCreate dimension

        for i in 0 .. n - 1 do
            for j in 0 .. dimension - 1 do
                d[j] <- samples[i * dimension + j] / unit - mu[j]

            for j in 0 .. dimension - 1 do
                for k in j .. dimension - 1 do
                    sums[j, k] <- sums[j, k] + d[j] * d[k]

        Array2D.init dimension dimension (fun j k -> sums[min j k, max j k] / float n)

    /// The covariance of n x N samples: a symmetric N x N matrix; infinite or zero where it is beyond a double.
    let covariance (dimension: int) (samples: float[]) =
        let unit = unitOf samples
        covarianceIn unit dimension samples |> Array2D.map (fun c -> c * unit * unit)

    /// Each coordinate of n x N samples minus its mean, in units of its standard deviation. Refuses a coordinate that is the same in all
    /// samples.
    let standardise (dimension: int) (samples: float[]) =
        Samples.count dimension samples |> ignore

        Array.init dimension (fun j ->
            let column = Samples.column dimension j samples
            let struct (unit, mu, m2, _, _) = central column

            // A deviation below the rounding of the numbers themselves counts as none.
            if sqrt m2 <= 1e-15 * abs mu then
                Refusal.argument (nameof samples) $"coordinate {j} is {column[0]} in all {column.Length} samples; it has no scale"

            let scale = 1.0 / sqrt m2
            column |> Array.map (fun x -> (x / unit - mu) * scale))
        |> Samples.ofColumns
