namespace Interneuron;

/// <summary>What a circuit is before it learns; the defaults are those of the command line.</summary>
/// <example><code>var options = new CircuitOptions { Target = Targets.Laplace, Leak = 0.1, Interneurons = 40 };</code></example>
public sealed record CircuitOptions
{
    /// <summary>The distribution that the responses are driven to; the standard Gaussian if not set.</summary>
    /// <example><code>var options = new CircuitOptions { Target = Targets.Uniform };</code></example>
    public Target Target { get; init; } = Targets.StandardGaussian;

    /// <summary>The leak lambda of the primary neurons, at least 0; 0 if not set.</summary>
    /// <example><code>var options = new CircuitOptions { Leak = 0.5 };</code></example>
    public double Leak { get; init; }

    /// <summary>
    /// The number K of interneurons. If not set, N(N+1)/2, as many as a covariance has entries; of the threshold families a population of thresholds in
    /// each direction.
    /// </summary>
    /// <example><code>var options = new CircuitOptions { Interneurons = 3 };</code></example>
    public int? Interneurons { get; init; }

    /// <summary>The seed of the first directions, gains and activation parameters; 1 if not set.</summary>
    /// <example><code>var options = new CircuitOptions { Seed = 7 };</code></example>
    public int Seed { get; init; } = 1;

    /// <summary>Which rule it will learn by: for the published one, the gains start where those of the released code do, whatever the stimuli.</summary>
    /// <example><code>var options = new CircuitOptions { Rule = LearningRule.Published };</code></example>
    public LearningRule Rule { get; init; } = LearningRule.Derived;
}
