using Microsoft.FSharp.Core;

namespace Interneuron;

/// <summary>
/// How samples of one coordinate lie, and how far they are from a target or from other samples. Moments are averages over the samples given (divisor n, not n - 1).
/// </summary>
/// <example><code>double ks = Measure.Ks(circuit.Respond(stimuli).R.Column(0), circuit.Target);</code></example>
public static class Measure
{
    /// <summary>The Kolmogorov-Smirnov distance, the largest difference between two distribution functions, in [0, 1].</summary>
    /// <param name="samples">One coordinate of the samples; at least one, finite.</param>
    /// <param name="target">The target, of which one coordinate is meant.</param>
    /// <returns>The distance; for n samples of the target itself about 0.87 / sqrt n.</returns>
    /// <exception cref="ArgumentException">An argument is null, empty or not finite.</exception>
    /// <example><code>double before = Measure.Ks(stimuli.Column(0), Targets.StandardGaussian);</code></example>
    public static double Ks(double[] samples, Target target)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(target);
        return Statistics.Ks.toTarget(FuncConvert.FromFunc<double, double>(target.Cdf), samples);
    }

    /// <summary>The Kolmogorov-Smirnov distance between two sets of samples, of any sizes; ties are one jump.</summary>
    /// <param name="first">One coordinate of the samples; at least one, finite.</param>
    /// <param name="second">One coordinate of the others; at least one, finite.</param>
    /// <returns>The distance, in [0, 1].</returns>
    /// <exception cref="ArgumentException">An argument is null, empty or not finite.</exception>
    /// <example><code>double moved = Measure.Ks(stimuli.Column(0), responses.R.Column(0));</code></example>
    public static double Ks(double[] first, double[] second) => Between(first, second, Statistics.Ks.twoSample);

    /// <summary>The Wasserstein distance W2: the root of the least mean of squares that moves one distribution to the other.</summary>
    /// <param name="samples">One coordinate of the samples; at least one, finite.</param>
    /// <param name="target">The target, of which one coordinate is meant.</param>
    /// <returns>The distance, in the samples' unit.</returns>
    /// <exception cref="ArgumentException">An argument is null, empty or not finite.</exception>
    /// <example><code>double w2 = Measure.W2(circuit.Respond(stimuli).R.Column(0), circuit.Target);</code></example>
    public static double W2(double[] samples, Target target)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(target);
        return Statistics.Wasserstein.toTarget(FuncConvert.FromFunc<double, double>(target.Quantile), samples);
    }

    /// <summary>The Wasserstein distance W2 between two sets of samples, of any sizes.</summary>
    /// <param name="first">One coordinate of the samples; at least one, finite.</param>
    /// <param name="second">One coordinate of the others; at least one, finite.</param>
    /// <returns>The distance, in the samples' unit.</returns>
    /// <exception cref="ArgumentException">An argument is null, empty or not finite.</exception>
    /// <example><code>double moved = Measure.W2(stimuli.Column(0), responses.R.Column(0));</code></example>
    public static double W2(double[] first, double[] second) => Between(first, second, Statistics.Wasserstein.twoSample);

    /// <summary>Sliced W2: the root mean square of W2 between the projections of samples and others on random directions.</summary>
    /// <param name="first">n x N, at least one row, finite.</param>
    /// <param name="second">m x N, at least one row, finite.</param>
    /// <param name="directions">The number of directions, at least 1.</param>
    /// <param name="seed">What they are drawn from.</param>
    /// <returns>The distance, in the samples' unit.</returns>
    /// <exception cref="ArgumentException">An argument is null or empty, has another number of columns, is not finite, or there are no directions.</exception>
    /// <example><code>double moved = Measure.SlicedW2(stimuli, responses.R);</code></example>
    public static double SlicedW2(Grid first, Grid second, int directions = 50, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Columns != second.Columns)
        {
            throw new ArgumentException($"{second.Columns} columns for {first.Columns}.", nameof(second));
        }

        return Guard.Naming(
            () => Statistics.Wasserstein.sliced(seed, directions, first.Columns, first.Array, second.Array),
            ("count", nameof(directions)), ("dimension", nameof(first)), ("samples", nameof(first)));
    }

    /// <summary>Sliced W2 between samples and a target that is the same in every direction.</summary>
    /// <param name="samples">n x N, at least one row, finite.</param>
    /// <param name="target">The target; for more than one column, the standard Gaussian.</param>
    /// <param name="directions">The number of directions, at least 1.</param>
    /// <param name="seed">What they are drawn from.</param>
    /// <returns>The distance, in the samples' unit.</returns>
    /// <exception cref="ArgumentException">An argument is null, empty or not finite, there are no directions, or the target isn't the same in every direction.</exception>
    /// <example><code>double left = Measure.SlicedW2(responses.R, Targets.StandardGaussian);</code></example>
    public static double SlicedW2(Grid samples, Target target, int directions = 50, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(target);
        if (samples.Columns > 1 && !Core.Transport.TargetModule.isSpherical(target.Value))
        {
            throw new ArgumentException($"The {target} target isn't the same in every direction; the standard Gaussian is.", nameof(target));
        }

        var quantile = FuncConvert.FromFunc<double, double>(target.Quantile);
        return Guard.Naming(
            () => Statistics.Wasserstein.slicedToSpherical(seed, directions, quantile, samples.Columns, samples.Array),
            ("count", nameof(directions)), ("dimension", nameof(samples)));
    }

    /// <summary>The mean.</summary>
    /// <param name="samples">One coordinate of the samples; at least one, finite.</param>
    /// <returns>The mean, in the samples' unit.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite.</exception>
    /// <example><code>double mean = Measure.Mean(stimuli.Column(0));</code></example>
    public static double Mean(double[] samples) => Of(samples, Statistics.Moments.mean);

    /// <summary>The variance.</summary>
    /// <param name="samples">One coordinate of the samples; at least one, finite.</param>
    /// <returns>The variance, in the square of the samples' unit.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite.</exception>
    /// <example><code>double power = Measure.Variance(stimuli.Column(0));</code></example>
    public static double Variance(double[] samples) => Of(samples, Statistics.Moments.variance);

    /// <summary>The standard deviation.</summary>
    /// <param name="samples">One coordinate of the samples; at least one, finite.</param>
    /// <returns>The deviation, in the samples' unit.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite.</exception>
    /// <example><code>double contrast = Measure.StandardDeviation(stimuli.Column(0));</code></example>
    public static double StandardDeviation(double[] samples) => Of(samples, Statistics.Moments.standardDeviation);

    /// <summary>The skewness m3 / m2^(3/2).</summary>
    /// <param name="samples">One coordinate of the samples; at least one, finite.</param>
    /// <returns>0 for a symmetric distribution; NaN when all samples are equal.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite.</exception>
    /// <example><code>double skewness = Measure.Skewness(stimuli.Column(0));</code></example>
    public static double Skewness(double[] samples) => Of(samples, Statistics.Moments.skewness);

    /// <summary>The kurtosis m4 / m2^2, not the excess.</summary>
    /// <param name="samples">One coordinate of the samples; at least one, finite.</param>
    /// <returns>3 for a Gaussian, more for heavy tails; NaN when all samples are equal.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite.</exception>
    /// <example><code>double kurtosis = Measure.Kurtosis(stimuli.Column(0));</code></example>
    public static double Kurtosis(double[] samples) => Of(samples, Statistics.Moments.kurtosis);

    /// <summary>The mean of each column.</summary>
    /// <param name="samples">n x N, at least one row, finite.</param>
    /// <returns>N means.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite.</exception>
    /// <example><code>double[] means = Measure.Means(stimuli);</code></example>
    public static double[] Means(Grid samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Guard.Naming(() => Statistics.Moments.means(samples.Columns, samples.Array), ("dimension", nameof(samples)));
    }

    /// <summary>The covariance of the columns.</summary>
    /// <param name="samples">n x N, at least one row, finite.</param>
    /// <returns>A symmetric N x N matrix.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite.</exception>
    /// <example><code>double together = Measure.Covariance(Coefficients.Pairs(image, offset: 2))[0, 1];</code></example>
    public static Grid Covariance(Grid samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Guard.Naming(() => Statistics.Moments.covariance(samples.Columns, samples.Array), ("dimension", nameof(samples)));
    }

    private static double Of(double[] samples, Func<double[], double> statistic)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return statistic(samples);
    }

    private static double Between(double[] first, double[] second, Func<double[], double[], double> distance)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return distance(first, second);
    }
}
