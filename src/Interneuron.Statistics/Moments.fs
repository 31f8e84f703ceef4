namespace Interneuron.Statistics

/// Moments of samples. All are averages over the samples given (divisor n, not n - 1): the moments of the empirical distribution.
[<RequireQualifiedAccess>]
module Moments =
    /// The mean of n one-dimensional samples.
    let mean (samples: float[]) =
        Samples.count 1 samples |> ignore
        Array.average samples

    /// The second, third and fourth moments about the mean.
    let private central (samples: float[]) =
        let mu = mean samples
        let mutable m2 = 0.0
        let mutable m3 = 0.0
        let mutable m4 = 0.0

        for x in samples do
            let d = x - mu
            let d2 = d * d
            m2 <- m2 + d2
            m3 <- m3 + d2 * d
            m4 <- m4 + d2 * d2

        let n = float samples.Length
        struct (m2 / n, m3 / n, m4 / n)

    /// The variance of n one-dimensional samples.
    let variance (samples: float[]) =
        let struct (m2, _, _) = central samples
        m2

    /// The standard deviation of n one-dimensional samples: the square root of `variance`.
    let standardDeviation (samples: float[]) = sqrt (variance samples)

    /// The skewness of n one-dimensional samples, m3 / m2^(3/2): 0 for a symmetric distribution. NaN when all samples are equal.
    let skewness (samples: float[]) =
        let struct (m2, m3, _) = central samples
        m3 / (m2 * sqrt m2)

    /// The kurtosis of n one-dimensional samples, m4 / m2^2 (not the excess): 3 for a Gaussian. NaN when all samples are equal.
    let kurtosis (samples: float[]) =
        let struct (m2, _, m4) = central samples
        m4 / (m2 * m2)

    /// The mean of n x N samples: N numbers.
    let means (dimension: int) (samples: float[]) =
        let n = Samples.count dimension samples
        let sums = Array.zeroCreate dimension

        for i in 0 .. n - 1 do
            for j in 0 .. dimension - 1 do
                sums[j] <- sums[j] + samples[i * dimension + j]

        sums |> Array.map (fun sum -> sum / float n)

    /// The covariance of n x N samples: a symmetric N x N matrix.
    let covariance (dimension: int) (samples: float[]) =
        let n = Samples.count dimension samples
        let mu = means dimension samples
        let sums = Array2D.zeroCreate dimension dimension
        let d = Array.zeroCreate dimension

        for i in 0 .. n - 1 do
            for j in 0 .. dimension - 1 do
                d[j] <- samples[i * dimension + j] - mu[j]

            for j in 0 .. dimension - 1 do
                for k in j .. dimension - 1 do
                    sums[j, k] <- sums[j, k] + d[j] * d[k]

        Array2D.init dimension dimension (fun j k -> sums[min j k, max j k] / float n)
