namespace Interneuron;

/// <summary>An invertible affine map x -> M (x - mean), fitted to samples so that their covariance becomes the identity.</summary>
/// <example><code>
/// Whitening whitening = Whitening.Zca(stimuli);
/// Grid white = whitening.Apply(stimuli);
/// </code></example>
public sealed class Whitening
{
    private readonly Statistics.Whitening _value;

    private Whitening(Statistics.Whitening value)
    {
        _value = value;
        Mean = Array.AsReadOnly(value.Mean);
        Matrix = value.Matrix;
    }

    /// <summary>ZCA: the whitening that moves samples least, by the symmetric inverse root of their covariance.</summary>
    /// <param name="samples">n x N, finite, with a covariance that is positive definite.</param>
    /// <returns>The map.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite, or its covariance is singular.</exception>
    /// <example><code>Grid white = Whitening.Zca(stimuli).Apply(stimuli);</code></example>
    public static Whitening Zca(Grid samples) => Fitted(samples, Statistics.WhiteningModule.zca);

    /// <summary>PCA: projections on the eigenvectors of the covariance, the largest variance first, each scaled to unit variance.</summary>
    /// <param name="samples">n x N, finite, with a covariance that is positive definite.</param>
    /// <returns>The map.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite, or its covariance is singular.</exception>
    /// <example><code>double[] first = Whitening.Pca(stimuli).Apply(stimuli).Column(0);</code></example>
    public static Whitening Pca(Grid samples) => Fitted(samples, Statistics.WhiteningModule.pca);

    /// <summary>The mean of the samples it was fitted to, N values.</summary>
    /// <example><code>double mean = Whitening.Zca(stimuli).Mean[0];</code></example>
    public IReadOnlyList<double> Mean { get; }

    /// <summary>M, N x N.</summary>
    /// <example><code>Grid filters = Whitening.Zca(stimuli).Matrix;</code></example>
    public Grid Matrix { get; }

    /// <summary>log |det M|: what the log density of samples loses by the map, with its sign turned.</summary>
    /// <example><code>double volume = Whitening.Zca(stimuli).LogDeterminant;</code></example>
    public double LogDeterminant => _value.LogDeterminant;

    /// <summary>Whitens samples.</summary>
    /// <param name="samples">n x N, at least one row, finite.</param>
    /// <returns>n x N.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite, or has another number of columns.</exception>
    /// <example><code>Grid white = Whitening.Zca(stimuli).Apply(stimuli);</code></example>
    public Grid Apply(Grid samples)
    {
        Guard.Columns(samples, Mean.Count, nameof(samples));
        return Grid.Owning(Statistics.WhiteningModule.apply(_value, samples.Array), samples.Rows, samples.Columns);
    }

    private static Whitening Fitted(Grid samples, Func<int, double[], Statistics.Whitening> fit)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return new Whitening(Guard.Naming(() => fit(samples.Columns, samples.Array), ("dimension", nameof(samples))));
    }
}
