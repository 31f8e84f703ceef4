namespace Interneuron;

/// <summary>The order of samples, and samples that repeat: numbers that have been rounded or counted, which measures of distance take for structure.</summary>
/// <example><code>if (Ranks.ShareOfTies(stimuli.Column(0)) > 0.5) Console.WriteLine("most numbers have been rounded");</code></example>
public static class Ranks
{
    /// <summary>The share of numbers that occur more than once.</summary>
    /// <param name="samples">One coordinate of the samples; at least one, finite.</param>
    /// <returns>The share, in [0, 1].</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite.</exception>
    /// <example><code>double rounded = Ranks.ShareOfTies(stimuli.Column(0));</code></example>
    public static double ShareOfTies(double[] samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Statistics.Ties.share(samples);
    }

    /// <summary>Numbers of which those that occur more than once are spread at random over what they have been rounded from; their order stays.</summary>
    /// <param name="samples">One coordinate of the samples; at least one, finite.</param>
    /// <param name="seed">What they are spread by.</param>
    /// <returns>As many numbers; those without ties as they were.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite.</exception>
    /// <example><code>double[] smooth = Ranks.SpreadTies(stimuli.Column(0));</code></example>
    public static double[] SpreadTies(double[] samples, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Statistics.Ties.spread(seed, samples);
    }

    /// <summary>The same for each column of samples, always by the same random numbers.</summary>
    /// <param name="samples">n x N, at least one row, finite.</param>
    /// <returns>n x N.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite.</exception>
    /// <example><code>Grid smooth = Ranks.SpreadTies(stimuli);</code></example>
    public static Grid SpreadTies(Grid samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        double[] spread = Guard.Naming(() => Statistics.Ties.spreadColumns(samples.Columns, samples.Array), ("dimension", nameof(samples)));
        return Grid.Owning(spread, samples.Rows, samples.Columns);
    }

    /// <summary>Samples without copies: rows that repeat an earlier one, number by number, where those numbers occur in no other row.</summary>
    /// <param name="samples">n x N, at least one row, finite.</param>
    /// <returns>At most n rows, in their order.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite.</exception>
    /// <example><code>int copies = stimuli.Rows - Ranks.WithoutCopies(stimuli).Rows;</code></example>
    public static Grid WithoutCopies(Grid samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        double[] left = Guard.Naming(() => Statistics.Ties.withoutCopies(samples.Columns, samples.Array), ("dimension", nameof(samples)));
        return Grid.Owning(left, left.Length / samples.Columns, samples.Columns);
    }

    /// <summary>Normal scores: each number replaced by the normal quantile of its rank in its column, which makes each column Gaussian and keeps the dependence.</summary>
    /// <param name="samples">n x N, at least one row, finite.</param>
    /// <returns>n x N.</returns>
    /// <exception cref="ArgumentException">The argument is null, empty or not finite.</exception>
    /// <example><code>double dependence = MutualInformation.Binned(Ranks.NormalScores(stimuli)).Corrected;</code></example>
    public static Grid NormalScores(Grid samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        double[] scores = Guard.Naming(() => Statistics.NormalScores.ofSamples(samples.Columns, samples.Array), ("dimension", nameof(samples)));
        return Grid.Owning(scores, samples.Rows, samples.Columns);
    }
}
