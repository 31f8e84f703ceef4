namespace Interneuron;

/// <summary>
/// A map that makes samples standard Gaussian, and so a model of their density: what circuits are compared with. Whitening alone, coordinate by coordinate, both, or layers of
/// rotations (RBIG).
/// </summary>
/// <example><code>
/// Gaussianisation model = Gaussianisation.RotationBased(stimuli, layers: 20);
/// Console.WriteLine($"{model.LogDensity(stimuli).Average():f3} nats a stimulus");
/// </code></example>
public sealed class Gaussianisation
{
    private readonly Statistics.Gaussianisation _value;

    private Gaussianisation(Statistics.Gaussianisation value) => _value = value;

    /// <summary>ZCA whitening alone: as a density model, the Gaussian of the samples' mean and covariance.</summary>
    /// <param name="samples">n x N, finite, with a covariance that is positive definite.</param>
    /// <returns>The map.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite, or its covariance is singular.</exception>
    /// <example><code>double[] gaussian = Gaussianisation.Zca(stimuli).LogDensity(stimuli);</code></example>
    public static Gaussianisation Zca(Grid samples) => Fitted(samples, Statistics.GaussianisationModule.zca);

    /// <summary>Each coordinate by itself: as a density model, independent coordinates.</summary>
    /// <param name="samples">n x N, finite; no column is constant.</param>
    /// <returns>The map.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite, or a column hardly varies.</exception>
    /// <example><code>Grid normal = Gaussianisation.Marginal(stimuli).Apply(stimuli);</code></example>
    public static Gaussianisation Marginal(Grid samples) => Fitted(samples, Statistics.GaussianisationModule.marginal);

    /// <summary>ZCA whitening, then each coordinate by itself.</summary>
    /// <param name="samples">n x N, finite, with a covariance that is positive definite.</param>
    /// <returns>The map.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite, or its covariance is singular.</exception>
    /// <example><code>Grid normal = Gaussianisation.ZcaThenMarginal(stimuli).Apply(stimuli);</code></example>
    public static Gaussianisation ZcaThenMarginal(Grid samples) => Fitted(samples, Statistics.GaussianisationModule.zcaThenMarginal);

    /// <summary>Whitening, the rotation to independent components (FastICA, Hyvarinen 1999), then each of them by itself.</summary>
    /// <param name="samples">n x N, finite, with a covariance that is positive definite.</param>
    /// <param name="seed">What the rotation is found from.</param>
    /// <returns>The map.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite, or its covariance is singular.</exception>
    /// <example><code>double[] ica = Gaussianisation.IndependentComponents(stimuli).LogDensity(stimuli);</code></example>
    public static Gaussianisation IndependentComponents(Grid samples, int seed = 1) =>
        Fitted(samples, (dimension, values) => Statistics.GaussianisationModule.independentComponents(seed, dimension, values));

    /// <summary>Layers of marginal Gaussianisation, each followed by a random rotation (Laparra, Camps-Valls and Malo 2011).</summary>
    /// <param name="samples">n x N, finite; no column is constant.</param>
    /// <param name="layers">How many, at least 1.</param>
    /// <param name="seed">What the rotations are drawn from.</param>
    /// <returns>The map.</returns>
    /// <exception cref="ArgumentException">The samples are null, empty or not finite, or a column hardly varies, or there are no layers.</exception>
    /// <example><code>Grid normal = Gaussianisation.RotationBased(stimuli, layers: 20).Apply(stimuli);</code></example>
    public static Gaussianisation RotationBased(Grid samples, int layers, int seed = 1) =>
        Fitted(samples, (dimension, values) => Statistics.GaussianisationModule.rotationBased(seed, layers, dimension, values));

    /// <summary>Makes samples Gaussian.</summary>
    /// <param name="samples">n x N, at least one row, finite.</param>
    /// <returns>n x N.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite, or has another number of columns.</exception>
    /// <example><code>double ks = Measure.Ks(Gaussianisation.Marginal(stimuli).Apply(stimuli).Column(0), Targets.StandardGaussian);</code></example>
    public Grid Apply(Grid samples)
    {
        Guard.Columns(samples, _value.Dimension, nameof(samples));
        return Grid.Owning(Statistics.GaussianisationModule.apply(_value, samples.Array), samples.Rows, samples.Columns);
    }

    /// <summary>The log density of samples under the model.</summary>
    /// <param name="samples">n x N, at least one row, finite.</param>
    /// <returns>One value a sample, in nats.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite, or has another number of columns.</exception>
    /// <example><code>double perStimulus = Gaussianisation.Marginal(stimuli).LogDensity(stimuli).Average();</code></example>
    public double[] LogDensity(Grid samples)
    {
        Guard.Columns(samples, _value.Dimension, nameof(samples));
        return Statistics.GaussianisationModule.logDensities(_value, samples.Array);
    }

    private static Gaussianisation Fitted(Grid samples, Func<int, double[], Statistics.Gaussianisation> fit)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return new Gaussianisation(Guard.Naming(() => fit(samples.Columns, samples.Array), ("dimension", nameof(samples))));
    }
}

/// <summary>An increasing, smooth map of one coordinate, fitted to samples so that they become standard normal.</summary>
/// <example><code>
/// NormalMap map = NormalMap.Fit(stimuli.Column(0));
/// Console.WriteLine($"1 becomes {map.Apply(1):f2}");
/// </code></example>
public sealed class NormalMap
{
    private readonly Statistics.NormalMap _value;

    private NormalMap(Statistics.NormalMap value) => _value = value;

    /// <summary>A monotone cubic through quantiles of the samples against normal ones.</summary>
    /// <param name="samples">One coordinate of the samples; finite, not nearly all equal.</param>
    /// <returns>The map.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite, or nearly all samples are equal.</exception>
    /// <example><code>NormalMap map = NormalMap.Fit(stimuli.Column(0));</code></example>
    public static NormalMap Fit(double[] samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return new NormalMap(Statistics.NormalMapModule.fit(samples));
    }

    /// <summary>What a value becomes.</summary>
    /// <param name="x">The value.</param>
    /// <returns>Its image.</returns>
    /// <example><code>double[] normal = Array.ConvertAll(stimuli.Column(0), NormalMap.Fit(stimuli.Column(0)).Apply);</code></example>
    public double Apply(double x) => Statistics.NormalMapModule.apply(_value, x);

    /// <summary>The log density of the distribution that the map makes normal.</summary>
    /// <param name="x">Where.</param>
    /// <returns>The logarithm of its density at x.</returns>
    /// <example><code>double atZero = NormalMap.Fit(stimuli.Column(0)).LogDensity(0);</code></example>
    public double LogDensity(double x) => Statistics.NormalMapModule.logDensity(_value, x);
}
