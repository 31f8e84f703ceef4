namespace Interneuron;

/// <summary>What is known of a statement.</summary>
/// <example><code>bool isSafe = Potentials.PowerMixture.Convexity().Judgement == Judgement.Proved;</code></example>
public enum Judgement
{
    /// <summary>It holds, by proof.</summary>
    Proved,

    /// <summary>It fails, at a point that is named.</summary>
    Refuted,

    /// <summary>Neither: it held wherever it was tried.</summary>
    Undecided,
}

/// <summary>Whether a formula is convex, with the evidence.</summary>
/// <example><code>
/// Verdict verdict = potential.Convexity();
/// if (verdict.Judgement == Judgement.Refuted) Console.WriteLine($"at z = {verdict.Point["z"]}: {verdict.Reason}");
/// </code></example>
public sealed class Verdict
{
    internal Verdict(Core.Symbolic.Judgement value)
    {
        Point = new Dictionary<string, double>();
        switch (value)
        {
            case Core.Symbolic.Judgement.Proved proved:
                Judgement = Judgement.Proved;
                Reason = proved.how;
                break;
            case Core.Symbolic.Judgement.Refuted refuted:
                Judgement = Judgement.Refuted;
                Reason = refuted.how.ToString();
                Point = refuted.point.ToDictionary(at => at.Item1, at => at.Item2).AsReadOnly();
                break;
            default:
                Judgement = Judgement.Undecided;
                Reason = ((Core.Symbolic.Judgement.Undecided)value).need;
                break;
        }
    }

    /// <summary>What is known.</summary>
    /// <example><code>Judgement known = potential.Convexity().Judgement;</code></example>
    public Judgement Judgement { get; }

    /// <summary>How it was proved; or what is wrong at the point; or what would decide it.</summary>
    /// <example><code>Console.WriteLine(potential.Convexity().Reason);</code></example>
    public string Reason { get; }

    /// <summary>Where it fails: a value for each unknown; empty where it wasn't refuted.</summary>
    /// <example><code>foreach (var (name, value) in potential.Convexity().Point) Console.WriteLine($"{name} = {value}");</code></example>
    public IReadOnlyDictionary<string, double> Point { get; }

    /// <summary>The verdict as one line.</summary>
    /// <returns>For instance "Refuted: at z = 0 its curvature is -2".</returns>
    /// <example><code>Console.WriteLine(potential.Convexity());</code></example>
    public override string ToString()
    {
        string place = string.Join(", ", Point.Select(at => FormattableString.Invariant($"{at.Key} = {at.Value:g4}")));
        return Judgement == Judgement.Refuted ? $"Refuted: at {place} {Reason}" : $"{Judgement}: {Reason}";
    }
}
