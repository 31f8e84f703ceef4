namespace Interneuron.Statistics

open System
open MathNet.Numerics
open MathNet.Numerics.LinearAlgebra

/// Differential entropies and derived quantities, in nats.
[<RequireQualifiedAccess>]
module Entropy =
    /// The entropy of n one-dimensional samples from their m-spacings, m = n^(1/3): the mean of log(x_(i+m) - x_(i)) over the n - m
    /// spacings of the sorted samples, plus psi(n + 1) - psi(m), which makes it unbiased for a uniform distribution (Vasicek 1976;
    /// Beirlant et al. 1997). At least 2 samples; minus infinity where more than m samples are equal.
    let ofColumn (samples: float[]) =
        let ascending = Samples.sorted samples
        let n = ascending.Length

        if n < 2 then
            Refusal.argument (nameof samples) "one sample; an entropy needs at least two"

        let m = max 1 (int (Math.Cbrt(float n)))
        let mutable sum = 0.0

        for i in 0 .. n - m - 1 do
            sum <- sum + log (ascending[i + m] - ascending[i])

        sum / float (n - m) + SpecialFunctions.DiGamma(float (n + 1))
        - SpecialFunctions.DiGamma(float m)

    /// The entropy of a Gaussian with this covariance (N x N), (N log(2 pi e) + log det) / 2. The covariance has to be positive definite.
    let gaussian (covariance: float[,]) =
        let n = Array2D.length1 covariance

        let logDeterminant =
            try
                (Matrix<float>.Build.DenseOfArray covariance).Cholesky().DeterminantLn
            with :? ArgumentException ->
                Refusal.argument (nameof covariance) "the covariance is not positive definite; its Gaussian has no density"

        0.5 * (float n * log (2.0 * Math.PI * Math.E) + logDeterminant)

    /// The cross-entropy -mean(log p) of samples under a model, given the model's log-density at each: the entropy where the model is the
    /// samples' own distribution, more than it otherwise. Log-densities of held-out samples make it honest.
    let cross (logDensities: float[]) = -(Array.average logDensities)

    /// The total correlation of n x N samples, the sum of the marginals' entropies (`ofColumn`) less the joint entropy, which is taken
    /// from a model's log-densities at the samples (`cross`). A model short of the truth makes it too small. For N = 2 it is the mutual
    /// information.
    let totalCorrelation (dimension: int) (samples: float[]) (logDensities: float[]) =
        let n = Samples.count dimension samples

        if logDensities.Length <> n then
            invalidArg (nameof logDensities) $"{logDensities.Length} log-densities for {n} samples; there has to be one a sample"

        let marginal j =
            let entropy = ofColumn (Samples.column dimension j samples)

            if Double.IsNegativeInfinity entropy then
                Refusal.argument (nameof samples) $"too many samples have the same coordinate {j} for it to have an entropy"

            entropy

        Array.sum (Array.init dimension marginal) - cross logDensities

    /// The negentropy of n x N samples: the entropy of the Gaussian with their covariance less the joint entropy, taken from a model's
    /// log-densities at the samples (`cross`). Zero for a Gaussian.
    let negentropy (dimension: int) (samples: float[]) (logDensities: float[]) =
        let n = Samples.count dimension samples

        if logDensities.Length <> n then
            invalidArg (nameof logDensities) $"{logDensities.Length} log-densities for {n} samples; there has to be one a sample"

        gaussian (Moments.covariance dimension samples) - cross logDensities
