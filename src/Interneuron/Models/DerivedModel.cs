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
        Dynamics = Array.AsReadOnly(value.Dynamics.Select(term => new Formula(term.Item2)).ToArray());
        Rules = Array.AsReadOnly(value.Rules.Select(rule => new DerivedRule(rule)).ToArray());
        Published = Array.AsReadOnly(Derivation.Rules.Published.check(value).Select(comparison => new RuleComparison(comparison)).ToArray());
    }

    /// <summary>The terms of tau dr[a]/dt = -dE/dr[a].</summary>
    /// <example><code>foreach (Formula term in derived.Dynamics) Console.WriteLine(term);</code></example>
    public IReadOnlyList<Formula> Dynamics { get; }

    /// <summary>The learning rules, one for each parameter, in their order.</summary>
    /// <example><code>DerivedRule first = derived.Rules[0];</code></example>
    public IReadOnlyList<DerivedRule> Rules { get; }

    /// <summary>The published rules that the model states, each beside the derived one, decided by algebra.</summary>
    /// <example><code>bool isPublished = derived.Published.All(comparison => comparison.IsEqual);</code></example>
    public IReadOnlyList<RuleComparison> Published { get; }

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
