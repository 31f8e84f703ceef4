namespace Interneuron;

/// <summary>How a circuit learns.</summary>
/// <example><code>var options = new LearnerOptions { Rule = LearningRule.Published };</code></example>
public enum LearningRule
{
    /// <summary>Descent on the objective, by the rules derived from the potential.</summary>
    Derived,

    /// <summary>What the authors' released code does instead, for comparison with published numbers.</summary>
    Published,
}

/// <summary>How large the steps of learning are.</summary>
/// <example><code>var options = new LearnerOptions { Schedule = LearningSchedule.Published };</code></example>
public enum LearningSchedule
{
    /// <summary>Set from each interneuron's scale, decaying, and the average circuit of the second half is the result. Needs no tuning.</summary>
    Scaled,

    /// <summary>The published rates, fixed, and the last circuit is the result.</summary>
    Published,
}

/// <summary>Which parameters learn.</summary>
/// <example><code>var options = new LearnerOptions { Learns = Learns.Gains | Learns.Weights };</code></example>
[Flags]
public enum Learns
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The gains g.</summary>
    Gains = 1,

    /// <summary>The activation parameters theta.</summary>
    Theta = 2,

    /// <summary>The weights W.</summary>
    Weights = 4,

    /// <summary>All of them.</summary>
    All = Gains | Theta | Weights,
}

/// <summary>How fast each kind of parameter learns, as multiples of its usual rate, above 0 and finite.</summary>
/// <example><code>var options = new LearnerOptions { Pace = new Pace(gains: 2, weights: 0.5) };</code></example>
public readonly record struct Pace
{
    /// <summary>Paces.</summary>
    /// <param name="gains">Of the gains g.</param>
    /// <param name="theta">Of the activation parameters theta.</param>
    /// <param name="weights">Of the weights W.</param>
    /// <example><code>var pace = new Pace(gains: 2, weights: 0.5);</code></example>
    public Pace(double gains = 1, double theta = 1, double weights = 1)
    {
        Gains = gains;
        Theta = theta;
        Weights = weights;
    }

    /// <summary>The usual rates.</summary>
    /// <example><code>var options = new LearnerOptions { Pace = Pace.Usual };</code></example>
    public static Pace Usual { get; } = new(1, 1, 1);

    /// <summary>Of the gains g.</summary>
    /// <example><code>var options = new LearnerOptions { Pace = Pace.Usual with { Gains = 2 } };</code></example>
    public double Gains { get; init; }

    /// <summary>Of the activation parameters theta.</summary>
    /// <example><code>var options = new LearnerOptions { Pace = Pace.Usual with { Theta = 2 } };</code></example>
    public double Theta { get; init; }

    /// <summary>Of the weights W.</summary>
    /// <example><code>var options = new LearnerOptions { Pace = Pace.Usual with { Weights = 0.5 } };</code></example>
    public double Weights { get; init; }
}

/// <summary>The settings of learning; with the seed they determine its result. The defaults learn well without tuning.</summary>
/// <example><code>var options = new LearnerOptions { Steps = 20_000, Seed = 3 };</code></example>
public sealed record LearnerOptions
{
    private static readonly Core.Circuits.Settings Defaults = Core.Circuits.Learner.defaultsFor(Core.Transport.Potentials.quadratic);

    /// <summary>The learning rule; the derived one if not set.</summary>
    /// <example><code>var options = new LearnerOptions { Rule = LearningRule.Published };</code></example>
    public LearningRule Rule { get; init; } = LearningRule.Derived;

    /// <summary>How large the steps are; scaled to each interneuron if not set.</summary>
    /// <example><code>var options = new LearnerOptions { Schedule = LearningSchedule.Published };</code></example>
    public LearningSchedule Schedule { get; init; } = LearningSchedule.Scaled;

    /// <summary>What learns. If not set, everything; of the threshold families, whose populations cover all thresholds, the gains.</summary>
    /// <example><code>var options = new LearnerOptions { Learns = Learns.Gains };</code></example>
    public Learns? Learns { get; init; }

    /// <summary>How fast it learns; at the usual rates if not set.</summary>
    /// <example><code>var options = new LearnerOptions { Pace = new Pace(gains: 2, weights: 0.5) };</code></example>
    public Pace Pace { get; init; } = Pace.Usual;

    /// <summary>The number of steps, at least 0; 200,000 if not set.</summary>
    /// <example><code>var options = new LearnerOptions { Steps = 20_000 };</code></example>
    public int Steps { get; init; } = Defaults.Steps;

    /// <summary>The number of stimuli in a step, at least 1; 10 if not set.</summary>
    /// <example><code>var options = new LearnerOptions { Batch = 50 };</code></example>
    public int Batch { get; init; } = Defaults.Batch;

    /// <summary>The seed of the draws from the stimuli; 1 if not set.</summary>
    /// <example><code>var options = new LearnerOptions { Seed = 7 };</code></example>
    public int Seed { get; init; } = Defaults.Seed;

    /// <summary>
    /// Whether the gains end as those of least objective over all stimuli at once (<see cref="Circuit.WithBestGains"/>), after the steps. Where only gains learn, no steps are needed.
    /// </summary>
    /// <example><code>var options = new LearnerOptions { Steps = 0, BatchOptimum = true };</code></example>
    public bool BatchOptimum { get; init; }

    /// <summary>
    /// Steps up the log-likelihood of the stimuli, after all others; 0 if not set. The circuit becomes a better model of their density; the rules of these steps are not local.
    /// </summary>
    /// <example><code>var options = new LearnerOptions { Steps = 20_000, Likelihood = 300 };</code></example>
    public int Likelihood { get; init; }

    /// <summary>Where the run keeps its state, so that it can be gone on with; nowhere if not set.</summary>
    /// <example><code>var options = new LearnerOptions { Checkpoint = new Checkpoint("run.checkpoint") };</code></example>
    public Checkpoint? Checkpoint { get; init; }

    /// <summary>The published settings (Lipshutz and Simoncelli 2024): 20,000 steps for one primary neuron, 3,000 for more.</summary>
    /// <param name="primaries">N, at least 1.</param>
    /// <returns>The options.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="primaries"/> is less than 1.</exception>
    /// <example><code>var options = LearnerOptions.Published(primaries: 1) with { Seed = 7 };</code></example>
    public static LearnerOptions Published(int primaries)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(primaries, 1);
        var published = Core.Circuits.Learner.published(primaries);
        return new LearnerOptions
        {
            Rule = LearningRule.Published,
            Schedule = LearningSchedule.Published,
            Learns = Interneuron.Learns.All,
            Steps = published.Steps,
            Batch = published.Batch,
            Seed = published.Seed,
        };
    }

    /// <summary>What learns of a potential's circuit: <see cref="Learns"/>, or what it leaves to the potential.</summary>
    /// <param name="potential">The potential.</param>
    /// <returns>What learns.</returns>
    /// <example><code>Learns learns = new LearnerOptions().LearnsOf(Potentials.LogCosh);</code></example>
    public Learns LearnsOf(Potential potential)
    {
        ArgumentNullException.ThrowIfNull(potential);
        if (Learns is Learns chosen)
        {
            return chosen;
        }

        var usual = Core.Circuits.Learner.defaultsFor(potential.Value).Learns;
        return (usual.Gains > 0 ? Interneuron.Learns.Gains : 0) | (usual.Parameters > 0 ? Interneuron.Learns.Theta : 0)
            | (usual.Synapses > 0 ? Interneuron.Learns.Weights : 0);
    }

    internal Core.Circuits.Settings For(Potential potential)
    {
        if (new[] { Pace.Gains, Pace.Theta, Pace.Weights }.Any(pace => !(double.IsFinite(pace) && pace > 0)))
        {
            throw Guard.Wrong("options", $"A pace is above 0 and finite; the paces are {Pace.Gains}, {Pace.Theta} and {Pace.Weights}.");
        }

        var what = LearnsOf(potential);
        double Of(Learns one, double pace) => what.HasFlag(one) ? pace : 0;
        var learns = new Core.Circuits.Learns(
            Of(Interneuron.Learns.Gains, Pace.Gains), Of(Interneuron.Learns.Theta, Pace.Theta), Of(Interneuron.Learns.Weights, Pace.Weights));
        var rule = Rule switch
        {
            LearningRule.Derived => Core.Circuits.RuleOrigin.Derived,
            LearningRule.Published => Core.Circuits.RuleOrigin.Published,
            _ => throw Guard.Wrong("options", $"There is no learning rule {Rule}."),
        };
        var schedule = Schedule switch
        {
            LearningSchedule.Scaled => Core.Circuits.Schedule.Scaled,
            LearningSchedule.Published => Core.Circuits.Schedule.Published,
            _ => throw Guard.Wrong("options", $"There is no schedule {Schedule}."),
        };
        return new Core.Circuits.Settings(rule, schedule, learns, Steps, Batch, Seed, BatchOptimum, Likelihood);
    }
}
