using Interneuron.Core.Symbolic.Text;
using Interneuron.Core.Circuits;
using Interneuron.Derivation.Models;
using Interneuron.Derivation.Rules;
using Interneuron.Derivation.Checks;

namespace Interneuron;

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
        Rules = Array.AsReadOnly(value.Rules.Select(rule => new DerivedRule(rule)).ToArray());
        Published = Array.AsReadOnly(Derivation.Rules.Published.check(value).Select(comparison => new RuleComparison(comparison)).ToArray());
    }

    /// <summary>The terms of tau dr[a]/dt = -dE/dr[a].</summary>
    /// <example><code>foreach (IndexedFormula term in derived.Dynamics) Console.WriteLine(term);</code></example>
    public IReadOnlyList<IndexedFormula> Dynamics { get; }

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
}
