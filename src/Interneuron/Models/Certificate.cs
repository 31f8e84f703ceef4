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
        Sizes = value.Sizes.ToDictionary(size => size.Item1.Name, size => size.Item2).AsReadOnly();
        Averages = value.Averages.IsLine ? AverageBy.Line : value.Averages.IsPlane ? AverageBy.Plane : AverageBy.Points;
        Together = value.Together;
        Held = value.Held;
        Residual = value.Residual;
        Seed = value.Seed;
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

    /// <summary>The numbers of neurons of the circuits by population: the model's, or 4 where that is more, 12 of interneurons.</summary>
    /// <example><code>int n = certificate.Sizes["primary"];</code></example>
    public IReadOnlyDictionary<string, int> Sizes { get; }

    /// <summary>How averages over the target were taken.</summary>
    /// <example><code>bool isExact = certificate.Averages == AverageBy.Line;</code></example>
    public AverageBy Averages { get; }

    /// <summary>How many parameters' rules each circuit checks: all, or some in turn where there are many.</summary>
    /// <example><code>int together = certificate.Together;</code></example>
    public int Together { get; }

    /// <summary>How many responses, of three a circuit, the kinks of the energy held.</summary>
    /// <example><code>double share = certificate.Held / (3.0 * certificate.Circuits);</code></example>
    public int Held { get; }

    /// <summary>The worst residual of a response: how far 0 is from the subdifferential of the energy, relative to its terms.</summary>
    /// <example><code>double worst = certificate.Residual;</code></example>
    public double Residual { get; }

    /// <summary>What the circuits were drawn from.</summary>
    /// <example><code>Certificate again = derived.Certify(certificate.Circuits, certificate.Seed);</code></example>
    public int Seed { get; }
}

/// <summary>How an average over the target was taken.</summary>
/// <example><code>if (certificate.Averages == AverageBy.Points) Console.WriteLine("errors of the steps are those of sampling");</code></example>
public enum AverageBy
{
    /// <summary>By quadrature along the one direction that matters.</summary>
    Line,

    /// <summary>By quadrature over the plane of the two directions that matter.</summary>
    Plane,

    /// <summary>Over points of the target.</summary>
    Points,
}

/// <summary>What a rule is checked against.</summary>
/// <example><code>bool stepsAreWrong = certified.Failures.Any(failure => failure.Evidence == Evidence.Step);</code></example>
public enum Evidence
{
    /// <summary>The online term, against nested dual numbers.</summary>
    Duals,

    /// <summary>The average over the target, against quadrature of the energy's derivative.</summary>
    Quadrature,

    /// <summary>The whole rule, against central differences of the objective.</summary>
    Differences,

    /// <summary>The step that training makes, against the rule as printed.</summary>
    Step,
}

/// <summary>A check that a rule failed.</summary>
/// <example><code>foreach (CheckFailure failure in certified.Failures) Console.WriteLine($"{failure.Evidence}: {failure.Error:e1} > {failure.Tolerance:e1}");</code></example>
public sealed class CheckFailure
{
    internal CheckFailure(Evidence evidence, double error, double tolerance)
    {
        Evidence = evidence;
        Error = error;
        Tolerance = tolerance;
    }

    /// <summary>What the rule was checked against.</summary>
    /// <example><code>bool isOfTheStep = certified.Failures.Any(failure => failure.Evidence == Evidence.Step);</code></example>
    public Evidence Evidence { get; }

    /// <summary>The worst error over the circuits, relative to the terms of a step.</summary>
    /// <example><code>double worst = certified.Failures.Max(failure => failure.Error);</code></example>
    public double Error { get; }

    /// <summary>How large it may be.</summary>
    /// <example><code>double factor = certified.Failures.Max(failure => failure.Error / failure.Tolerance);</code></example>
    public double Tolerance { get; }

    /// <summary>The failure as one line.</summary>
    /// <returns>For instance "Step: 1e-3 instead of at most 1e-6".</returns>
    /// <example><code>Console.WriteLine(string.Join("; ", certified.Failures));</code></example>
    public override string ToString() => FormattableString.Invariant($"{Evidence}: {Error:e1} instead of at most {Tolerance:e1}");
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
        Locality = DerivedRule.LocalityOf(value.Locality).Verdict;
        Failures = [.. value.Failures.Select(failure => new CheckFailure(Of(failure.Item1), failure.Item2, failure.Item3))];
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

    /// <summary>Whether the rule is local.</summary>
    /// <example><code>bool isLocal = certified.Locality == Locality.Local;</code></example>
    public Locality Locality { get; }

    /// <summary>Whether all errors are within their tolerances.</summary>
    /// <example><code>bool isRight = certified.IsPassed;</code></example>
    public bool IsPassed => Failures.Count == 0;

    /// <summary>The checks that failed.</summary>
    /// <example><code>Console.WriteLine(string.Join("; ", certified.Failures));</code></example>
    public IReadOnlyList<CheckFailure> Failures { get; }

    private static Evidence Of(Derivation.Checks.Evidence evidence) =>
        evidence.IsByDuals ? Evidence.Duals
        : evidence.IsByQuadrature ? Evidence.Quadrature
        : evidence.IsByDifferences ? Evidence.Differences
        : Evidence.Step;
}
