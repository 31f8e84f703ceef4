namespace Interneuron.Studio;

/// <summary>What a circuit looks like at a moment.</summary>
/// <param name="Steps">Steps made, in all phases.</param>
/// <param name="Circuit">The circuit.</param>
/// <param name="Plots">Its plots.</param>
/// <param name="Numbers">Names and values.</param>
/// <param name="Mark">What its history keeps.</param>
public sealed record View(int Steps, Circuit Circuit, IReadOnlyList<Plot> Plots, IReadOnlyList<(string Name, string Value)> Numbers, Mark Mark);

/// <summary>Looks at circuits that learn from the same stimuli: what depends on the stimuli and the target alone is found once.</summary>
internal abstract class Observer
{
    /// <summary>How many stimuli are looked at while it learns.</summary>
    protected const int Some = 10_000;

    /// <summary>All of them, but of large pictures, are looked at when it rests.</summary>
    private const int Most = 1 << 18;

    protected Observer(Grid stimuli, Target target)
    {
        Sample = stimuli.Evenly(Some);
        All = stimuli.Evenly(Most);
        Target = target;
    }

    protected Grid Sample { get; }

    protected Grid All { get; }

    protected Target Target { get; }

    public static Observer Of(Grid stimuli, Target target) => stimuli.Columns == 1 ? new SingleObserver(stimuli, target) : new PairObserver(stimuli, target);

    /// <summary>Looks at a circuit.</summary>
    /// <param name="circuit">The circuit.</param>
    /// <param name="steps">Steps made.</param>
    /// <param name="isAtRest">Whether there is time to look at all stimuli.</param>
    public abstract View Look(Circuit circuit, int steps, bool isAtRest);

    /// <summary>A number for people.</summary>
    protected static string Short(double value) => value.ToString("G4", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Points from one number to another.</summary>
    protected static double[] Spread(int count, double from, double to) => [.. Enumerable.Range(0, count).Select(i => from + ((to - from) * i / (count - 1)))];

    /// <summary>As single numbers.</summary>
    protected static Grid Column(double[] values) => new(values.Length, 1, values);
}
