using Interneuron.Derivation.Checks;

namespace Interneuron;

/// <summary>A change of the parameters that leaves the objective as it is, whatever the stimuli.</summary>
/// <example><code>bool rotates = derived.FlatDirections().Any(flat => flat.Symmetry == SymmetryKind.Rotation);</code></example>
public enum SymmetryKind
{
    /// <summary>The neurons of a population in another order.</summary>
    Permutation,

    /// <summary>The sign of a neuron.</summary>
    Sign,

    /// <summary>A rotation of a population: n (n - 1)/2 flat directions.</summary>
    Rotation,

    /// <summary>Any invertible linear map of a population: n^2 flat directions.</summary>
    LinearMap,

    /// <summary>A scale that a neuron's quantities exchange.</summary>
    NeuronScale,

    /// <summary>A scale that quantities exchange as wholes.</summary>
    Scale,
}

/// <summary>A symmetry of the objective: where it is flat, or the same again.</summary>
/// <example><code>foreach (FlatDirection flat in derived.FlatDirections()) Console.WriteLine($"{flat.Symmetry} of {flat.Population}: {string.Join(", ", flat.Moves)}");</code></example>
public sealed class FlatDirection
{
    internal FlatDirection(Derivation.Checks.FlatDirection value)
    {
        Population = value.Population?.Value.Name;
        Moves = [.. value.Moves];
        (Symmetry, var powers) = value.Symmetry switch
        {
            Symmetry.NeuronScale scale => (SymmetryKind.NeuronScale, scale.powers),
            Symmetry.Scale scale => (SymmetryKind.Scale, scale.powers),
            { IsPermutation: true } => (SymmetryKind.Permutation, []),
            { IsSign: true } => (SymmetryKind.Sign, []),
            { IsRotation: true } => (SymmetryKind.Rotation, []),
            _ => (SymmetryKind.LinearMap, (IEnumerable<Tuple<string, double>>)[]),
        };
        Powers = powers.ToDictionary(power => power.Item1, power => power.Item2);
    }

    /// <summary>What it is.</summary>
    /// <example><code>SymmetryKind kind = derived.FlatDirections()[0].Symmetry;</code></example>
    public SymmetryKind Symmetry { get; }

    /// <summary>The population whose neurons it is about; null for a scale of the whole.</summary>
    /// <example><code>string? population = derived.FlatDirections()[0].Population;</code></example>
    public string? Population { get; }

    /// <summary>The parameters and variables that change together.</summary>
    /// <example><code>bool hasW = derived.FlatDirections()[0].Moves.Contains("W");</code></example>
    public IReadOnlyList<string> Moves { get; }

    /// <summary>Of a scale, the power of it that each quantity is multiplied by; else empty.</summary>
    /// <example><code>double power = derived.FlatDirections()[0].Powers.GetValueOrDefault("W");</code></example>
    public IReadOnlyDictionary<string, double> Powers { get; }
}
