using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Interneuron.Kernels;

/// <summary>The trainer of one potential and one range of N.</summary>
internal sealed class Trainer<TSolver, TKernel> : Trainer
    where TSolver : struct, ISolver
    where TKernel : struct, IPotentialKernel
{
    /// <summary>The most samples that are solved together: all their terms are kept until they are summed, and should fit in the second-level cache.</summary>
    private const int Usual = 256;

    private readonly int width;
    private readonly bool thetaLearns;
    private readonly bool synapsesLearn;
    private readonly Workspace work;
    private readonly TargetTerms expected;
    private readonly double[] totals;
    private readonly int[] drawn;
    private readonly ulong[] ahead;
    private int[] rows = [];
    private Xoshiro256 random;
    private Recall? recall;

    internal Trainer(CircuitState circuit, TargetNodes target, LearningRule rule, int batch, ulong seed, double tolerance, int width)
        : base(circuit, rule, batch)
    {
        this.width = width;
        thetaLearns = rule.ThetaLearns;
        synapsesLearn = rule.SynapsesLearn;
        work = new(circuit, default(TKernel).Constants, Math.Min(batch, Workspace.TileOf(circuit, Usual))) { Tolerance = tolerance, Least = tolerance };
        work.Prepare<TKernel>(circuit);
        expected = new(target, work);
        expected.Evaluate<TKernel>(work, width);
        totals = new double[work.Sums.Length];
        random = new(seed);
        drawn = new int[batch];
        ahead = new ulong[batch];
        for (int j = 0; j < batch; j++)
        {
            ahead[j] = random.Next();
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TrainingOutcome Run(ReadOnlySpan<double> stimuli, int steps, CancellationToken cancellation = default)
    {
        int samples = Check(stimuli);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        for (int made = 0; made < steps; made++)
        {
            Draw(stimuli, samples);
            if (!Update(stimuli, drawn, cancellation, out ResponseOutcome outcome))
            {
                return new(made, outcome);
            }
        }

        return new(steps, ResponseOutcome.Converged);
    }

    /// <inheritdoc/>
    public override TrainingOutcome Step(ReadOnlySpan<double> batch)
    {
        bool made = Update(batch, Enumerate(Check(batch)), CancellationToken.None, out ResponseOutcome outcome);
        return new(made ? 1 : 0, outcome);
    }

    /// <inheritdoc/>
    public override int LastBatch(Span<int> rows, Span<double> responses)
    {
        int first = (drawn.Length - 1) / work.Lanes * work.Lanes;
        int count = drawn.Length - first;
        drawn.AsSpan(first, count).CopyTo(rows);
        Rows.Write(work, work.Responses.Span, responses, count);
        return count;
    }

    private int Check(ReadOnlySpan<double> stimuli)
    {
        if (stimuli.Length == 0 || stimuli.Length % work.N != 0)
        {
            throw new ArgumentException($"Expected at least one row of {work.N} stimuli, got {stimuli.Length} numbers.", nameof(stimuli));
        }

        // The memory of solutions is created once stimuli set its scale.
        recall ??= Recall.For(work.N, work.Lanes, stimuli);
        work.CellWidth = recall?.Width ?? 0;

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

    /// <summary>Draws a batch and the next one, whose stimuli are prefetched while this one is learned from.</summary>
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
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Prefetch(ref double sample)
    {
        // Only a hint: it does no harm if the array moves between taking the address and using it.
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref sample));
        }
    }

    /// <summary>Solves a batch and learns from all of it, or from none if a sample has no fixed point or the caller asks to stop.</summary>
    /// <returns>Whether the step was made.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Update(ReadOnlySpan<double> stimuli, ReadOnlySpan<int> indices, CancellationToken cancellation, out ResponseOutcome outcome)
    {
        outcome = ResponseOutcome.Converged;
        ref double first = ref MemoryMarshal.GetReference(stimuli);
        int tile = work.Lanes;
        if (indices.Length <= tile)
        {
            if (!Sum(ref first, indices))
            {
                outcome = Failures(indices);
                return false;
            }
        }
        else
        {
            Array.Clear(totals);
            for (int at = 0; at < indices.Length; at += tile)
            {
                ReadOnlySpan<int> part = indices.Slice(at, Math.Min(tile, indices.Length - at));
                if (cancellation.IsCancellationRequested)
                {
                    return false;
                }

                if (!Sum(ref first, part))
                {
                    outcome = Failures(part);
                    return false;
                }

                for (int row = 0; row < totals.Length; row++)
                {
                    totals[row] += work.Sums[row];
                }
            }

            totals.CopyTo(work.Sums, 0);
        }

        Plasticity.Apply(work, expected.Values, Rule, Rule.Decay(Steps), 1.0 / indices.Length);
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

    /// <summary>Solves rows of the stimuli and sums their learning terms.</summary>
    /// <returns>Whether all converged.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Sum(ref double stimuli, ReadOnlySpan<int> indices)
    {
        int occupied = Batch<TSolver, TKernel>.Occupied(width, indices.Length);
        if (recall is null)
        {
            Rows.Read(work, ref stimuli, indices);
            Batch<TSolver, TKernel>.Pad(work, indices.Length);
        }
        else
        {
            recall.Guess(work, ref stimuli, indices, occupied);
        }

        if (!Batch<TSolver, TKernel>.Learn(work, indices.Length, width))
        {
            return false;
        }

        recall?.Remember(work, occupied);
        Reduction.Sum(work, indices.Length, width);
        return true;
    }

    private ResponseOutcome Failures(ReadOnlySpan<int> indices)
    {
        ResponseOutcome failed = Rows.Failures(work, indices.Length, 0);
        return failed with { FirstFailure = indices[failed.FirstFailure] };
    }
}
