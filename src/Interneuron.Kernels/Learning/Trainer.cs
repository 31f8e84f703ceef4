namespace Interneuron.Kernels;

/// <summary>
/// An online learner: draws batches, solves them, applies the rules and the constraints (g >= 0, theta in its intervals, unit columns) to its circuit in place.
/// Its random state, step count and memory of recent solutions live as long as it does, so a run may be split into chunks of steps anywhere with bit-identical results. Not thread-safe.
/// </summary>
public abstract class Trainer
{
    private readonly RunningMean _mean;

    private protected Trainer(CircuitState circuit, LearningRule rule, int batch)
    {
        rule.Fits(circuit);
        Circuit = circuit;
        Rule = rule;
        _mean = new(new Numbers(circuit), circuit);
        BatchSize = batch;
    }

    /// <summary>The circuit as learned so far. It belongs to the trainer, which does not see changes from outside.</summary>
    public CircuitState Circuit { get; }

    /// <summary>Rates and forms of the rules.</summary>
    public LearningRule Rule { get; }

    /// <summary>B, samples in a drawn batch.</summary>
    public int BatchSize { get; }

    /// <summary>What has been learned: the mean of the circuits since the rule's AverageFrom, or the circuit of the last step. A copy.</summary>
    public CircuitState Answer => _mean.Value(0, Circuit);

    /// <summary>The number of steps made.</summary>
    public long Steps { get; private protected set; }

    /// <summary>
    /// Makes steps on batches drawn with replacement: xoshiro256++ from the trainer's seed, B indices a step. Stops before a step whose batch has a sample without a fixed point, and says which;
    /// the circuit is then as the steps before left it.
    /// </summary>
    /// <param name="stimuli">n x N, row-major, n at least 1.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="cancellation">Checked inside steps of large batches, which are then abandoned; between steps the caller checks.</param>
    /// <returns>The steps made and the last batch's outcome.</returns>
    /// <exception cref="ArgumentException">The stimuli do not make rows of N.</exception>
    public abstract TrainingOutcome Run(ReadOnlySpan<double> stimuli, int steps, CancellationToken cancellation = default);

    /// <summary>Makes one step on a given batch, of any size: the form for streams.</summary>
    /// <param name="batch">n x N, row-major, n at least 1.</param>
    /// <returns>One step, or none and the failed sample.</returns>
    /// <exception cref="ArgumentException">The stimuli do not make rows of N.</exception>
    public abstract TrainingOutcome Step(ReadOnlySpan<double> batch);

    /// <summary>The last drawn batch, for checks from outside: its rows of the stimuli and the responses it was learned from, its last tile of them.</summary>
    /// <param name="rows">Room for B row numbers.</param>
    /// <param name="responses">Room for B x N responses, row-major.</param>
    /// <returns>The number of samples written: B, or those of the last tile where B is more than a tile of 256.</returns>
    public abstract int LastBatch(Span<int> rows, Span<double> responses);

    /// <summary>Counts a step that was made.</summary>
    private protected void Made()
    {
        Steps++;
        if (Steps > Rule.AverageFrom)
        {
            _mean.Add();
        }
    }
}
