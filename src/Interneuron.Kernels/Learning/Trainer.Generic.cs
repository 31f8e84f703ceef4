using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Interneuron.Kernels;

/// <summary>The trainer of one potential and one range of N.</summary>
internal sealed class Trainer<TSolver, TKernel> : Trainer
    where TSolver : struct, ISolver
    where TKernel : struct, IPotentialKernel
{
    private readonly int width;
    private readonly double tolerance;
    private readonly TargetNodes target;
    private readonly bool thetaLearns;
    private readonly bool synapsesLearn;
    private Workspace work;
    private TargetTerms expected;
    private readonly int[] drawn;
    private readonly ulong[] ahead;
    private int[] rows = [];
    private Xoshiro256 random;
    private Recall? recall;

    internal Trainer(CircuitState circuit, TargetNodes target, LearningRule rule, int batch, ulong seed, double tolerance, int width)
        : base(circuit, rule, batch)
    {
        this.width = width;
        this.tolerance = tolerance;
        this.target = target;
        thetaLearns = rule.ThetaLearns;
        synapsesLearn = rule.SynapsesLearn;
        random = new(seed);
        Resize(batch);
        drawn = new int[batch];
        ahead = new ulong[batch];
        for (int j = 0; j < batch; j++)
        {
            ahead[j] = random.Next();
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TrainingOutcome Run(ReadOnlySpan<double> stimuli, int steps)
    {
        int samples = Check(stimuli);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        Remind(stimuli);
        for (int made = 0; made < steps; made++)
        {
            Draw(stimuli, samples);
            if (!Update(BatchSize))
            {
                ResponseOutcome failed = Rows.Failures(work, BatchSize, 0);
                return new(made, failed with { FirstFailure = drawn[failed.FirstFailure] });
            }
        }

        return new(steps, ResponseOutcome.Converged);
    }

    /// <inheritdoc/>
    public override TrainingOutcome Step(ReadOnlySpan<double> batch)
    {
        int count = Check(batch);
        if (count > work.Lanes)
        {
            Resize(count);
        }

        Remind(batch);
        Gather(ref MemoryMarshal.GetReference(batch), Enumerate(count));
        return Update(count) ? new(1, ResponseOutcome.Converged) : new(0, Rows.Failures(work, count, 0));
    }

    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(work), nameof(expected))]
    private void Resize(int lanes)
    {
        work = new(Circuit, default(TKernel).Constants, lanes) { Tolerance = tolerance };
        expected = new(target, work);
        work.Prepare<TKernel>(Circuit);
        expected.Evaluate<TKernel>(work, width);
        recall = null;
    }

    /// <summary>Makes the memory of solutions when there are stimuli to set its scale by.</summary>
    private void Remind(ReadOnlySpan<double> stimuli)
    {
        recall ??= Recall.For(work.N, work.Lanes, stimuli);
        work.CellWidth = recall?.Width ?? 0;
    }

    private int Check(ReadOnlySpan<double> stimuli)
    {
        if (stimuli.Length == 0 || stimuli.Length % work.N != 0)
        {
            throw new ArgumentException($"Expected at least one row of {work.N} stimuli, got {stimuli.Length} numbers.", nameof(stimuli));
        }

        return stimuli.Length / work.N;
    }

    /// <summary>0 .. count - 1, kept from step to step.</summary>
    private ReadOnlySpan<int> Enumerate(int count)
    {
        if (rows.Length < count)
        {
            rows = Enumerable.Range(0, count).ToArray();
        }

        return rows.AsSpan(0, count);
    }

    /// <summary>Puts the batch that was drawn into the workspace, and draws the next one, whose stimuli can travel from memory while this one is learned from.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Draw(ReadOnlySpan<double> stimuli, int samples)
    {
        ref double first = ref MemoryMarshal.GetReference(stimuli);
        Xoshiro256 generator = random;
        for (int j = 0; j < drawn.Length; j++)
        {
            drawn[j] = Xoshiro256.Below(ahead[j], samples);
            ulong next = generator.Next();
            ahead[j] = next;
            Prefetch(ref Unsafe.Add(ref first, (nint)Xoshiro256.Below(next, samples) * work.N));
        }

        random = generator;
        Gather(ref first, drawn);
    }

    /// <summary>Puts rows of the stimuli into the workspace, with first guesses of their responses.</summary>
    private void Gather(ref double stimuli, ReadOnlySpan<int> indices)
    {
        int occupied = Batch<TSolver, TKernel>.Occupied(width, indices.Length);
        if (recall is not null)
        {
            recall.Guess(work, ref stimuli, indices, occupied);
            return;
        }

        Rows.Read(work, ref stimuli, indices);
        Batch<TSolver, TKernel>.Pad(work, indices.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Prefetch(ref double sample)
    {
        // A hint only: that the array may be moved between taking the address and using it does no harm.
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref sample));
        }
    }

    /// <summary>Solves the batch in the workspace and learns from it.</summary>
    /// <returns>Whether all samples converged; if not, nothing is learned.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Update(int count)
    {
        if (!Batch<TSolver, TKernel>.Learn(work, count, width))
        {
            return false;
        }

        recall?.Remember(work, Batch<TSolver, TKernel>.Occupied(width, count));
        Reduction.Sum(work, count, width);
        Plasticity.Apply(work, expected.Values, Rule, Rule.Decay(Steps), 1.0 / count);
        Made();
        if (thetaLearns)
        {
            work.PrepareConstants<TKernel>();
        }

        work.PrepareLinks();
        if (thetaLearns || (synapsesLearn && expected.FollowSynapses))
        {
            expected.Evaluate<TKernel>(work, width);
        }

        return true;
    }
}
