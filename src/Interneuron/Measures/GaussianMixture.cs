namespace Interneuron;

/// <summary>A mixture of Gaussians that all have the mean zero, fitted to samples: a density model.</summary>
/// <example><code>double perStimulus = GaussianMixture.Fit(stimuli, components: 4).LogDensity(stimuli).Average();</code></example>
public sealed class GaussianMixture
{
    private readonly Statistics.GaussianMixture _value;

    private GaussianMixture(Statistics.GaussianMixture value) => _value = value;

    /// <summary>The likeliest mixture of some Gaussians, each with its own covariance, that expectation maximisation finds.</summary>
    /// <param name="samples">n x N, finite, filling N dimensions.</param>
    /// <param name="components">How many, from 1 to n.</param>
    /// <param name="seed">What they start from.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException">The samples are null, empty or not finite, their covariance is singular, or there are no components.</exception>
    /// <example><code>double[] mixture = GaussianMixture.Fit(stimuli, components: 4).LogDensity(stimuli);</code></example>
    public static GaussianMixture Fit(Grid samples, int components, int seed = 1) =>
        Fitted(samples, (dimension, values) => Statistics.GaussianMixtureModule.fit(seed, components, dimension, values));

    /// <summary>One Gaussian whose covariance has a random scale: the elliptical model, with the likeliest covariance and weights of scales.</summary>
    /// <param name="samples">n x N, finite, filling N dimensions.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException">The samples are null, empty or not finite, or their covariance is singular.</exception>
    /// <example><code>double[] elliptical = GaussianMixture.Elliptical(stimuli).LogDensity(stimuli);</code></example>
    public static GaussianMixture Elliptical(Grid samples) => Fitted(samples, Statistics.GaussianMixtureModule.elliptical);

    /// <summary>The log density of samples under the model.</summary>
    /// <param name="samples">n x N, at least one row, finite.</param>
    /// <returns>One value a sample, in nats.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite, or has another number of columns.</exception>
    /// <example><code>double perStimulus = GaussianMixture.Elliptical(stimuli).LogDensity(stimuli).Average();</code></example>
    public double[] LogDensity(Grid samples)
    {
        Guard.Columns(samples, _value.Dimension, nameof(samples));
        return Statistics.GaussianMixtureModule.logDensities(_value, samples.Array);
    }

    private static GaussianMixture Fitted(Grid samples, Func<int, double[], Statistics.GaussianMixture> fit)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return new GaussianMixture(
            Guard.Naming(() => fit(samples.Columns, samples.Array), ("dimension", nameof(samples)), ("count", "components")));
    }
}
