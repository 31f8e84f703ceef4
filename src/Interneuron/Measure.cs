using Interneuron.Statistics;
using Microsoft.FSharp.Core;

namespace Interneuron;

/// <summary>How far samples of one coordinate are from a target.</summary>
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
        return Wasserstein.toTarget(FuncConvert.FromFunc<double, double>(target.Quantile), samples);
    }

    /// <summary>The kurtosis m4 / m2^2, not the excess.</summary>
    /// <param name="samples">One coordinate of the samples; at least one, finite.</param>
    /// <returns>3 for a Gaussian, more for heavy tails; NaN when all samples are equal.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite.</exception>
    /// <example><code>double kurtosis = Measure.Kurtosis(stimuli.Column(0));</code></example>
    public static double Kurtosis(double[] samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Moments.kurtosis(samples);
    }
}
