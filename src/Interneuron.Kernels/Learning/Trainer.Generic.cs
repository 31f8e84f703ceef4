namespace Interneuron.Kernels;

/// <summary>The trainer of one potential and one range of N.</summary>
internal sealed class Trainer<TSolver, TKernel> : Trainer
    where TSolver : struct, ISolver
    where TKernel : struct, IPotentialKernel
{
    private readonly int width;
    private readonly double tolerance;
    private readonly TargetNodes target;
    private Workspace work;
    private TargetTerms expected;
    private int[] drawn;
    private Xoshiro256 random;

    internal Trainer(CircuitState circuit, TargetNodes target, LearningRule rule, int batch, ulong seed, double tolerance, int width)
        : base(circuit, rule, batch)
    {
        this.width = width;
        this.tolerance = tolerance;
        this.target = target;
        random = new(seed);
        Resize(batch);
    }

    /// <inheritdoc/>
    public override TrainingOutcome Run(ReadOnlySpan<double> stimuli, int steps)
    {
        int samples = Check(stimuli);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        Prepare();
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
        Rows.Read(work, batch, count);
        return Update(count) ? new(1, ResponseOutcome.Converged) : new(0, Rows.Failures(work, count, 0));
    }

    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(work), nameof(expected), nameof(drawn))]
    private void Resize(int lanes)
    {
        work = new(Circuit, default(TKernel).Constants, lanes) { Tolerance = tolerance };
        expected = new(target, work);
        drawn = new int[BatchSize];
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

    private void Draw(ReadOnlySpan<double> stimuli, int samples)
    {
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
    }

    /// <summary>Solves the batch in the workspace and learns from it.</summary>
    /// <returns>Whether all samples converged; if not, nothing is learned.</returns>
    private bool Update(int count)
    {
        if (!Batch<TSolver, TKernel>.Learn(work, count, width))
        {
            return false;
        }

        Reduction.Sum(work, count, width);
        LearningRule rule = Rule;
        double decay = rule.Decay(Steps);
        Plasticity.Apply(work, expected.Values, rule, decay, 1.0 / count);
        Steps++;
        if (rule.ThetaRate != 0)
        {
            work.PrepareConstants<TKernel>(width);
        }

        work.PrepareLinks();
        if (rule.ThetaRate != 0 || (rule.SynapseRate != 0 && expected.FollowSynapses))
        {
            expected.Evaluate<TKernel>(work, width);
        }

        return true;
    }
}
