using Interneuron.Core.Symbolic;
using Microsoft.FSharp.Core;

namespace Interneuron;

/// <summary>The slow dynamics of an interneuron: what a sample contributes to each step, of its input z and its parameters, and what the target subtracts.</summary>
/// <example><code>
/// Plasticity rule = Potentials.Quadratic.Plasticity();
/// Console.WriteLine($"dg ~ {rule.GainTerm} - {rule.GainTarget}");  // dg ~ z^2/2 - 0.5
/// </code></example>
public sealed class Plasticity
{
    internal Plasticity(Core.Circuits.Rule value)
    {
        GainTerm = new Formula(value.GainTerm);
        GainTarget = OfOption(value.GainTarget);
        ParameterTerms = [.. value.ParameterTerms.Select(term => new Formula(term))];
        ParameterTargets = [.. value.ParameterTargets.Select(OfOption)];
        IsTimesGain = value.ParameterStepTimesGain;
    }

    /// <summary>What a sample contributes to the step of the gain.</summary>
    /// <example><code>Console.WriteLine(potential.Plasticity().GainTerm.Latex);</code></example>
    public Formula GainTerm { get; }

    /// <summary>Its average over the target, of the parameters; null where it has no formula and is averaged over samples at every step.</summary>
    /// <example><code>Console.WriteLine(potential.Plasticity(Targets.Laplace).GainTarget);</code></example>
    public Formula? GainTarget { get; }

    /// <summary>What a sample contributes to the step of each activation parameter.</summary>
    /// <example><code>foreach (Formula term in potential.Plasticity().ParameterTerms) Console.WriteLine(term);</code></example>
    public IReadOnlyList<Formula> ParameterTerms { get; }

    /// <summary>Their averages over the target; null where one has no formula.</summary>
    /// <example><code>foreach (Formula? mean in potential.Plasticity().ParameterTargets) Console.WriteLine(mean);</code></example>
    public IReadOnlyList<Formula?> ParameterTargets { get; }

    /// <summary>Whether the step of an activation parameter is multiplied by the gain, as the gradient of the objective has it.</summary>
    /// <example><code>bool isGradient = potential.Plasticity().IsTimesGain;</code></example>
    public bool IsTimesGain { get; }

    private static Formula? OfOption(FSharpOption<Expr>? formula) => formula is null ? null : new Formula(formula.Value);
}
