using System.Numerics;

namespace Interneuron;

/// <summary>Learning linearised at the point of rest near what was learned: the mean step is A (p - p*), within what parameters are held to.</summary>
/// <example><code>Console.WriteLine(derived.Train(stimuli).Modes is { IsStable: true } ? "comes back" : "does not");</code></example>
public sealed class SlowModes
{
    internal SlowModes(Derivation.Checks.SlowModes value)
    {
        Eigenvalues = [.. value.Eigenvalues];
        Ascending = [.. value.Ascending];
        Ratios = value.Ratios is { Value: var (least, most) } ? (least, most) : null;
        (Flat, Away, Largest, IsStable, Turns) = (value.Flat, value.Away, value.Largest, value.IsStable, value.Turns);
    }

    /// <summary>What each mode grows by in a step, relative to its size, but for those of flat directions; the slowest first.</summary>
    /// <example><code>double? slowest = derived.Train(stimuli).Modes?.Eigenvalues[0].Real;</code></example>
    public IReadOnlyList<Complex> Eigenvalues { get; }

    /// <summary>Directions along which the mean step stays 0.</summary>
    /// <example><code>int? flat = derived.Train(stimuli).Modes?.Flat;</code></example>
    public int Flat { get; }

    /// <summary>How far the point of rest is from what was learned, relative to the size of the parameters.</summary>
    /// <example><code>bool isThere = derived.Train(stimuli).Modes?.Away &lt; 0.01;</code></example>
    public double Away { get; }

    /// <summary>How many times as large all rates may be before steps overshoot; 0 where the flow itself is not stable.</summary>
    /// <example><code>double? room = derived.Train(stimuli).Modes?.Largest;</code></example>
    public double Largest { get; }

    /// <summary>The factors on the rates of what ascends and of running averages between which learning is stable, the others as they are; 0 and infinity where
    /// no end was found from 1e-4 to 1e4. Null where all parameters are of one side, or no factor makes it stable.</summary>
    /// <example><code>if (derived.Train(stimuli).Modes?.Ratios is (var least, var most)) Console.WriteLine($"from {least} to {most} times");</code></example>
    public (double Least, double Most)? Ratios { get; }

    /// <summary>The parameters that these factors are on; none where all are of one side.</summary>
    /// <example><code>string names = string.Join(", ", derived.Train(stimuli).Modes?.Ascending ?? []);</code></example>
    public IReadOnlyList<string> Ascending { get; }

    /// <summary>Whether what is near comes back.</summary>
    /// <example><code>bool isStable = derived.Train(stimuli).Modes?.IsStable == true;</code></example>
    public bool IsStable { get; }

    /// <summary>Whether some modes turn.</summary>
    /// <example><code>bool turns = derived.Train(stimuli).Modes?.Turns == true;</code></example>
    public bool Turns { get; }
}
