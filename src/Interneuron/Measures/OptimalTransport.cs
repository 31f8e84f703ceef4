namespace Interneuron;

/// <summary>Optimal transport with the cost |s - r|^2 between two sets of samples: what a circuit's map from stimuli to responses is held against.</summary>
/// <example><code>
/// Grid targets = new Grid(1000, 1, Enumerable.Range(0, 1000).Select(k => Targets.Laplace.Quantile((k + 0.5) / 1000)).ToArray());
/// double best = OptimalTransport.Exact(stimuli.Evenly(1000), targets).Optimum;
/// </code></example>
public static class OptimalTransport
{
    /// <summary>The best matching of stimuli to as many samples of a target, exactly; seconds for 2,000 of each.</summary>
    /// <param name="stimuli">n x N, finite; n at most 5,000.</param>
    /// <param name="targets">n x N, finite.</param>
    /// <returns>The matching and what it costs.</returns>
    /// <exception cref="ArgumentException">An argument is null, empty, not finite or of another shape, or there are too many samples.</exception>
    /// <example><code>DiscreteTransport matching = OptimalTransport.Exact(stimuli.Evenly(500), responses.R.Evenly(500));</code></example>
    public static DiscreteTransport Exact(Grid stimuli, Grid targets)
    {
        ArgumentNullException.ThrowIfNull(stimuli);
        Guard.Columns(targets, stimuli.Columns, nameof(targets));
        return new DiscreteTransport(Guard.Naming(
            () => Statistics.Transport.exact(stimuli.Columns, stimuli.Array, targets.Array), ("dimension", nameof(stimuli)), ("samples", nameof(stimuli))));
    }

    /// <summary>Debiased entropic transport (Sinkhorn), for more samples than can be matched; memory grows with n + m.</summary>
    /// <param name="stimuli">n x N, finite.</param>
    /// <param name="targets">m x N, finite; n m at most 10^10.</param>
    /// <param name="epsilon">The weight of the entropy, in the unit of the cost; a twentieth of the variance is a fair start, smaller is more exact and slower.</param>
    /// <returns>The divergence and what goes with it.</returns>
    /// <exception cref="ArgumentException">An argument is null, empty, not finite, not positive or of another shape, or there are too many samples.</exception>
    /// <example><code>SinkhornTransport transport = OptimalTransport.Sinkhorn(stimuli.Evenly(2000), responses.R.Evenly(2000), epsilon: 0.05);</code></example>
    public static SinkhornTransport Sinkhorn(Grid stimuli, Grid targets, double epsilon)
    {
        ArgumentNullException.ThrowIfNull(stimuli);
        Guard.Columns(targets, stimuli.Columns, nameof(targets));
        return new SinkhornTransport(Guard.Naming(
            () => Statistics.Sinkhorn.debiased(epsilon, stimuli.Columns, stimuli.Array, targets.Array), ("dimension", nameof(stimuli)), ("samples", nameof(stimuli))));
    }

    /// <summary>The largest mean of s r over couplings of stimuli of one coordinate with a target, J_opt: the value that no circuit's objective goes below.</summary>
    /// <param name="stimuli">One coordinate of the stimuli; at least one, finite.</param>
    /// <param name="target">The target.</param>
    /// <returns>J_opt.</returns>
    /// <exception cref="ArgumentException">An argument is null, or the stimuli are empty.</exception>
    /// <example><code>double least = OptimalTransport.Optimum(stimuli.Column(0), Targets.StandardGaussian);</code></example>
    public static double Optimum(double[] stimuli, Target target)
    {
        ArgumentNullException.ThrowIfNull(stimuli);
        ArgumentNullException.ThrowIfNull(target);
        return stimuli.Length > 0
            ? Core.Circuits.Objective.optimum(target.Value, stimuli)
            : throw new ArgumentException("There are no stimuli.", nameof(stimuli));
    }
}

/// <summary>A best matching of stimuli to as many samples of a target.</summary>
/// <example><code>
/// DiscreteTransport matching = OptimalTransport.Exact(stimuli.Evenly(500), responses.R.Evenly(500));
/// Console.WriteLine($"W2 = {Math.Sqrt(matching.SquaredDistance)}, exact to {matching.Gap:e1}");
/// </code></example>
public sealed class DiscreteTransport
{
    internal DiscreteTransport(Statistics.DiscreteTransport value)
    {
        Assignment = Array.AsReadOnly(value.Assignment);
        SquaredDistance = value.SquaredDistance;
        Optimum = value.Optimum;
        Gap = value.Gap;
    }

    /// <summary>The row of the target that each stimulus is matched to.</summary>
    /// <example><code>int row = OptimalTransport.Exact(stimuli, responses.R).Assignment[0];</code></example>
    public IReadOnlyList<int> Assignment { get; }

    /// <summary>The mean of |s - r|^2 over the matching: the square of W2 between the two sets.</summary>
    /// <example><code>double squared = OptimalTransport.Exact(stimuli, responses.R).SquaredDistance;</code></example>
    public double SquaredDistance { get; }

    /// <summary>The mean of s . r over the matching, J_opt: the largest over all couplings.</summary>
    /// <example><code>double best = OptimalTransport.Exact(stimuli, responses.R).Optimum;</code></example>
    public double Optimum { get; }

    /// <summary>How far the cost of the matching can be from the least at most: rounding.</summary>
    /// <example><code>double gap = OptimalTransport.Exact(stimuli, responses.R).Gap;</code></example>
    public double Gap { get; }
}

/// <summary>Debiased entropic transport between two sets of samples.</summary>
/// <example><code>
/// SinkhornTransport transport = OptimalTransport.Sinkhorn(stimuli, responses.R, epsilon: 0.05);
/// Console.WriteLine($"{transport.SquaredDistance} after {transport.Iterations} iterations");
/// </code></example>
public sealed class SinkhornTransport
{
    internal SinkhornTransport(Statistics.SinkhornTransport value)
    {
        SquaredDistance = value.SquaredDistance;
        Optimum = value.Optimum;
        IsConverged = value.Outcome.IsConverged;
        Iterations = value.Iterations;
        Residual = value.Residual;
    }

    /// <summary>The Sinkhorn divergence, an estimate of the square of W2 with an error of the order of epsilon^2.</summary>
    /// <example><code>double squared = OptimalTransport.Sinkhorn(stimuli, responses.R, epsilon: 0.05).SquaredDistance;</code></example>
    public double SquaredDistance { get; }

    /// <summary>The estimate of J_opt that goes with it.</summary>
    /// <example><code>double best = OptimalTransport.Sinkhorn(stimuli, responses.R, epsilon: 0.05).Optimum;</code></example>
    public double Optimum { get; }

    /// <summary>Whether the coupling's marginals are right to the tolerance.</summary>
    /// <example><code>bool isRight = OptimalTransport.Sinkhorn(stimuli, responses.R, epsilon: 0.05).IsConverged;</code></example>
    public bool IsConverged { get; }

    /// <summary>Iterations at the epsilon asked for, between the two sets.</summary>
    /// <example><code>int iterations = OptimalTransport.Sinkhorn(stimuli, responses.R, epsilon: 0.05).Iterations;</code></example>
    public int Iterations { get; }

    /// <summary>The mean relative error of the coupling's first marginal.</summary>
    /// <example><code>double residual = OptimalTransport.Sinkhorn(stimuli, responses.R, epsilon: 0.05).Residual;</code></example>
    public double Residual { get; }
}
