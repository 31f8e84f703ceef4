using Interneuron.Core.Files;
using Microsoft.FSharp.Core;

namespace Interneuron;

/// <summary>
/// A file that a run of learning keeps its state in. A run that was killed or cancelled goes on from there when it is started again with the same circuit, stimuli and options, and ends with the
/// same circuit to the last bit; the file is deleted when all steps are made. It is replaced as a whole, and held against other runs.
/// </summary>
/// <example><code>
/// var options = new LearnerOptions { Checkpoint = new Checkpoint("run.checkpoint") { Every = TimeSpan.FromSeconds(5) } };
/// TrainedCircuit learned = Learner.Train(circuit, stimuli, options);
/// </code></example>
/// <param name="Path">The path of the file; its folder is made where it is not there.</param>
public sealed record Checkpoint(string Path)
{
    /// <summary>The path of the file.</summary>
    /// <example><code>string path = new Checkpoint("run.checkpoint").Path;</code></example>
    public string Path { get; init; } = Path;

    /// <summary>The time between two states; 30 s if not set. One is kept when the run is cancelled, too.</summary>
    /// <example><code>var checkpoint = new Checkpoint("run.checkpoint") { Every = TimeSpan.FromMinutes(1) };</code></example>
    public TimeSpan Every { get; init; } = Checkpoints.usual;

    /// <summary>Whether the run goes on from what is kept, or starts anew; it goes on if not set.</summary>
    /// <example><code>var checkpoint = new Checkpoint("run.checkpoint") { Resumes = false };</code></example>
    public bool Resumes { get; init; } = true;

    /// <summary>Does a run that is kept somewhere, or nowhere; it is done unless it was interrupted.</summary>
    internal static T Keeping<T>(Checkpoint? checkpoint, Func<T> run, Func<T, bool> isInterrupted)
    {
        if (checkpoint is null)
        {
            return run();
        }

        var plan = new CheckpointPlan(checkpoint.Path, checkpoint.Every, checkpoint.Resumes);
        try
        {
            return Checkpoints.within(plan, FuncConvert.FromAction<string>(_ => { }), FuncConvert.FromFunc(() =>
            {
                T result = run();
                return Tuple.Create(result, !isInterrupted(result));
            }));
        }
        catch (Statistics.Refusal refused) when (refused.Message.StartsWith(checkpoint.Path, StringComparison.Ordinal))
        {
            throw Guard.OfFile(refused);
        }
    }
}
