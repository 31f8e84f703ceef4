using Interneuron.Core.Circuits;
using Interneuron.Derivation.Rules;
using Interneuron.Derivation.Checks;
using Interneuron.Derivation.Running;
using Microsoft.FSharp.Core;

namespace Interneuron;

/// <summary>The part that a term of the fast dynamics plays.</summary>
/// <example><code>foreach (var (part, term) in derived.DynamicsParts.Zip(derived.Dynamics)) Console.WriteLine($"{part}: {term}");</code></example>
public enum DynamicsPart
{
    /// <summary>What the stimulus drives.</summary>
    Feedforward,

    /// <summary>What interneurons subtract.</summary>
    Inhibition,

    /// <summary>What decays by itself.</summary>
    Leak,

    /// <summary>What primary neurons do to each other.</summary>
    Lateral,
}

/// <summary>What follows from a model: the fast dynamics of its responses and the learning rules of its parameters.</summary>
/// <example><code>
/// DerivedModel derived = Model.FromLibrary("shaping-responses").Derive();
/// Console.WriteLine(string.Join(" + ", derived.Dynamics));
/// </code></example>
public sealed class DerivedModel
{
    private readonly Derivation.Rules.Derivation _value;

    internal DerivedModel(Derivation.Rules.Derivation value)
    {
        _value = value;
        Dynamics = [.. value.Dynamics.Select(term => new IndexedFormula(term.Item2))];
        DynamicsParts = [.. value.Dynamics.Select(term => PartOf(term.Item1))];
        Rules = Array.AsReadOnly(value.Rules.Select(rule => new DerivedRule(rule)).ToArray());
        Published = Array.AsReadOnly(Derivation.Rules.Published.check(value).Select(comparison => new RuleComparison(comparison)).ToArray());
    }

    /// <summary>The terms of tau dr[a]/dt = -dE/dr[a].</summary>
    /// <example><code>foreach (IndexedFormula term in derived.Dynamics) Console.WriteLine(term);</code></example>
    public IReadOnlyList<IndexedFormula> Dynamics { get; }

    /// <summary>The part that each term of the dynamics plays, in their order.</summary>
    /// <example><code>bool hasLateral = derived.DynamicsParts.Contains(DynamicsPart.Lateral);</code></example>
    public IReadOnlyList<DynamicsPart> DynamicsParts { get; }

    /// <summary>The learning rules, one for each parameter, in their order.</summary>
    /// <example><code>DerivedRule first = derived.Rules[0];</code></example>
    public IReadOnlyList<DerivedRule> Rules { get; }

    /// <summary>The published rules that the model states, each beside the derived one, decided by algebra.</summary>
    /// <example><code>bool isPublished = derived.Published.All(comparison => comparison.IsEqual);</code></example>
    public IReadOnlyList<RuleComparison> Published { get; }

    /// <summary>Whether the model is well posed for its own numbers of neurons: convex, bounded below, and spanning.</summary>
    /// <example><code>bool isWellPosed = derived.Findings.All(finding => finding.Judgement != Judgement.Refuted);</code></example>
    public IReadOnlyList<Finding> Findings => FindingsFor(_value.Model.Sizes.Item1, _value.Model.Sizes.Item2);

    /// <summary>Whether the model is well posed for other numbers of neurons.</summary>
    /// <param name="primaries">N, at least 1.</param>
    /// <param name="interneurons">K, at least 1.</param>
    /// <returns>One finding a condition.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    /// <example><code>bool spans = derived.FindingsFor(primaries: 4, interneurons: 10).All(finding => finding.Judgement != Judgement.Refuted);</code></example>
    public IReadOnlyList<Finding> FindingsFor(int primaries, int interneurons)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(primaries, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(interneurons, 1);
        return [.. WellPosed.check(_value, primaries, interneurons).Select(finding => new Finding(finding))];
    }

    /// <summary>Checks every rule on random circuits of the model's own sizes: against dual numbers, quadrature, differences of the objective, and the step
    /// of training.</summary>
    /// <param name="circuits">How many circuits, from 1 to 10,000.</param>
    /// <param name="seed">What they are drawn from.</param>
    /// <returns>The verdict, and the worst relative errors of each rule.</returns>
    /// <exception cref="ArgumentException">No random circuit responds, or the number of circuits is out of range.</exception>
    /// <example><code>
    /// Certificate certificate = derived.Certify();
    /// Console.WriteLine(certificate.IsPassed ? "right" : string.Join("; ", certificate.Rules.Where(rule => !rule.IsPassed)));
    /// </code></example>
    public Certificate Certify(int circuits = 27, int seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(circuits, 1);
        return new Certificate(CertificateModule.check(_value, circuits, seed));
    }

    private static DynamicsPart PartOf(Part part) =>
        part.IsFeedforward ? DynamicsPart.Feedforward
        : part.IsInhibition ? DynamicsPart.Inhibition
        : part.IsLeak ? DynamicsPart.Leak
        : DynamicsPart.Lateral;

    /// <summary>The part of the circuit that <see cref="Learner"/> trains fast, at rates that need no tuning; null for a model that it doesn't know: see <see cref="Train"/>.</summary>
    /// <example><code>
    /// if (derived.Fast is { } fast)
    ///     Learner.Train(Circuit.Start(fast.Potential, stimuli, fast.Start), stimuli, fast.Learning).Circuit.Save("circuit.json");
    /// </code></example>
    public FastCircuit? Fast => RidgeModule.trained(_value) is { Value: var ridge } ? new FastCircuit(_value.Model, ridge) : null;

    /// <summary>Learns from stimuli by the rules as they stand, compiled: any model, at the rates of its parameters.</summary>
    /// <param name="stimuli">n x N, one row a stimulus; at least one.</param>
    /// <param name="options">The settings; the defaults if null.</param>
    /// <param name="progress">Told a hundred times where learning stands, on the calling thread unless it sees to that itself; nobody if null.</param>
    /// <param name="cancellation">Ends learning early, and what was learned is returned.</param>
    /// <returns>The learned model and its history.</returns>
    /// <exception cref="ArgumentException">The stimuli are null, empty or not finite, a setting is out of bounds, or the model is ill-posed for these numbers of neurons.</exception>
    /// <exception cref="NotConvergedException">No stimulus of the first batch found a response.</exception>
    /// <example><code>TrainedModel whitening = Model.FromLibrary("synaptic-whitening").Derive().Train(stimuli);</code></example>
    public TrainedModel Train(
        Grid stimuli, ModelTrainingOptions? options = null, IProgress<LearningProgress>? progress = null, CancellationToken cancellation = default)
    {
        Guard.NotEmpty(stimuli, nameof(stimuli));
        options ??= new ModelTrainingOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Interneurons ?? 1, 1, nameof(options));
        var report = FuncConvert.FromAction<Progress>(at => progress?.Report(new LearningProgress { Step = at.Step, Steps = at.Steps, J = at.J }));
        var interneurons = options.Interneurons is int k ? FSharpOption<int>.Some(k) : FSharpOption<int>.None;
        try
        {
            var trained = Guard.Naming(
                () => ModelTraining.run(options.Value, interneurons, report, cancellation, _value, stimuli.Value), ("settings", nameof(options)));
            return new TrainedModel(trained, options, stimuli.Rows);
        }
        catch (Statistics.NotConvergedException none)
        {
            throw new NotConvergedException(none.Message);
        }
    }
}

/// <summary>A derived model as a circuit that <see cref="Learner"/> trains.</summary>
/// <example><code>bool isFast = derived.Fast is not null;</code></example>
public sealed class FastCircuit
{
    internal FastCircuit(Derivation.Models.Model model, Ridge ridge)
    {
        // A potential of the library keeps its name.
        Potential = Potentials.Of(Core.Transport.Potentials.known(ridge.Potential) is { } known ? known.Value : ridge.Potential);
        Start = new CircuitOptions { Target = new Target(model.Target), Leak = ridge.Leak, Interneurons = model.Sizes.Item2 };
        bool gains = ridge.Gain is { Value.Rate: > 0 };
        bool theta = model.Learned.Any(p => p.Rate > 0 && ridge.Potential.Parameters.Any(q => q.Name == p.Name));
        Learning = new LearnerOptions
        {
            Learns = (gains ? Learns.Gains : Learns.None) | (theta ? Learns.Theta : Learns.None) | (ridge.Synapses.Rate > 0 ? Learns.Weights : Learns.None),
        };
    }

    /// <summary>F.</summary>
    /// <example><code>Potential? f = derived.Fast?.Potential;</code></example>
    public Potential Potential { get; }

    /// <summary>Target, leak and number of interneurons.</summary>
    /// <example><code>double? leak = derived.Fast?.Start.Leak;</code></example>
    public CircuitOptions Start { get; }

    /// <summary>What learns.</summary>
    /// <example><code>Learns? learns = derived.Fast?.Learning.Learns;</code></example>
    public LearnerOptions Learning { get; }
}
