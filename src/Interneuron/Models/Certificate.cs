namespace Interneuron;

/// <summary>The evidence that derived rules are the descent directions of the objective, and that training follows them.</summary>
/// <example><code>
/// Certificate certificate = Model.FromLibrary("gain-whitening").Derive().Certify();
/// Console.WriteLine($"{certificate.IsPassed} on {certificate.Circuits} of {certificate.Drawn} circuits");
/// </code></example>
public sealed class Certificate
{
    internal Certificate(Derivation.Checks.Certificate value)
    {
        Rules = Array.AsReadOnly(value.Rules.Select(rule => new CertifiedRule(rule)).ToArray());
        IsPassed = value.IsPassed;
        Circuits = value.Circuits;
        Drawn = value.Drawn;
        Discarded = value.Discarded.ToDictionary(pair => pair.Item1, pair => pair.Item2).AsReadOnly();
    }

    /// <summary>Whether every rule passed every check.</summary>
    /// <example><code>bool isRight = certificate.IsPassed;</code></example>
    public bool IsPassed { get; }

    /// <summary>One for each parameter, in their order.</summary>
    /// <example><code>CertifiedRule first = certificate.Rules[0];</code></example>
    public IReadOnlyList<CertifiedRule> Rules { get; }

    /// <summary>How many random circuits the rules were checked on.</summary>
    /// <example><code>int circuits = certificate.Circuits;</code></example>
    public int Circuits { get; }

    /// <summary>How many circuits were drawn for them.</summary>
    /// <example><code>int drawn = certificate.Drawn;</code></example>
    public int Drawn { get; }

    /// <summary>Why circuits were discarded, and how many.</summary>
    /// <example><code>foreach (var (why, count) in certificate.Discarded) Console.WriteLine($"{count}: {why}");</code></example>
    public IReadOnlyDictionary<string, int> Discarded { get; }
}

/// <summary>How far a derived rule is from other ways to the same gradient: the worst errors over the circuits, relative to the terms of a step; NaN where
/// nothing could be compared.</summary>
/// <example><code>
/// foreach (CertifiedRule rule in certificate.Rules) Console.WriteLine($"{rule.Parameter}: {rule.DifferenceError:e1}");
/// </code></example>
public sealed class CertifiedRule
{
    internal CertifiedRule(Derivation.Checks.RuleCheck value)
    {
        Parameter = value.Parameter;
        DualError = value.DualError;
        TargetError = value.TargetError;
        DifferenceError = value.DifferenceError;
        StepError = value.StepError;
        IsPassed = value.Failures.IsEmpty;
    }

    /// <summary>The parameter.</summary>
    /// <example><code>string name = certified.Parameter;</code></example>
    public string Parameter { get; }

    /// <summary>The online term, against nested dual numbers.</summary>
    /// <example><code>double error = certified.DualError;</code></example>
    public double DualError { get; }

    /// <summary>The average over the target, against quadrature.</summary>
    /// <example><code>double error = certified.TargetError;</code></example>
    public double TargetError { get; }

    /// <summary>The whole rule, against central differences of the objective.</summary>
    /// <example><code>double error = certified.DifferenceError;</code></example>
    public double DifferenceError { get; }

    /// <summary>The step that training makes, against the rule as printed.</summary>
    /// <example><code>double error = certified.StepError;</code></example>
    public double StepError { get; }

    /// <summary>Whether all errors are within their tolerances.</summary>
    /// <example><code>bool isRight = certified.IsPassed;</code></example>
    public bool IsPassed { get; }
}
