namespace Interneuron;

/// <summary>How learning ended.</summary>
/// <example><code>if (trained.Ending == LearningEnding.Interrupted) Console.Error.WriteLine($"stopped after {trained.Steps} steps");</code></example>
public enum LearningEnding
{
    /// <summary>All steps were made.</summary>
    Finished,

    /// <summary>The caller cancelled; the circuit is what had been learned.</summary>
    Interrupted,

    /// <summary>A stimulus had no response; the circuit is what had been learned.</summary>
    NoResponse,

    /// <summary>
    /// The objective or a gain went beyond all bounds, as it does where the target gives an interneuron nothing to balance (too few samples); the circuit is the last with a finite objective.
    /// </summary>
    Diverged,
}

/// <summary>A circuit that has learned, with its history.</summary>
/// <example><code>
/// TrainedCircuit result = Learner.Train(circuit, stimuli);
/// Console.WriteLine($"{result.Steps} steps in {result.Elapsed.TotalSeconds:f2} s, J = {result.Trajectory.Last().J}");
/// </code></example>
public sealed class TrainedCircuit
{
    internal TrainedCircuit(Core.Circuits.Trained trained, Circuit start, LearnerOptions options)
    {
        Circuit = new Circuit(trained.Circuit, start.Potential, start.Target, start.Standardisation);
        Options = options;
        Steps = trained.Steps;
        Elapsed = TimeSpan.FromSeconds(trained.Seconds);
        Trajectory = trained.Trajectory.Select(snapshot => new Snapshot(snapshot, start)).ToList().AsReadOnly();
        Ending = EndingOf(trained.Ending);
        FailedStimulus = trained.Ending is Core.Circuits.Ending.NoResponse failed ? failed.row : null;
    }

    internal static LearningEnding EndingOf(Core.Circuits.Ending ending) =>
        ending.IsFinished ? LearningEnding.Finished
        : ending.IsNoResponse ? LearningEnding.NoResponse
        : ending.IsDiverged ? LearningEnding.Diverged
        : LearningEnding.Interrupted;

    /// <summary>What was learned.</summary>
    /// <example><code>Circuit learned = trained.Circuit;</code></example>
    public Circuit Circuit { get; }

    /// <summary>How it was learned.</summary>
    /// <example><code>var again = Learner.Train(circuit, stimuli, trained.Options);  // the same result</code></example>
    public LearnerOptions Options { get; }

    /// <summary>Steps made.</summary>
    /// <example><code>int steps = trained.Steps;</code></example>
    public int Steps { get; }

    /// <summary>How learning ended.</summary>
    /// <example><code>bool finished = trained.Ending == LearningEnding.Finished;</code></example>
    public LearningEnding Ending { get; }

    /// <summary>The row of the stimulus that had no response; null if learning did not end so.</summary>
    /// <example><code>if (trained.FailedStimulus is int row) Console.Error.WriteLine(stimuli[row, 0]);</code></example>
    public int? FailedStimulus { get; }

    /// <summary>The time in the learning loop.</summary>
    /// <example><code>double perSecond = trained.Steps / trained.Elapsed.TotalSeconds;</code></example>
    public TimeSpan Elapsed { get; }

    /// <summary>The circuit from the first step to the last, at about a hundred places.</summary>
    /// <example><code>double[] j = trained.Trajectory.Select(at => at.J).ToArray();</code></example>
    public IReadOnlyList<Snapshot> Trajectory { get; }

    /// <summary>The same result, once learning is known not to have failed. An interrupted run has not failed.</summary>
    /// <returns>This object.</returns>
    /// <exception cref="NotConvergedException">A stimulus had no response, or learning diverged.</exception>
    /// <example><code>Circuit learned = Learner.Train(circuit, stimuli).EnsureConverged().Circuit;</code></example>
    public TrainedCircuit EnsureConverged() =>
        FailedStimulus is int row
            ? throw new NotConvergedException($"Learning ended after {Steps} steps: the stimulus in row {row} had no response.")
            : Ending == LearningEnding.Diverged
            ? throw new NotConvergedException($"Learning ended after {Steps} steps: the objective or a gain went beyond all bounds, as with too few samples of the target.")
            : this;
}
