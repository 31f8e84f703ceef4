using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace Interneuron;

/// <summary>Online learning: steps over batches drawn from stimuli, each a descent on the objective by local rules.</summary>
/// <example><code>
/// var naive = Circuit.Start(Potentials.ThresholdLinear, stimuli);
/// Circuit learned = Learner.Train(naive, stimuli).EnsureConverged().Circuit;
/// </code></example>
public static class Learner
{
    /// <summary>Learns from stimuli. The result depends on the circuit, the stimuli and the options, not on who watches; it sees stimuli through the same standardisation as the circuit.</summary>
    /// <param name="circuit">The circuit to start from.</param>
    /// <param name="stimuli">n x N, one row a stimulus; at least one.</param>
    /// <param name="options">The settings; the defaults if null.</param>
    /// <param name="progress">Receives about a hundred reports, and one about every second; null for none.</param>
    /// <param name="cancellation">
    /// Heeded within a second. Cancelling does not throw: what was learned so far is returned; <see cref="TrainedCircuit.Steps"/> says how far that was.
    /// </param>
    /// <returns>The learned circuit and its history.</returns>
    /// <exception cref="ArgumentException">
    /// An argument is null; the stimuli are none, have not N columns or are not finite; the steps are negative or the batch is empty.
    /// </exception>
    /// <exception cref="IOException">The checkpoint cannot be written, or another run holds it.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is of a run with another circuit, other stimuli or other options, or torn.</exception>
    /// <example><code>
    /// var progress = new Progress&lt;LearningProgress&gt;(at => Console.Error.WriteLine($"{at.Step} steps, J = {at.J:f5}"));
    /// TrainedCircuit result = Learner.Train(circuit, stimuli, new LearnerOptions { Steps = 20_000 }, progress);
    /// </code></example>
    public static TrainedCircuit Train(
        Circuit circuit, Grid stimuli, LearnerOptions? options = null, IProgress<LearningProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        circuit.CheckColumns(stimuli, nameof(stimuli));
        options ??= new LearnerOptions();
        var report = FuncConvert.FromAction<Core.Circuits.Progress>(at => progress?.Report(new LearningProgress { Step = at.Step, Steps = at.Steps, J = at.J }));
        var trained = Guard.Naming(
            () => Checkpoint.Keeping(
                options.Checkpoint,
                () => Core.Files.Checkpoints.train(options.For(circuit.Potential), report, cancellation, circuit.Value, circuit.Seen(stimuli.Value.Memory)),
                trained => trained.Ending.IsInterrupted),
            ("settings", nameof(options)));
        return new TrainedCircuit(trained, circuit, options);
    }

    /// <summary>Learns from stimuli on a thread of the pool.</summary>
    /// <param name="circuit">The circuit to start from.</param>
    /// <param name="stimuli">n x N, one row a stimulus; at least one.</param>
    /// <param name="options">The settings; the defaults if null.</param>
    /// <param name="progress">Receives about a hundred reports, and one about every second, on that thread unless it marshals them itself; null for none.</param>
    /// <param name="cancellation">As for <see cref="Train"/>: the task completes with what was learned so far.</param>
    /// <returns>A task of the learned circuit and its history.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Train"/>; in the task, but for arguments that are null.</exception>
    /// <example><code>
    /// using var tenSeconds = new CancellationTokenSource(TimeSpan.FromSeconds(10));
    /// TrainedCircuit result = await Learner.TrainAsync(circuit, stimuli, cancellation: tenSeconds.Token);
    /// </code></example>
    public static Task<TrainedCircuit> TrainAsync(
        Circuit circuit, Grid stimuli, LearnerOptions? options = null, IProgress<LearningProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        ArgumentNullException.ThrowIfNull(stimuli);
        // The pool is not given the token: a task that was cancelled before it began would have no circuit to give.
        return Task.Run(() => Train(circuit, stimuli, options, progress, cancellation), CancellationToken.None);
    }

    /// <summary>
    /// Learns many circuits. Those of one shape with one or two primary neurons, with the target, rule, schedule, batch and steps in common, go side by side in the lanes of the registers, at about
    /// twice the speed of one after the other; groups, and larger circuits, are shared among the cores. Each becomes what <see cref="Train"/> makes of it alone, bit for bit.
    /// </summary>
    /// <param name="lessons">The circuits with their stimuli and settings.</param>
    /// <param name="progress">Receives the place of a lesson and where it stands, about a hundred times for each; null for none.</param>
    /// <param name="cancellation">As for <see cref="Train"/>: all stop within a second, each with what it has learned.</param>
    /// <returns>The learned circuits in the order of the lessons.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Train"/>, for any of the lessons; none is then learned.</exception>
    /// <example><code>
    /// var lessons = Enumerable.Range(1, 8).Select(seed => new Lesson(circuit, stimuli, new LearnerOptions { Seed = seed })).ToList();
    /// foreach (TrainedCircuit result in Learner.TrainMany(lessons)) Console.WriteLine($"{result.Options.Seed}: J = {result.Trajectory.Last().J}");
    /// </code></example>
    public static IReadOnlyList<TrainedCircuit> TrainMany(
        IReadOnlyList<Lesson> lessons, IProgress<(int Lesson, LearningProgress At)>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(lessons);
        var report = FuncConvert.FromAction<int, Core.Circuits.Progress>(
            (lesson, at) => progress?.Report((lesson, new LearningProgress { Step = at.Step, Steps = at.Steps, J = at.J })));
        var trained = Guard.Naming(
            () => Core.Circuits.Together.train(report, cancellation, ListModule.OfSeq(lessons.Select(lesson => lesson.Value))),
            ("settings", nameof(lessons)), ("stimuli", nameof(lessons)));
        return trained.Zip(lessons, (result, lesson) => new TrainedCircuit(result, lesson.Circuit, lesson.Options)).ToList().AsReadOnly();
    }

    /// <summary>One step on a batch, at the rates of the first: for understanding; <see cref="Train"/> makes many at once.</summary>
    /// <param name="circuit">The circuit before the step.</param>
    /// <param name="batch">The stimuli of the step, n x N, one row a stimulus; at least one.</param>
    /// <param name="options">The settings, of which steps, batch and seed are of no account; the defaults if null.</param>
    /// <returns>The circuit after the step.</returns>
    /// <exception cref="ArgumentException">An argument is null, or the batch is empty or does not have N columns.</exception>
    /// <exception cref="NotConvergedException">A stimulus has no response, or the step goes beyond all bounds.</exception>
    /// <example><code>Circuit next = Learner.Step(circuit, new[,] { { 1.5 } });</code></example>
    public static Circuit Step(Circuit circuit, Grid batch, LearnerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        circuit.CheckColumns(batch, nameof(batch));
        Guard.NotEmpty(batch, nameof(batch));
        var step = Core.Circuits.Learner.step((options ?? new LearnerOptions()).For(circuit.Potential), circuit.Value, circuit.Seen(batch.Value.Memory).ToArray());
        return step.IsOk
            ? new Circuit(step.ResultValue, circuit.Potential, circuit.Target, circuit.Standardisation)
            : throw new NotConvergedException(
                step.ErrorValue is Core.Circuits.Ending.NoResponse failed
                    ? $"The stimulus in row {failed.row} has no response."
                    : "The step goes beyond all bounds.");
    }
}
