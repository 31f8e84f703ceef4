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

/// <summary>The rule by which a parameter learns: its step is its rate times online - target - cost.</summary>
/// <example><code>Console.WriteLine($"d{rule.Parameter} ~ {rule.Online} - {rule.Target}");</code></example>
public sealed class DerivedRule
{
    internal DerivedRule(Derivation.Rules.DerivedRule rule)
    {
        Parameter = rule.Parameter.Name;
        Online = new IndexedFormula(rule.Online);
        Cost = new IndexedFormula(rule.Cost);
        Target = rule.TargetTerm is TargetTerm.Closed closed ? new IndexedFormula(closed.Item) : null;
        (Locality, OffendingTerm) = LocalityOf(rule.Locality);
        TwoPhases = rule.TwoPhases is { Value: var phases } ? new IndexedFormula(phases.Term) : null;
    }

    /// <summary>The parameter's name.</summary>
    /// <example><code>string name = rule.Parameter;  // "g"</code></example>
    public string Parameter { get; }

    /// <summary>What each stimulus contributes: of r, s, the interneurons' inputs z and outputs n, and the parameters.</summary>
    /// <example><code>Console.WriteLine(rule.Online.Latex);</code></example>
    public IndexedFormula Online { get; }

    /// <summary>What the target subtracts, where it is a formula of the parameters; null where it is averaged over samples or there is none.</summary>
    /// <example><code>string subtracted = rule.Target?.ToString() ?? "an average";</code></example>
    public IndexedFormula? Target { get; }

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
