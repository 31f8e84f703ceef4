using Microsoft.FSharp.Core;

namespace Interneuron;

/// <summary>
/// The affine map (s - mean) / unit of each coordinate that a circuit's stimuli go through before it sees them, as those did that it learned from: the command line's
/// <c>--centre</c> (all units 1) and <c>--standardise</c>.
/// </summary>
/// <example><code>
/// if (circuit.Standardisation is Standardisation map) Console.WriteLine($"coordinate 0 was {map.Mean[0]}, give or take {map.Unit[0]}");
/// </code></example>
public sealed class Standardisation
{
    internal Standardisation(Stimuli.Standardisation value)
    {
        Value = value;
        Mean = Array.AsReadOnly(value.Mean);
        Unit = Array.AsReadOnly(value.Unit);
    }

    internal Stimuli.Standardisation Value { get; }

    internal static Standardisation? OfSaved(FSharpOption<Stimuli.Standardisation>? saved) => saved is null ? null : new Standardisation(saved.Value);

    /// <summary>What is subtracted from each coordinate, N values.</summary>
    /// <example><code>double mean = circuit.Standardisation?.Mean[0] ?? 0;</code></example>
    public IReadOnlyList<double> Mean { get; }

    /// <summary>What each coordinate is then divided by, N positive values.</summary>
    /// <example><code>double unit = circuit.Standardisation?.Unit[0] ?? 1;</code></example>
    public IReadOnlyList<double> Unit { get; }
}
