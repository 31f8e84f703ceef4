namespace Interneuron;

/// <summary>How far a derived rule is from other ways to the same gradient: the worst errors over the circuits, relative to the terms of a step; NaN where
/// nothing could be compared.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="DualError">The online term, against nested dual numbers.</param>
/// <param name="TargetError">The average over the target, against quadrature.</param>
/// <param name="DifferenceError">The whole rule, against central differences of the objective.</param>
/// <param name="StepError">The step that training makes, against the rule as printed.</param>
/// <param name="IsPassed">Whether all errors are within their tolerances.</param>
public sealed record CertifiedRule(string Parameter, double DualError, double TargetError, double DifferenceError, double StepError, bool IsPassed);

/// <summary>The evidence that derived rules are the descent directions of the objective, and that training follows them.</summary>
public sealed record Certificate
{
    internal Certificate(Core.Certificate value)
    {
        Rules = Array.AsReadOnly(
            value.Rules.Select(rule => new CertifiedRule(rule.Parameter, rule.DualError, rule.TargetError, rule.DifferenceError, rule.StepError, rule.Failures.IsEmpty)).ToArray());
        IsPassed = value.IsPassed;
        Circuits = value.Circuits;
        Drawn = value.Drawn;
        Discarded = value.Discarded.ToDictionary(pair => pair.Item1, pair => pair.Item2).AsReadOnly();
    }

    /// <summary>Whether every rule passed every check.</summary>
    public bool IsPassed { get; }

    /// <summary>One for each parameter, in their order.</summary>
    public IReadOnlyList<CertifiedRule> Rules { get; }

    /// <summary>How many random circuits the rules were checked on.</summary>
    public int Circuits { get; }

    /// <summary>How many were drawn for them.</summary>
    public int Drawn { get; }

    /// <summary>Why the others were discarded, and how many.</summary>
    public IReadOnlyDictionary<string, int> Discarded { get; }
}
