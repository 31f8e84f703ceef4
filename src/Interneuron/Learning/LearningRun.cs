namespace Interneuron;

/// <summary>
/// Learning that is advanced a few steps at a time, for those who watch it or change their minds on the way. After all its steps the circuit is that of
/// <see cref="Learner.Train"/> without the batch optimum, however they were divided. Not for several threads at once.
/// </summary>
/// <example><code>
/// var run = new LearningRun(Circuit.Start(Potentials.PowerMixture, stimuli), stimuli, new LearnerOptions { Steps = 20_000 });
/// while (run.Ending is null) { run.Advance(1_000); Console.WriteLine($"{run.Steps} steps, g = {run.Circuit.Gains[0]}"); }
/// </code></example>
public sealed class LearningRun
{
    private readonly Core.Circuits.LearningRun _value;
    private readonly Circuit _start;

    /// <summary>A run that has made no step.</summary>
    /// <param name="circuit">The circuit to start from.</param>
    /// <param name="stimuli">n x N, one row a stimulus; at least one.</param>
    /// <param name="options">The settings, of which the batch optimum is of no account; the defaults if null.</param>
    /// <exception cref="ArgumentException">As for <see cref="Learner.Train"/>.</exception>
    /// <example><code>var run = new LearningRun(circuit, stimuli);</code></example>
    public LearningRun(Circuit circuit, Grid stimuli, LearnerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        circuit.CheckColumns(stimuli, nameof(stimuli));
        options ??= new LearnerOptions();
        _start = circuit;
        _value = Guard.Naming(
            () => Core.Circuits.LearningRun.Begin(options.For(circuit.Potential), circuit.Value, circuit.Seen(stimuli.Value.Memory)),
            ("settings", nameof(options)));
    }

    /// <summary>Steps made.</summary>
    /// <example><code>int made = run.Steps;</code></example>
    public int Steps => _value.Steps;

    /// <summary>What has been learned: from the middle of the steps on, the average since.</summary>
    /// <example><code>double g = run.Circuit.Gains[0];</code></example>
    public Circuit Circuit => new(_value.Circuit, _start.Potential, _start.Target, _start.Standardisation);

    /// <summary>How it ended; null while there are steps to make.</summary>
    /// <example><code>bool isDone = run.Ending == LearningEnding.Finished;</code></example>
    public LearningEnding? Ending => _value.Ending is { Value: var ending } ? TrainedCircuit.EndingOf(ending) : null;

    /// <summary>The row of the stimulus that had no response, where that ended it.</summary>
    /// <example><code>if (run.FailedStimulus is int row) Console.Error.WriteLine(stimuli[row, 0]);</code></example>
    public int? FailedStimulus => _value.Ending is { Value: Core.Circuits.Ending.NoResponse failed } ? failed.row : null;

    /// <summary>Makes more steps, fewer where there are no more.</summary>
    /// <param name="steps">How many at most, at least 0.</param>
    /// <param name="cancellation">Heeded within a step.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is negative.</exception>
    /// <example><code>run.Advance(1_000);</code></example>
    public void Advance(int steps, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        _value.Advance(steps, cancellation);
    }
}
