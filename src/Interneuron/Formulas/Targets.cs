using System.Diagnostics.CodeAnalysis;

namespace Interneuron;

/// <summary>The targets: distributions that a circuit can drive its responses to.</summary>
/// <example><code>var options = new CircuitOptions { Target = Targets.Laplace };</code></example>
public static class Targets
{
    /// <summary>N(0, I), the only one that is the same in every direction.</summary>
    /// <example><code>double tail = 1 - Targets.StandardGaussian.Cdf(1.96);</code></example>
    public static Target StandardGaussian { get; } = new(Core.Transport.Target.StandardGaussian);

    /// <summary>Density exp(-sqrt(2) |x|)/sqrt(2) in each coordinate.</summary>
    /// <example><code>double tail = 1 - Targets.Laplace.Cdf(1.96);</code></example>
    public static Target Laplace { get; } = new(Core.Transport.Target.Laplace);

    /// <summary>Uniform on [-sqrt(3), sqrt(3)] in each coordinate.</summary>
    /// <example><code>double quarter = Targets.Uniform.Quantile(0.25);</code></example>
    public static Target Uniform { get; } = new(Core.Transport.Target.Uniform);

    /// <summary>The logistic distribution of scale sqrt(3)/pi in each coordinate.</summary>
    /// <example><code>double quarter = Targets.Logistic.Quantile(0.25);</code></example>
    public static Target Logistic { get; } = new(Core.Transport.Target.Logistic);

    /// <summary>Density proportional to exp(-(|x|/alpha)^beta) in each coordinate, alpha such that the variance is 1.</summary>
    /// <param name="beta">The exponent, positive and finite: 2 is the Gaussian, 1 the Laplace distribution.</param>
    /// <returns>The target.</returns>
    /// <exception cref="ArgumentException"><paramref name="beta"/> is not positive and finite.</exception>
    /// <example><code>Target heavy = Targets.GeneralisedGaussian(0.7);</code></example>
    public static Target GeneralisedGaussian(double beta) => new(Core.Transport.TargetModule.generalisedGaussian(beta));

    /// <summary>An empirical distribution.</summary>
    /// <param name="samples">n x N: one row a sample; at least one, and finite.</param>
    /// <returns>The target, for circuits of N primary neurons.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="samples"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="samples"/> is empty or has a value that is not finite.</exception>
    /// <example><code>Target like = Targets.OfSamples(stimuli);</code></example>
    public static Target OfSamples(Grid samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return new(Guard.Naming(
            () => Core.Transport.TargetModule.ofSamples(samples.Columns, samples.Array), ("values", nameof(samples)), ("dimension", nameof(samples))));
    }

    /// <summary>The target of a name, such as laplace or generalised-gaussian:1.5.</summary>
    /// <param name="name">The name.</param>
    /// <param name="target">The target, where there is one of that name.</param>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <example><code>bool known = Targets.TryFind("generalised-gaussian:1.5", out Target? heavy);</code></example>
    public static bool TryFind(string name, [NotNullWhen(true)] out Target? target)
    {
        ArgumentNullException.ThrowIfNull(name);
        var read = Core.Transport.TargetModule.read(name);
        target = read is { IsOk: true, ResultValue.Value: { } found } ? new(found) : null;
        return target is not null;
    }
}
