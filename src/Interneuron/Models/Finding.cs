namespace Interneuron;

/// <summary>A condition for a model to have a response to every stimulus and a minimum of its objective, with what is known of it.</summary>
/// <example><code>
/// foreach (Finding finding in derived.Findings) Console.WriteLine($"{finding.Condition}: {finding.Judgement}, {finding.Detail}");
/// </code></example>
public sealed class Finding
{
    internal Finding(Derivation.Checks.Finding value)
    {
        Condition = value.Condition;
        Judgement = value.Verdict.IsProven ? Judgement.Proved : value.Verdict.IsFails ? Judgement.Refuted : Judgement.Undecided;
        Detail = value.Detail;
        Term = value.Term is null ? null : new IndexedFormula(value.Term.Value);
    }

    /// <summary>What is required.</summary>
    /// <example><code>string condition = derived.Findings[0].Condition;  // the energy is convex in r</code></example>
    public string Condition { get; }

    /// <summary>What is known of it.</summary>
    /// <example><code>bool isWellPosed = derived.Findings.All(finding => finding.Judgement != Judgement.Refuted);</code></example>
    public Judgement Judgement { get; }

    /// <summary>Why; and where it fails, where and what would be right.</summary>
    /// <example><code>Console.WriteLine(derived.Findings[0].Detail);</code></example>
    public string Detail { get; }

    /// <summary>The term of the energy that it fails by; null where it doesn't.</summary>
    /// <example><code>Console.WriteLine(derived.Findings[0].Term?.Latex);</code></example>
    public IndexedFormula? Term { get; }
}
