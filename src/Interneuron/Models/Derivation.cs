using Interneuron.Core;

namespace Interneuron;

/// <summary>What follows from a model: the fast dynamics of its responses and the learning rules of its parameters.</summary>
/// <example><code>
/// Derivation derivation = Model.FromLibrary("shaping-responses").Derive();
/// Console.WriteLine(string.Join(" + ", derivation.Dynamics));
/// </code></example>
public sealed class Derivation
{
    private readonly Core.Derivation _value;

    internal Derivation(Core.Derivation value)
    {
        _value = value;
        Dynamics = Array.AsReadOnly(value.Dynamics.Select(term => new Formula(term.Item2)).ToArray());
        Rules = Array.AsReadOnly(value.Rules.Select(rule => new DerivedRule(rule)).ToArray());
        Published = Array.AsReadOnly(Core.Published.check(value).Select(comparison => new RuleComparison(comparison)).ToArray());
    }

    /// <summary>The terms of tau dr[a]/dt = -dE/dr[a].</summary>
    /// <example><code>foreach (Formula term in derivation.Dynamics) Console.WriteLine(term);</code></example>
    public IReadOnlyList<Formula> Dynamics { get; }

    /// <summary>The learning rules, one for each parameter, in their order.</summary>
    /// <example><code>DerivedRule first = derivation.Rules[0];</code></example>
    public IReadOnlyList<DerivedRule> Rules { get; }

    /// <summary>The published rules that the model states, each beside the derived one, decided by algebra.</summary>
    /// <example><code>bool isPublished = derivation.Published.All(comparison => comparison.IsEqual);</code></example>
    public IReadOnlyList<RuleComparison> Published { get; }

    /// <summary>Checks every rule on random circuits, against dual numbers taken through the response and against differences of the objective.</summary>
    /// <param name="circuits">How many circuits.</param>
    /// <param name="seed">What they are drawn from.</param>
    /// <returns>For each rule the worst relative error against duals and against differences.</returns>
    /// <exception cref="ArgumentException">No random circuit responds, or the number of circuits is below 1.</exception>
    /// <example><code>
    /// foreach (var (parameter, dualError, differenceError) in derivation.Certify())
    ///     Console.WriteLine($"{parameter}: {dualError:e1}, {differenceError:e1}");
    /// </code></example>
    public IReadOnlyList<(string Parameter, double DualError, double DifferenceError)> Certify(int circuits = 27, int seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(circuits, 1);
        return [.. CertificateModule.check(_value, circuits, seed).Rules.Select(rule => (rule.Parameter, rule.DualError, rule.DifferenceError))];
    }
}
