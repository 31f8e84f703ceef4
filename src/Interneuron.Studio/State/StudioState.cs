using System.Collections.Immutable;

namespace Interneuron.Studio;

/// <summary>A time of unchanged statistics: what is shown to the circuit, and what its responses are driven to.</summary>
/// <param name="Source">Where stimuli come from.</param>
/// <param name="Contrast">What they are multiplied by.</param>
/// <param name="Target">The target's name.</param>
/// <param name="Steps">The steps of learning that are planned; of a phase that is over, those that were made.</param>
public sealed record Phase(StimulusSource Source, double Contrast, string Target, int Steps);

/// <summary>
/// All that a page of the circuit is: what was chosen, and how far it has learned. The circuit is a function of it (<see cref="Replay"/>), and links, command lines and programs
/// are other ways to write it down.
/// </summary>
public sealed record StudioState
{
    /// <summary>A potential of the library by its name, or a formula of z and parameters.</summary>
    public string Potential { get; init; } = Potentials.PowerMixture.Name;

    /// <summary>The parameters of a formula, with a semicolon between them.</summary>
    public string Parameters { get; init; } = "";

    /// <summary>N: 1, or 2 for pairs.</summary>
    public int Primaries { get; init; } = 1;

    /// <summary>The vertical offset of pairs of a picture's coefficients, in pixels.</summary>
    public int Offset { get; init; } = 2;

    /// <summary>K; null for what the potential needs.</summary>
    public int? Interneurons { get; init; }

    /// <summary>lambda.</summary>
    public double Leak { get; init; }

    /// <summary>The rule, with its rates and where it starts.</summary>
    public LearningRule Rule { get; init; } = LearningRule.Derived;

    /// <summary>What learns; null for what the potential and the rule have learn.</summary>
    public Learns? Learns { get; init; }

    /// <summary>How fast it learns, as multiples of the usual rates.</summary>
    public Pace Pace { get; init; } = Pace.Usual;

    /// <summary>Stimuli in a step.</summary>
    public int Batch { get; init; } = 10;

    /// <summary>The seed of the start and of the draws; every phase draws with one more.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The phases; the last is the present one.</summary>
    public ImmutableArray<Phase> Phases { get; init; } = [new(StimulusSource.Scene(1), 1, Targets.StandardGaussian.Name, 200_000)];

    /// <summary>Steps made of the present phase.</summary>
    public int Made { get; init; }

    /// <summary>The present phase.</summary>
    public Phase Now => Phases[^1];

    /// <summary>Steps made before the present phase.</summary>
    public int Before => Phases.Take(Phases.Length - 1).Sum(phase => phase.Steps);

    /// <summary>The same with another present phase, which has made no step: in place of the present one where that has made none either, else after it.</summary>
    public StudioState Turn(Phase next) => this with
    {
        Phases = Made == 0 ? Phases.SetItem(Phases.Length - 1, next) : Phases.SetItem(Phases.Length - 1, Now with { Steps = Made }).Add(next),
        Made = 0,
    };

    /// <summary>The same before anything was learned, with the present stimuli and target.</summary>
    public StudioState Reset() => this with { Phases = [Now], Made = 0 };
}
