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
        _mean = new(new CircuitNumbers(circuit), circuit);
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

    /// <summary>All that the next steps depend on, beside what the trainer was made of and the stimuli: the same bytes after the same steps.</summary>
    /// <returns>The state, which <see cref="Restore"/> reads on a machine of the same byte order.</returns>
    public byte[] Save()
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        writer.Write(Steps);
        writer.WriteAll(Circuit.Gains);
        writer.WriteAll(Circuit.Theta);
        writer.WriteAll(Circuit.Synapses);
        _mean.Save(writer);
        Save(writer);
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Goes on from a saved state: the next steps have the same bits as if they had followed at once.</summary>
    /// <param name="state">What <see cref="Save()"/> gave of a trainer made of the same circuit, target, rule, batch, seed and tolerance.</param>
    /// <param name="stimuli">The stimuli that trainer ran on.</param>
    /// <exception cref="InvalidDataException">The state is torn, or of a circuit of another shape; the trainer is then of no use.</exception>
    public void Restore(byte[] state, ReadOnlySpan<double> stimuli)
    {
        ArgumentNullException.ThrowIfNull(state);
        using BinaryReader reader = new(new MemoryStream(state));
        try
        {
            Steps = reader.ReadInt64();
            reader.ReadAll(Circuit.Gains);
            reader.ReadAll(Circuit.Theta);
            reader.ReadAll(Circuit.Synapses);
            _mean.Load(reader);
            Load(reader, stimuli);
        }
        catch (EndOfStreamException end)
        {
            throw new InvalidDataException("The state ends too early.", end);
        }
    }

    private protected abstract void Save(BinaryWriter writer);

    private protected abstract void Load(BinaryReader reader, ReadOnlySpan<double> stimuli);

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
