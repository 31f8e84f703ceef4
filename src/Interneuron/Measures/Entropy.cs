namespace Interneuron;

/// <summary>Differential entropies and what is made of them, in nats.</summary>
/// <example><code>double nats = Entropy.OfColumn(responses.R.Column(0));  // at most 1.419 for unit variance</code></example>
public static class Entropy
{
    /// <summary>The entropy of samples of one coordinate, from the spacings between them.</summary>
    /// <param name="samples">One coordinate of the samples; at least two, finite.</param>
    /// <returns>The entropy; minus infinity where too many samples are equal.</returns>
    /// <exception cref="ArgumentException">The argument is null, not finite, or has fewer than two samples.</exception>
    /// <example><code>double nats = Entropy.OfColumn(stimuli.Column(0));</code></example>
    public static double OfColumn(double[] samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Statistics.Entropy.ofColumn(samples);
    }

    /// <summary>The entropy of a Gaussian.</summary>
    /// <param name="covariance">Its covariance, N x N, positive definite.</param>
    /// <returns>(N log(2 pi e) + log det)/2.</returns>
    /// <exception cref="ArgumentException">The argument is null, not square, or not positive definite.</exception>
    /// <example><code>double most = Entropy.OfGaussian(Measure.Covariance(stimuli));</code></example>
    public static double OfGaussian(Grid covariance)
    {
        ArgumentNullException.ThrowIfNull(covariance);
        return covariance.Rows == covariance.Columns && covariance.Rows > 0
            ? Statistics.Entropy.gaussian(covariance.ToRectangle())
            : throw new ArgumentException($"A covariance is square, not {covariance}.", nameof(covariance));
    }

    /// <summary>The cross-entropy of samples under a model: their entropy where the model is their own distribution, more where it isn't.</summary>
    /// <param name="logDensities">The model's log density at each sample; at least one.</param>
    /// <returns>Minus their mean.</returns>
    /// <exception cref="ArgumentException">The argument is null or empty.</exception>
    /// <example><code>double nats = Entropy.Cross(circuit.LogDensity(stimuli));</code></example>
    public static double Cross(double[] logDensities)
    {
        ArgumentNullException.ThrowIfNull(logDensities);
        return logDensities.Length > 0
            ? Statistics.Entropy.cross(logDensities)
            : throw new ArgumentException("There are no log densities.", nameof(logDensities));
    }

    /// <summary>The total correlation of samples: the sum of their columns' entropies less the joint one, taken from a model. For two columns it is the mutual information.</summary>
    /// <param name="samples">n x N, finite.</param>
    /// <param name="logDensities">A model's log density at each sample, n values. A model short of the truth makes the result too small.</param>
    /// <returns>The total correlation.</returns>
    /// <exception cref="ArgumentException">An argument is null or has another length, or too many samples share a coordinate.</exception>
    /// <example><code>double together = Entropy.TotalCorrelation(stimuli, circuit.LogDensity(stimuli));</code></example>
    public static double TotalCorrelation(Grid samples, double[] logDensities)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(logDensities);
        return Guard.Naming(
            () => Statistics.Entropy.totalCorrelation(samples.Columns, samples.Array, logDensities), ("dimension", nameof(samples)));
    }

    /// <summary>The negentropy of samples: the entropy of the Gaussian of their covariance less their own, taken from a model. Zero for a Gaussian.</summary>
    /// <param name="samples">n x N, finite, with a covariance that is positive definite.</param>
    /// <param name="logDensities">A model's log density at each sample, n values.</param>
    /// <returns>The negentropy.</returns>
    /// <exception cref="ArgumentException">An argument is null or has another length, or the covariance is singular.</exception>
    /// <example><code>double structure = Entropy.Negentropy(stimuli, circuit.LogDensity(stimuli));</code></example>
    public static double Negentropy(Grid samples, double[] logDensities)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(logDensities);
        return Guard.Naming(
            () => Statistics.Entropy.negentropy(samples.Columns, samples.Array, logDensities),
            ("dimension", nameof(samples)), ("covariance", nameof(samples)));
    }
}
