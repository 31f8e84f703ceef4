namespace Interneuron.Kernels;

/// <summary>Where the target terms of the learning rules, E_target[...], are evaluated.</summary>
public sealed class TargetNodes
{
    private TargetNodes(double[] points, double[] weights, int dimensions)
    {
        Points = points;
        Weights = weights;
        Dimensions = dimensions;
    }

    /// <summary>In closed form, by the kernel's own constants. For targets under which the synaptic term is parallel to w_i (spherical ones, or N = 1).</summary>
    public static TargetNodes ClosedForm { get; } = new([], [], 0);

    /// <summary>
    /// On nodes of the distribution of w . r, the same for every unit vector w (a spherical target), or of r itself where N = 1.
    /// The synaptic term is parallel to w_i and drops out.
    /// </summary>
    /// <param name="z">The nodes.</param>
    /// <param name="weights">Their weights, summing to 1.</param>
    /// <returns>The nodes, copied.</returns>
    /// <exception cref="ArgumentException">The lengths differ or are 0.</exception>
    public static TargetNodes Line(ReadOnlySpan<double> z, ReadOnlySpan<double> weights) => Cloud(z, weights, 1);

    /// <summary>On points of the target in N dimensions, projected on each w_i; gives the synaptic target term too.</summary>
    /// <param name="points">M x N, row-major.</param>
    /// <param name="weights">M weights, summing to 1.</param>
    /// <param name="dimensions">N.</param>
    /// <returns>The points, copied.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit or are 0.</exception>
    public static TargetNodes Cloud(ReadOnlySpan<double> points, ReadOnlySpan<double> weights, int dimensions)
    {
        if (dimensions < 1 || weights.Length == 0 || points.Length != weights.Length * dimensions)
        {
            throw new ArgumentException($"Expected M x {dimensions} points and M weights, M > 0, but got {points.Length} numbers and {weights.Length} weights.", nameof(points));
        }

        // By columns and padded to whole registers with points of weight 0, so that no loop needs a tail.
        int padded = (weights.Length + 7) / 8 * 8;
        double[] columns = new double[padded * dimensions];
        double[] all = new double[padded];
        weights.CopyTo(all);
        for (int m = 0; m < padded; m++)
        {
            for (int a = 0; a < dimensions; a++)
            {
                columns[(a * padded) + m] = points[(Math.Min(m, weights.Length - 1) * dimensions) + a];
            }
        }

        return new(columns, all, dimensions);
    }

    /// <summary>0 for the closed form, 1 on a line, N for a cloud.</summary>
    internal int Dimensions { get; }

    /// <summary>Column a of the padded points starts at a times the padded count.</summary>
    internal double[] Points { get; }

    internal double[] Weights { get; }
}
