namespace Interneuron;

/// <summary>Densities of samples, for figures.</summary>
/// <example><code>DensityCurve curve = Density.Histogram(stimuli.Column(0));</code></example>
public static class Density
{
    /// <summary>
    /// The density of samples of one coordinate by a histogram whose cells fit them: narrow where there are many, wide where there are few. Nothing is smoothed, so a peak
    /// keeps its height.
    /// </summary>
    /// <param name="samples">One coordinate of the samples; at least two values that differ, finite.</param>
    /// <returns>The density cell by cell.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite, or all samples are equal.</exception>
    /// <example><code>DensityCurve tails = Density.Histogram(responses.R.Column(0));</code></example>
    public static DensityCurve Histogram(double[] samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return new DensityCurve(Statistics.Density.histogram(samples));
    }

    /// <summary>The density of pairs on a square of points, by a Gaussian kernel of Scott's width along each axis.</summary>
    /// <param name="pairs">n x 2, at least one row, finite; neither column is constant.</param>
    /// <param name="extent">The square is [-extent, extent] along both axes; positive.</param>
    /// <param name="points">The points along each axis, at least 2.</param>
    /// <returns>The density at each point.</returns>
    /// <exception cref="ArgumentException">An argument is null, of another shape or out of bounds, or a column doesn't vary.</exception>
    /// <example><code>DensityMap map = Density.OfPairs(Coefficients.Pairs(image, offset: 2), extent: 3, points: 101);</code></example>
    public static DensityMap OfPairs(Grid pairs, double extent, int points)
    {
        Guard.Pairs(pairs, nameof(pairs));
        return new DensityMap(Statistics.DensityGridModule.estimate(extent, points, pairs.Array));
    }

    /// <summary>The density that the standard Gaussian of two coordinates has at a distance from its mean: where a contour of spherical Gaussian pairs is a circle.</summary>
    /// <param name="radius">The distance.</param>
    /// <returns>exp(-radius^2/2) / (2 pi).</returns>
    /// <example><code>double[] levels = [Density.GaussianLevel(0.625), Density.GaussianLevel(1.25), Density.GaussianLevel(1.875)];</code></example>
    public static double GaussianLevel(double radius) => Statistics.DensityGridModule.gaussianLevel(radius);
}

/// <summary>A density in one dimension, cell by cell from left to right.</summary>
/// <example><code>
/// DensityCurve curve = Density.Histogram(stimuli.Column(0));
/// foreach (var (x, p) in curve.X.Zip(curve.Values)) Console.WriteLine($"{x}\t{p}");
/// </code></example>
public sealed class DensityCurve
{
    internal DensityCurve(Statistics.DensityCurve value)
    {
        X = Array.AsReadOnly(value.X);
        Values = Array.AsReadOnly(value.Density);
        Widths = Array.AsReadOnly(value.Width);
    }

    /// <summary>The mean of the samples in each cell.</summary>
    /// <example><code>double leftmost = Density.Histogram(stimuli.Column(0)).X[0];</code></example>
    public IReadOnlyList<double> X { get; }

    /// <summary>The density in each cell: its share of the samples over its width, in units of 1/x.</summary>
    /// <example><code>double peak = Density.Histogram(stimuli.Column(0)).Values.Max();</code></example>
    public IReadOnlyList<double> Values { get; }

    /// <summary>The width of each cell, in units of x.</summary>
    /// <example><code>double narrowest = Density.Histogram(stimuli.Column(0)).Widths.Min();</code></example>
    public IReadOnlyList<double> Widths { get; }
}

/// <summary>A density in two dimensions, on a square of points.</summary>
/// <example><code>
/// DensityMap map = Density.OfPairs(stimuli, extent: 3, points: 101);
/// Console.WriteLine($"{map.Values[50, 50]} at the origin");
/// </code></example>
public sealed class DensityMap
{
    internal DensityMap(Statistics.DensityGrid value)
    {
        Axis = Array.AsReadOnly(value.Axis);
        Values = value.Density;
        Bandwidth = (value.Bandwidth.Item1, value.Bandwidth.Item2);
    }

    /// <summary>The abscissae, equally spaced; the ordinates are the same numbers.</summary>
    /// <example><code>double step = Density.OfPairs(stimuli, extent: 3, points: 101).Axis[1] + 3;</code></example>
    public IReadOnlyList<double> Axis { get; }

    /// <summary>The densities: one row an ordinate, one column an abscissa, in units of 1/(x y).</summary>
    /// <example><code>double peak = Density.OfPairs(stimuli, extent: 3, points: 101).Values.Values.ToArray().Max();</code></example>
    public Grid Values { get; }

    /// <summary>The standard deviations of the kernel along both axes.</summary>
    /// <example><code>var (alongX, alongY) = Density.OfPairs(stimuli, extent: 3, points: 101).Bandwidth;</code></example>
    public (double X, double Y) Bandwidth { get; }
}
