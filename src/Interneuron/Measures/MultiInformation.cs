namespace Interneuron;

/// <summary>The multi-information of coordinates, the sum of their entropies less their joint entropy, in nats: none where they are independent.</summary>
/// <example><code>double nats = MultiInformation.NearestNeighbours(responses.R.Evenly(2000));</code></example>
public static class MultiInformation
{
    /// <summary>By nearest neighbours (Kraskov, Stoegbauer and Grassberger 2004). It takes n² N steps.</summary>
    /// <param name="samples">n x N, finite; no column is constant.</param>
    /// <param name="neighbours">How many neighbours, from 1 to n - 1.</param>
    /// <returns>The estimate; too small where N is large.</returns>
    /// <exception cref="ArgumentException">The samples are null, empty or not finite, or there are too few for the neighbours.</exception>
    /// <example><code>double nats = MultiInformation.NearestNeighbours(stimuli.Evenly(2000));</code></example>
    public static double NearestNeighbours(Grid samples, int neighbours = 3)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Guard.Naming(
            () => Statistics.MultiInformation.nearestNeighbours(neighbours, samples.Columns, samples.Array),
            ("k", nameof(neighbours)), ("dimension", nameof(samples)));
    }

    /// <summary>By layers of rotation-based Gaussianisation (Laparra, Camps-Valls and Malo 2011).</summary>
    /// <param name="samples">n x N, finite; no column is constant.</param>
    /// <param name="layers">How many, at least 1.</param>
    /// <param name="seed">What the rotations are drawn from.</param>
    /// <returns>The estimate; too small where the layers are few.</returns>
    /// <exception cref="ArgumentException">The samples are null, empty or not finite, or there are no layers.</exception>
    /// <example><code>double nats = MultiInformation.RotationBased(stimuli, layers: 20);</code></example>
    public static double RotationBased(Grid samples, int layers, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Guard.Naming(
            () => Statistics.MultiInformation.rotationBased(seed, layers, samples.Columns, samples.Array), ("dimension", nameof(samples)));
    }
}
