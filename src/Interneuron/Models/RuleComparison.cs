using Interneuron.Derivation.Models;
using Interneuron.Derivation.Rules;

namespace Interneuron;

/// <summary>A form of a derived rule. All are descents on the objective; a publication may state any.</summary>
/// <example><code>bool isMultiplicative = comparison.Form == RuleForm.Multiplicative;</code></example>
public enum RuleForm
{
    /// <summary>The gradient of the objective.</summary>
    Gradient,

    /// <summary>The gradient times the parameter, which is at least 0.</summary>
    Multiplicative,

    /// <summary>The gradient without its part along the column, which the normalisation of columns takes away.</summary>
    AcrossColumns,

    /// <summary>The gradient without the parts that the parameter's constraints take away.</summary>
    Projected,
}

/// <summary>A published rule beside the derived one of its parameter.</summary>
/// <example><code>
/// foreach (RuleComparison c in Model.FromLibrary("gain-whitening").Derive().Published)
///     Console.WriteLine($"{c.Parameter}: {c.IsEqual}, {c.Factor}");  // g: True, 0.5
/// </code></example>
public sealed class RuleComparison
{
    private readonly Direction _difference;

    internal RuleComparison(Comparison value)
    {
        _difference = value.Difference;
        Parameter = value.Rule.Parameter;
        IsEqual = value.IsEqual;
        Factor = value.Factor;
        Form = value.Form.IsGradient ? RuleForm.Gradient : value.Form.IsMultiplicative ? RuleForm.Multiplicative : value.Form.IsProjected ? RuleForm.Projected : RuleForm.AcrossColumns;
    }

    /// <summary>The parameter's name.</summary>
    /// <example><code>string name = comparison.Parameter;  // "g"</code></example>
    public string Parameter { get; }

    /// <summary>Whether the derived rule, in the form, is the factor times the published one.</summary>
    /// <example><code>if (!comparison.IsEqual) Console.WriteLine(comparison);</code></example>
    public bool IsEqual { get; }

    /// <summary>The form of the derived rule that is nearest to the published one.</summary>
    /// <example><code>RuleForm form = comparison.Form;</code></example>
    public RuleForm Form { get; }

    /// <summary>The positive factor of the published rule with which the two are nearest; it is part of the rate.</summary>
    /// <example><code>double factor = comparison.Factor;  // 0.5</code></example>
    public double Factor { get; }

    /// <summary>Derived less factor times published, in LaTeX for mathematics mode with amsmath.</summary>
    /// <example><code>string latex = comparison.DifferenceLatex;  // "0" where they are equal</code></example>
    public string DifferenceLatex => DirectionModule.latex(_difference);

    /// <summary>Derived less factor times published, in MathML Core: one element, for inside a math element.</summary>
    /// <example><code>string page = $"&lt;math&gt;{comparison.DifferenceMathMl}&lt;/math&gt;";</code></example>
    public string DifferenceMathMl => DirectionModule.mathml(_difference);

    /// <summary>Derived less factor times published, as model files have it.</summary>
    /// <returns>"0" where they are equal.</returns>
    /// <example><code>Console.WriteLine(comparison);</code></example>
    public override string ToString() => DirectionModule.text(_difference);
}
