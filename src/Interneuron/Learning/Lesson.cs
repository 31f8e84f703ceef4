namespace Interneuron;

/// <summary>What one circuit of several learns from, and how: <see cref="Learner.TrainMany"/>.</summary>
/// <example><code>var lessons = Enumerable.Range(1, 8).Select(seed => new Lesson(circuit, stimuli, new LearnerOptions { Seed = seed })).ToList();</code></example>
public sealed record Lesson
{
    /// <summary>A lesson.</summary>
    /// <param name="circuit">The circuit to start from.</param>
    /// <param name="stimuli">n x N, one row a stimulus; at least one. Several lessons may share them.</param>
    /// <param name="options">The settings; the defaults if null.</param>
    /// <exception cref="ArgumentException">An argument is null, or the stimuli have not N columns.</exception>
    /// <example><code>var lesson = new Lesson(circuit, stimuli, new LearnerOptions { Seed = 3 });</code></example>
    public Lesson(Circuit circuit, Grid stimuli, LearnerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        circuit.CheckColumns(stimuli, nameof(stimuli));
        Circuit = circuit;
        Stimuli = stimuli;
        Options = options ?? new LearnerOptions();
    }

    /// <summary>The circuit to start from.</summary>
    /// <example><code>Circuit start = new Lesson(circuit, stimuli).Circuit;</code></example>
    public Circuit Circuit { get; }

    /// <summary>The stimuli.</summary>
    /// <example><code>int count = new Lesson(circuit, stimuli).Stimuli.Rows;</code></example>
    public Grid Stimuli { get; }

    /// <summary>The settings.</summary>
    /// <example><code>int seed = new Lesson(circuit, stimuli).Options.Seed;</code></example>
    public LearnerOptions Options { get; }

    internal Core.Circuits.Lesson Value => new(Circuit.Value, Options.For(Circuit.Potential), Circuit.Seen(Stimuli.Value.Memory));
}
