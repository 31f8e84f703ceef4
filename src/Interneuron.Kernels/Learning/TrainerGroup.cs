namespace Interneuron.Kernels;

/// <summary>One of the circuits that a <see cref="TrainerGroup"/> learns.</summary>
/// <param name="Circuit">The circuit, owned by the group from now on.</param>
/// <param name="Stimuli">What it learns from: n x N, row-major, n at least 1; read where they lie, and several circuits may share them.</param>
/// <param name="Rule">Rates and forms of the rules.</param>
/// <param name="Seed">Seed of the draws.</param>
/// <param name="Tolerance">As for <see cref="Engine.Train(CircuitState, TargetNodes, LearningRule, int, ulong, double)"/>.</param>
public sealed record GroupMember(CircuitState Circuit, ReadOnlyMemory<double> Stimuli, LearningRule Rule, ulong Seed, double Tolerance = 1e-10);

/// <summary>
/// An online learner of several circuits of one shape at once, each a lane of the registers, so that small batches leave no lane idle. Each circuit learns from stimuli of its own, with its own seed,
/// rates and first values, and becomes what a <see cref="Trainer"/> of it alone makes of it, bit for bit. Not thread-safe.
/// </summary>
public abstract class TrainerGroup
{
    private readonly CircuitState[] _circuits;

    private protected TrainerGroup(IReadOnlyList<GroupMember> members, int batch, int most)
    {
        if (members.Count < 1 || members.Count > most)
        {
            throw new ArgumentException($"Expected 1 to {most} circuits, got {members.Count}.", nameof(members));
        }

        for (int c = 0; c < members.Count; c++)
        {
            members[c].Rule.Fits(members[c].Circuit);
            int length = members[c].Stimuli.Length;
            if (length == 0 || length % members[c].Circuit.Primaries != 0)
            {
                throw new ArgumentException($"Expected at least one row of {members[c].Circuit.Primaries} stimuli for circuit {c}, got {length} numbers.", nameof(members));
            }

            if (!AreAlike(members[0], members[c]))
            {
                throw new ArgumentException($"Circuit {c} has not the shape, the leak or the forms of the rules of the first.", nameof(members));
            }
        }

        Members = [.. members];
        BatchSize = batch;
        _circuits = [.. members.Select(member => member.Circuit)];
    }

    /// <summary>The circuits' settings.</summary>
    public IReadOnlyList<GroupMember> Members { get; }

    /// <summary>B, samples of each circuit in a step.</summary>
    public int BatchSize { get; }

    /// <summary>Whether two circuits can be learned in one group: they have the same sizes and leak, and rules of the same forms and decay, averaged from the same step on.</summary>
    /// <param name="one">One.</param>
    /// <param name="other">The other.</param>
    /// <returns>Whether they can.</returns>
    public static bool AreAlike(GroupMember one, GroupMember other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return Shape(one) == Shape(other) && Forms(one.Rule) == Forms(other.Rule);

        static (int N, int K, int P, double Leak) Shape(GroupMember member) =>
            (member.Circuit.Primaries, member.Circuit.Interneurons, member.Circuit.Parameters, member.Circuit.Leak);

        static (GainStep Gain, bool Theta, bool Synapses, double Decay, double Power, long From) Forms(LearningRule rule) =>
            (rule.GainStep, rule.ThetaStepTimesGain, rule.SynapseStepTimesGain, rule.DecaySteps, rule.DecayPower, rule.AverageFrom);
    }

    /// <summary>A circuit as learned so far.</summary>
    /// <param name="index">Which of the members.</param>
    /// <returns>The member's circuit, brought up to date.</returns>
    public CircuitState Circuit(int index)
    {
        Write(index, _circuits[index]);
        return _circuits[index];
    }

    /// <summary>What a circuit has learned, as <see cref="Trainer.Answer"/>.</summary>
    /// <param name="index">Which of the members.</param>
    /// <returns>A copy.</returns>
    public abstract CircuitState Answer(int index);

    /// <summary>The number of steps that the group has made.</summary>
    public long Made { get; private protected set; }

    /// <summary>The number of steps that a circuit has made.</summary>
    /// <param name="index">Which of the members.</param>
    /// <returns>Steps.</returns>
    public abstract long Steps(int index);

    /// <summary>
    /// Makes steps of all circuits, as <see cref="Trainer.Run"/> does of one. A circuit whose batch has a sample without a fixed point stops before that step, for good; the others go on.
    /// </summary>
    /// <param name="steps">The number of steps.</param>
    /// <param name="cancellation">Checked inside steps of large batches, which are then abandoned; between steps the caller checks.</param>
    /// <returns>For each circuit the steps made in this run, and the outcome of its last batch.</returns>
    public abstract TrainingOutcome[] Run(int steps, CancellationToken cancellation = default);

    /// <summary>Stops learning a circuit, which stays as it is; the others go on.</summary>
    /// <param name="index">Which of the members.</param>
    public abstract void Leave(int index);

    /// <summary>Writes a circuit's present numbers.</summary>
    private protected abstract void Write(int index, CircuitState circuit);
}
