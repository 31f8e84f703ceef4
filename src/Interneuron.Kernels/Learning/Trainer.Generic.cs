using System.Runtime.CompilerServices;

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
    private int[] drawn;
    private Xoshiro256 random;
    private RecallOne? recall;

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
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TrainingOutcome Run(ReadOnlySpan<double> stimuli, int steps)
    {
        int samples = Check(stimuli);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        Prepare();
        Recall(stimuli);
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

        Prepare();
        Recall(batch);
        if (recall is null)
        {
            Rows.Read(work, batch, count);
            Batch<TSolver, TKernel>.Pad(work, count);
        }
        else
        {
            for (int j = 0; j < count; j++)
            {
                recall.Guess(work, j, batch[j]);
            }

            recall.Idle(work, count, Batch<TSolver, TKernel>.Occupied(width, count));
        }

        return Update(count) ? new(1, ResponseOutcome.Converged) : new(0, Rows.Failures(work, count, 0));
    }

    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(work), nameof(expected), nameof(drawn))]
    private void Resize(int lanes)
    {
        work = new(Circuit, default(TKernel).Constants, lanes) { Tolerance = tolerance };
        expected = new(target, work);
        drawn = new int[BatchSize];
        recall = null;
    }

    /// <summary>Makes the memory of solutions when there are stimuli to set its scale by.</summary>
    private void Recall(ReadOnlySpan<double> stimuli)
    {
        if (work.N == 1 && recall is null)
        {
            recall = new(work.Lanes);
            recall.Scale(stimuli);
            recall.Fill<TKernel>(work, width);
        }
    }

    private int Check(ReadOnlySpan<double> stimuli)
    {
        if (stimuli.Length == 0 || stimuli.Length % work.N != 0)
        {
            throw new ArgumentException($"Expected at least one row of {work.N} stimuli, got {stimuli.Length} numbers.", nameof(stimuli));
        }

        return stimuli.Length / work.N;
    }

    /// <summary>Takes the circuit as it is now: it may have been changed from outside between calls.</summary>
    private void Prepare()
    {
        work.Prepare<TKernel>(Circuit, width);
        expected.Evaluate<TKernel>(work, width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Draw(ReadOnlySpan<double> stimuli, int samples)
    {
        int[] drawn = this.drawn;
        if (recall is not null)
        {
            for (int j = 0; j < drawn.Length; j++)
            {
                int k = random.Below(samples);
                drawn[j] = k;
                recall.Guess(work, j, stimuli[k]);
            }

            recall.Idle(work, drawn.Length, Batch<TSolver, TKernel>.Occupied(width, drawn.Length));
            return;
        }

        Span<double> s = work.Stimuli.Span;
        Span<double> r = work.Responses.Span;
        for (int j = 0; j < drawn.Length; j++)
        {
            int k = random.Below(samples);
            drawn[j] = k;
            for (int a = 0; a < work.N; a++)
            {
                double value = stimuli[(k * work.N) + a];
                s[(a * work.Lanes) + j] = value;
                r[(a * work.Lanes) + j] = value;
            }
        }

        Batch<TSolver, TKernel>.Pad(work, drawn.Length);
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
            work.PrepareConstants<TKernel>(width);
        }

        work.PrepareLinks();
        if (thetaLearns || (synapsesLearn && expected.FollowSynapses))
        {
            expected.Evaluate<TKernel>(work, width);
        }

        return true;
    }
}
