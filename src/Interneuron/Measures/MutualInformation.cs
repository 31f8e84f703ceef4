using Microsoft.FSharp.Core;

namespace Interneuron;

/// <summary>The mutual information of pairs, in nats: what the one coordinate tells of the other.</summary>
/// <example><code>
/// Grid pairs = Coefficients.Pairs(image, offset: 2);
/// Console.WriteLine(MutualInformation.Binned(pairs).Corrected);
/// </code></example>
public static class MutualInformation
{
    /// <summary>By counting in square bins, with edges at multiples of their width.</summary>
    /// <param name="pairs">n x 2, at least one row, finite; <see cref="Grid.Standardise"/> them first where their unit isn't the standard deviation.</param>
    /// <param name="width">The width of a bin, positive; the paper's is 0.5.</param>
    /// <returns>The estimate, with its correction for bias.</returns>
    /// <exception cref="ArgumentException">The pairs are null, empty, of another shape or not finite, or the width is not positive.</exception>
    /// <example><code>double left = MutualInformation.Binned(responses.R.Standardise()).Corrected;</code></example>
    public static BinnedInformation Binned(Grid pairs, double width = 0.5)
    {
        Guard.Pairs(pairs, nameof(pairs));
        return new BinnedInformation(Statistics.MutualInformation.binned(width, pairs.Array));
    }

    /// <summary>By the distances to nearest neighbours (Kraskov, Stoegbauer and Grassberger 2004), which no bins blur.</summary>
    /// <param name="pairs">n x 2, finite; neither column is constant. Scale and mean of the columns don't matter.</param>
    /// <param name="neighbours">How many neighbours, at least 1 and less than n.</param>
    /// <returns>The estimate, which can be a little below zero.</returns>
    /// <exception cref="ArgumentException">The pairs are null, empty, of another shape, not finite or too few, or a column doesn't vary.</exception>
    /// <example><code>double fine = MutualInformation.NearestNeighbours(Coefficients.Pairs(image, offset: 2));</code></example>
    public static double NearestNeighbours(Grid pairs, int neighbours = 3)
    {
        Guard.Pairs(pairs, nameof(pairs));
        return Guard.Naming(
            () => Statistics.MutualInformation.nearestNeighbours(neighbours, pairs.Array), ("k", nameof(neighbours)), ("samples", nameof(pairs)));
    }

    /// <summary>What an estimate gives where there is no dependence: its values on copies of the pairs whose second coordinate is shuffled.</summary>
    /// <param name="pairs">n x 2, at least one row, finite.</param>
    /// <param name="estimate">The estimate.</param>
    /// <param name="permutations">How many copies, at least 1.</param>
    /// <param name="seed">What they are shuffled by.</param>
    /// <returns>One value a copy: their mean is the level of independence, their spread the estimate's noise.</returns>
    /// <exception cref="ArgumentException">An argument is null, the pairs are empty, of another shape or not finite, or there are no permutations.</exception>
    /// <example><code>
    /// double level = MutualInformation.OfShuffled(stimuli, pairs => MutualInformation.Binned(pairs).Corrected, permutations: 20).Average();
    /// </code></example>
    public static double[] OfShuffled(Grid pairs, Func<Grid, double> estimate, int permutations, int seed = 1)
    {
        Guard.Pairs(pairs, nameof(pairs));
        ArgumentNullException.ThrowIfNull(estimate);
        var ofArray = FuncConvert.FromFunc<double[], double>(values => estimate(Grid.Owning(values, values.Length / 2, 2)));
        return Statistics.MutualInformation.permutationNull(ofArray, seed, permutations, pairs.Array);
    }
}

/// <summary>Mutual information counted in bins, in nats.</summary>
/// <example><code>
/// BinnedInformation found = MutualInformation.Binned(stimuli);
/// Console.WriteLine($"{found.Corrected} nats from {found.Cells} cells");
/// </code></example>
public sealed class BinnedInformation
{
    internal BinnedInformation(Statistics.BinnedInformation value)
    {
        PlugIn = value.PlugIn;
        Corrected = value.Corrected;
        Cells = value.Cells;
        Rows = value.Rows;
        Columns = value.Columns;
    }

    /// <summary>The estimate that takes relative frequencies for probabilities: too large, the fewer the samples.</summary>
    /// <example><code>double tooLarge = MutualInformation.Binned(stimuli).PlugIn;</code></example>
    public double PlugIn { get; }

    /// <summary>The estimate less its bias, (cells - rows - columns + 1)/2n: the one to report. It can fall below zero.</summary>
    /// <example><code>double nats = MutualInformation.Binned(stimuli).Corrected;</code></example>
    public double Corrected { get; }

    /// <summary>Bins that hold a pair.</summary>
    /// <example><code>int cells = MutualInformation.Binned(stimuli).Cells;</code></example>
    public int Cells { get; }

    /// <summary>Bins of the first coordinate that hold a pair.</summary>
    /// <example><code>int rows = MutualInformation.Binned(stimuli).Rows;</code></example>
    public int Rows { get; }

    /// <summary>Bins of the second coordinate that hold a pair.</summary>
    /// <example><code>int columns = MutualInformation.Binned(stimuli).Columns;</code></example>
    public int Columns { get; }
}
