namespace Interneuron;

/// <summary>
/// A generalised Gaussian distribution about zero: density beta / (2 alpha Gamma(1/beta)) exp(-(|x|/alpha)^beta). Beta 1 is the Laplace distribution, 2 the Gaussian; the
/// smaller, the heavier the tails.
/// </summary>
/// <example><code>
/// GeneralisedGaussianFit fit = GeneralisedGaussian.Fit(stimuli.Column(0));
/// Console.WriteLine($"beta = {fit.Distribution.Beta:f2}, kurtosis {fit.Distribution.Kurtosis:f1}");
/// </code></example>
public sealed class GeneralisedGaussian
{
    private readonly Statistics.GeneralisedGaussian _value;

    /// <summary>The distribution of a scale and a shape.</summary>
    /// <param name="alpha">The scale, in the samples' unit; positive and finite.</param>
    /// <param name="beta">The shape, positive and finite.</param>
    /// <exception cref="ArgumentException">An argument is not positive and finite.</exception>
    /// <example><code>var laplace = new GeneralisedGaussian(alpha: 1, beta: 1);</code></example>
    public GeneralisedGaussian(double alpha, double beta) => _value = Statistics.GeneralisedGaussianModule.create(alpha, beta);

    internal GeneralisedGaussian(Statistics.GeneralisedGaussian value) => _value = value;

    /// <summary>The distribution of a shape that has variance 1.</summary>
    /// <param name="beta">The shape, positive and finite.</param>
    /// <returns>The distribution.</returns>
    /// <exception cref="ArgumentException">The shape is not positive and finite.</exception>
    /// <example><code>double heavy = GeneralisedGaussian.UnitVariance(0.7).Kurtosis;</code></example>
    public static GeneralisedGaussian UnitVariance(double beta) => new(Statistics.GeneralisedGaussianModule.unitVariance(beta));

    /// <summary>The distribution that makes samples the most likely, its shape between 0.05 and 64.</summary>
    /// <param name="samples">One coordinate of the samples; finite, not all zero.</param>
    /// <returns>The fit, which says what it was fitted to.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite, or all samples are zero.</exception>
    /// <example><code>double beta = GeneralisedGaussian.Fit(stimuli.Column(0)).Distribution.Beta;</code></example>
    public static GeneralisedGaussianFit Fit(double[] samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return new GeneralisedGaussianFit(Statistics.GeneralisedGaussianFitModule.ofSamples(samples));
    }

    /// <summary>The scale, in the samples' unit.</summary>
    /// <example><code>double alpha = GeneralisedGaussian.UnitVariance(2).Alpha;  // the square root of 2</code></example>
    public double Alpha => _value.Alpha;

    /// <summary>The shape.</summary>
    /// <example><code>double beta = GeneralisedGaussian.UnitVariance(2).Beta;  // 2</code></example>
    public double Beta => _value.Beta;

    /// <summary>The variance.</summary>
    /// <example><code>double two = new GeneralisedGaussian(1, 1).Variance;</code></example>
    public double Variance => Statistics.GeneralisedGaussianModule.variance(_value);

    /// <summary>The kurtosis m4 / m2^2, 3 for the Gaussian.</summary>
    /// <example><code>double six = new GeneralisedGaussian(1, 1).Kurtosis;</code></example>
    public double Kurtosis => Statistics.GeneralisedGaussianModule.kurtosis(_value);

    /// <summary>The differential entropy, in nats.</summary>
    /// <example><code>double nats = GeneralisedGaussian.UnitVariance(2).Entropy;  // 1.4189</code></example>
    public double Entropy => Statistics.GeneralisedGaussianModule.entropy(_value);

    /// <summary>E|x|^p.</summary>
    /// <param name="p">The power, above -1.</param>
    /// <returns>The moment.</returns>
    /// <example><code>double meanDeviation = GeneralisedGaussian.UnitVariance(2).AbsoluteMoment(1);</code></example>
    public double AbsoluteMoment(double p) => Statistics.GeneralisedGaussianModule.absoluteMoment(p, _value);

    /// <summary>The density.</summary>
    /// <param name="x">Where.</param>
    /// <returns>The density at x, in units of 1/x.</returns>
    /// <example><code>double peak = GeneralisedGaussian.UnitVariance(0.7).Density(0);</code></example>
    public double Density(double x) => Statistics.GeneralisedGaussianModule.density(_value, x);

    /// <summary>The logarithm of the density.</summary>
    /// <param name="x">Where.</param>
    /// <returns>Its logarithm at x.</returns>
    /// <example><code>double perSample = stimuli.Column(0).Average(GeneralisedGaussian.UnitVariance(0.7).LogDensity);</code></example>
    public double LogDensity(double x) => Statistics.GeneralisedGaussianModule.logDensity(_value, x);

    /// <summary>The distribution function.</summary>
    /// <param name="x">Where.</param>
    /// <returns>The probability of a value up to x.</returns>
    /// <example><code>double half = GeneralisedGaussian.UnitVariance(0.7).Cdf(0);</code></example>
    public double Cdf(double x) => Statistics.GeneralisedGaussianModule.cdf(_value, x);

    /// <summary>The quantile function, the inverse of <see cref="Cdf"/>.</summary>
    /// <param name="probability">A probability in [0, 1].</param>
    /// <returns>The value with that probability below it; infinite at 0 and 1.</returns>
    /// <exception cref="ArgumentException">The argument is not a probability.</exception>
    /// <example><code>double quarter = GeneralisedGaussian.UnitVariance(0.7).Quantile(0.25);</code></example>
    public double Quantile(double probability) =>
        Guard.Naming(() => Statistics.GeneralisedGaussianModule.quantile(_value, probability), ("p", nameof(probability)));

    /// <summary>The scale and the shape.</summary>
    /// <returns>For instance "alpha 1, beta 2".</returns>
    /// <example><code>Console.WriteLine(new GeneralisedGaussian(1, 2));  // alpha 1, beta 2</code></example>
    public override string ToString() => FormattableString.Invariant($"alpha {Alpha}, beta {Beta}");
}

/// <summary>What a generalised Gaussian was fitted to.</summary>
/// <example><code>bool wereRounded = GeneralisedGaussian.Fit(stimuli.Column(0)).FittedTo == FittedTo.Intervals;</code></example>
public enum FittedTo
{
    /// <summary>All samples, as they are.</summary>
    Points,

    /// <summary>The intervals that the samples have been rounded to.</summary>
    Intervals,

    /// <summary>The samples that are not zero.</summary>
    OtherThanZero,
}

/// <summary>Where among the shapes that are looked at, 0.05 to 64, the likelihood is greatest.</summary>
/// <example><code>bool isAnEnd = GeneralisedGaussian.Fit(stimuli.Column(0)).Range != FitRange.Inside;</code></example>
public enum FitRange
{
    /// <summary>Inside: at a maximum.</summary>
    Inside,

    /// <summary>At the smallest, and it still rises for smaller ones.</summary>
    Smallest,

    /// <summary>At the largest, and it still rises for larger ones.</summary>
    Largest,
}

/// <summary>A generalised Gaussian fitted to samples, with what it was fitted to.</summary>
/// <example><code>
/// GeneralisedGaussianFit fit = GeneralisedGaussian.Fit(stimuli.Column(0));
/// Console.WriteLine($"{fit.Distribution}, {fit.FittedTo}, {fit.Range}");
/// </code></example>
public sealed class GeneralisedGaussianFit
{
    internal GeneralisedGaussianFit(Statistics.GeneralisedGaussianFit value)
    {
        Distribution = new GeneralisedGaussian(value.Distribution);
        Zeros = value.Zeros;
        IntervalWidth = value.FittedTo is Statistics.FittedTo.Intervals intervals ? intervals.width : null;
        FittedTo = IntervalWidth is not null ? FittedTo.Intervals : value.FittedTo.IsPoints ? FittedTo.Points : FittedTo.OtherThanZero;
        Range = value.Range.IsInside ? FitRange.Inside : value.Range.IsSmallest ? FitRange.Smallest : FitRange.Largest;
    }

    /// <summary>The distribution.</summary>
    /// <example><code>double alpha = GeneralisedGaussian.Fit(stimuli.Column(0)).Distribution.Alpha;</code></example>
    public GeneralisedGaussian Distribution { get; }

    /// <summary>What it was fitted to.</summary>
    /// <example><code>FittedTo to = GeneralisedGaussian.Fit(stimuli.Column(0)).FittedTo;</code></example>
    public FittedTo FittedTo { get; }

    /// <summary>The width of the intervals that the samples have been rounded to, in their unit; null where it was not fitted to intervals.</summary>
    /// <example><code>double? step = GeneralisedGaussian.Fit(stimuli.Column(0)).IntervalWidth;</code></example>
    public double? IntervalWidth { get; }

    /// <summary>Whether the shape is a maximum or an end of the range.</summary>
    /// <example><code>FitRange range = GeneralisedGaussian.Fit(stimuli.Column(0)).Range;</code></example>
    public FitRange Range { get; }

    /// <summary>The share of samples that are zero, or as good as zero beside the others.</summary>
    /// <example><code>double silent = GeneralisedGaussian.Fit(stimuli.Column(0)).Zeros;</code></example>
    public double Zeros { get; }
}
