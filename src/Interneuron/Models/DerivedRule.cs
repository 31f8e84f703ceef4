using Interneuron.Derivation.Rules;

namespace Interneuron;

/// <summary>Whether a learning rule can be carried out where its parameter is.</summary>
/// <example><code>bool isBiological = rule.Locality == Locality.Local;</code></example>
public enum Locality
{
    /// <summary>It uses only what is at its site.</summary>
    Local,

    /// <summary>It also uses a sum over the weights of the same neuron's other synapses.</summary>
    Heterosynaptic,

    /// <summary>It also uses one number that is the same everywhere in the circuit.</summary>
    LocalWithBroadcast,

    /// <summary>One parameter that all share, which collects from all neurons.</summary>
    Gather,

    /// <summary>It is the difference of what is local in two settled states.</summary>
    TwoPhases,

    /// <summary>It uses the weight of another synapse.</summary>
    WeightTransport,

    /// <summary>It uses something that no signal brings to its site.</summary>
    NonLocal,
}

/// <summary>Where something that a rule uses comes from.</summary>
/// <example><code>bool needsAThirdFactor = rule.Signals.Any(signal => signal.Source == SignalSource.Shared);</code></example>
public enum SignalSource
{
    /// <summary>A neuron at the parameter's site: its activity, a running average or a private parameter.</summary>
    Neuron,

    /// <summary>The total current that a neuron at the site receives.</summary>
    Current,

    /// <summary>A sum over the other weights of a neuron at the site.</summary>
    OwnWeights,

    /// <summary>A number that is the same for all.</summary>
    Shared,

    /// <summary>No signal brings it there.</summary>
    Elsewhere,
}

/// <summary>Something that a rule uses besides its own parameter.</summary>
/// <example><code>Console.WriteLine(string.Join(", ", rule.Signals));</code></example>
public sealed class Signal
{
    internal Signal(Derivation.Rules.Signal signal) => (Source, Value, At) = signal switch
    {
        Derivation.Rules.Signal.AtNeuron neuron => (SignalSource.Neuron, new IndexedFormula(neuron.Item2), neuron.Item1.Name),
        Derivation.Rules.Signal.Current current => (SignalSource.Current, new IndexedFormula(current.Item2), current.Item1.Name),
        Derivation.Rules.Signal.OwnWeights own => (SignalSource.OwnWeights, new IndexedFormula(own.Item2), own.Item1.Name),
        Derivation.Rules.Signal.Shared shared => (SignalSource.Shared, new IndexedFormula(shared.Item), (string?)null),
        Derivation.Rules.Signal.FromElsewhere other => (SignalSource.Elsewhere, new IndexedFormula(other.Item), null),
        _ => throw new InvalidOperationException($"unknown signal {signal}"),
    };

    /// <summary>Where it comes from.</summary>
    /// <example><code>bool isThere = rule.Signals.All(signal => signal.Source == SignalSource.Neuron);</code></example>
    public SignalSource Source { get; }

    /// <summary>What it is.</summary>
    /// <example><code>Console.WriteLine(rule.Signals[0].Value.Latex);</code></example>
    public IndexedFormula Value { get; }

    /// <summary>The index of its neuron; null where it is of no neuron at the site.</summary>
    /// <example><code>string? index = rule.Signals[0].At;  // "a"</code></example>
    public string? At { get; }

    /// <summary>The signal in a few words.</summary>
    /// <returns>For instance "Neuron: r[a]".</returns>
    /// <example><code>Console.WriteLine(rule.Signals[0]);</code></example>
    public override string ToString() => $"{Source}: {Value}";
}

/// <summary>The rule by which a parameter learns: its step is its rate times online - target - cost.</summary>
/// <example><code>Console.WriteLine($"d{rule.Parameter} ~ {rule.Online} - {rule.Target}");</code></example>
public sealed class DerivedRule
{
    internal DerivedRule(Derivation.Rules.DerivedRule rule)
    {
        Parameter = rule.Parameter.Name;
        Symbol = new IndexedFormula(Derivation.Formulas.Canonical.Symbol(rule.Parameter.Name, rule.Parameter.Site));
        Online = new IndexedFormula(rule.Online);
        Cost = new IndexedFormula(rule.Cost);
        Target = rule.TargetTerm is TargetTerm.Closed closed ? new IndexedFormula(closed.Item) : null;
        AveragedOverTarget = rule.TargetTerm is TargetTerm.Averaged averaged ? new IndexedFormula(averaged.Item) : null;
        (Locality, OffendingTerm) = LocalityOf(rule.Locality);
        Signals = [.. rule.Signals.Select(signal => new Signal(signal))];
        TwoPhases = rule.TwoPhases is { Value: var phases } ? new IndexedFormula(phases.Term) : null;
    }

    /// <summary>The parameter's name.</summary>
    /// <example><code>string name = rule.Parameter;  // "g"</code></example>
    public string Parameter { get; }

    /// <summary>The parameter at its indices, as formulas have it.</summary>
    /// <example><code>Console.WriteLine(rule.Symbol);  // W[a,i]</code></example>
    public IndexedFormula Symbol { get; }

    /// <summary>What each stimulus contributes: of r, s, the interneurons' inputs z and outputs n, and the parameters.</summary>
    /// <example><code>Console.WriteLine(rule.Online.Latex);</code></example>
    public IndexedFormula Online { get; }

    /// <summary>What the target subtracts, where it is a formula of the parameters; null where it is averaged over samples or there is none.</summary>
    /// <example><code>string subtracted = rule.Target?.ToString() ?? "an average";</code></example>
    public IndexedFormula? Target { get; }

    /// <summary>What is averaged over the target by quadrature and subtracted, where that average has no formula; else null.</summary>
    /// <example><code>bool isNumeric = rule.AveragedOverTarget is not null;</code></example>
    public IndexedFormula? AveragedOverTarget { get; }

    /// <summary>What the cost subtracts.</summary>
    /// <example><code>Console.WriteLine(rule.Cost);  // 0</code></example>
    public IndexedFormula Cost { get; }

    /// <summary>Whether the rule is local.</summary>
    /// <example><code>if (rule.Locality == Locality.NonLocal) Console.WriteLine(rule.OffendingTerm);</code></example>
    public Locality Locality { get; }

    /// <summary>
    /// What the rule uses beyond its site: the sum over the neuron's other synapses, the number that is broadcast, what is gathered, the other synapse's weight, or
    /// the term that is not local; null for a local rule.
    /// </summary>
    /// <example><code>Console.WriteLine(rule.OffendingTerm?.Latex);</code></example>
    public IndexedFormula? OffendingTerm { get; }

    /// <summary>What the rule uses besides the parameter itself, each with where it comes from.</summary>
    /// <example><code>foreach (Signal signal in rule.Signals) Console.WriteLine($"{signal.Source}: {signal.Value}");</code></example>
    public IReadOnlyList<Signal> Signals { get; }

    /// <summary>
    /// What the rule is in two phases, where it needs the inverse Hessian: minus the difference of this at the fixed points of E + beta loss and E - beta loss, over
    /// 2 beta; its error falls as beta squared. Null for other rules.
    /// </summary>
    /// <example><code>Console.WriteLine(rule.TwoPhases?.Latex);</code></example>
    public IndexedFormula? TwoPhases { get; }

    internal static (Locality Verdict, IndexedFormula? Term) LocalityOf(Derivation.Rules.Locality locality) => locality switch
    {
        Derivation.Rules.Locality.NonLocal nonLocal => (Locality.NonLocal, new IndexedFormula(nonLocal.term)),
        Derivation.Rules.Locality.Heterosynaptic own => (Locality.Heterosynaptic, new IndexedFormula(own.sum)),
        Derivation.Rules.Locality.Gather gather => (Locality.Gather, new IndexedFormula(gather.sum)),
        Derivation.Rules.Locality.TwoPhases phases => (Locality.TwoPhases, new IndexedFormula(phases.term)),
        Derivation.Rules.Locality.WeightTransport transport => (Locality.WeightTransport, new IndexedFormula(transport.weight)),
        Derivation.Rules.Locality.LocalWithBroadcast broadcast => (Locality.LocalWithBroadcast, new IndexedFormula(broadcast.scalar)),
        _ => (Locality.Local, null),
    };
}
