using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Interneuron.Kernels;

/// <summary>The trainer of one potential and one range of N.</summary>
internal sealed class Trainer<TSolver, TKernel> : Trainer
    where TSolver : struct, ISolver
    where TKernel : struct, IPotentialKernel
{
    /// <summary>The most samples that are solved together: all their terms are kept until they are summed, and should fit in the second-level cache.</summary>
    internal const int Usual = 256;

    private readonly int _width;
    private readonly bool _thetaLearns;
    private readonly bool _synapsesLearn;
    private readonly Workspace _work;
    private readonly TargetTerms _expected;
    private readonly double[] _totals;
    private readonly Rates _rates;
    private readonly Draws _draws;
    private readonly double _tolerance;
    private int[] _rows = [];
    private Recall? _recall;

    internal Trainer(CircuitState circuit, TargetNodes target, LearningRule rule, int batch, ulong seed, double tolerance, int width)
        : base(circuit, rule, batch)
    {
        _width = width;
        _thetaLearns = rule.ThetaLearns;
        _synapsesLearn = rule.SynapsesLearn;
        _work = new(circuit, default(TKernel).Constants, Math.Min(batch, Workspace.TileOf(circuit, Usual)));
        _work.Limit(0, tolerance, tolerance, 0);
        _work.Prepare<TKernel>(circuit);
        _expected = new(target, _work);
        _expected.Evaluate<TKernel>(_work, width);
        _totals = new double[_work.Sums.Length];
        _rates = new(rule, circuit);
        _draws = new(batch, seed);
        _tolerance = tolerance;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TrainingOutcome Run(ReadOnlySpan<double> stimuli, int steps, CancellationToken cancellation = default)
    {
        int samples = Check(stimuli);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        for (int made = 0; made < steps; made++)
        {
            _draws.Next(stimuli, samples, _work.N);
            if (!Update(stimuli, _draws.Rows, cancellation, out ResponseOutcome outcome))
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
        int first = (BatchSize - 1) / _work.Lanes * _work.Lanes;
        int count = BatchSize - first;
        _draws.Rows.Slice(first, count).CopyTo(rows);
        Rows.Write(_work, _work.Responses.Span, responses, count);
        return count;
    }

    /// <inheritdoc/>
    private protected override void Save(BinaryWriter writer)
    {
        _draws.Save(writer);
        writer.Write(_recall is not null);
        _recall?.Save(writer);
    }

    /// <inheritdoc/>
    private protected override void Load(BinaryReader reader, ReadOnlySpan<double> stimuli)
    {
        _draws.Load(reader);
        if (reader.ReadBoolean())
        {
            Check(stimuli);
            (_recall ?? throw new InvalidDataException("The state is that of another circuit.")).Load(reader);
        }

        _work.Prepare<TKernel>(Circuit);
        _expected.Evaluate<TKernel>(_work, _width);
    }

    private int Check(ReadOnlySpan<double> stimuli)
    {
        if (stimuli.Length == 0 || stimuli.Length % _work.N != 0)
        {
            throw new ArgumentException($"Expected at least one row of {_work.N} stimuli, got {stimuli.Length} numbers.", nameof(stimuli));
        }

        // The memory of solutions is made when there are stimuli to set its scale by.
        if (_recall is null)
        {
            _recall = Recall.For(_work.N, _work.Lanes, stimuli);
            _work.Limit(0, _tolerance, _tolerance, _recall?.Width ?? 0);
        }

        return stimuli.Length / _work.N;
    }

    /// <summary>0 .. count - 1, kept from step to step.</summary>
    private ReadOnlySpan<int> Enumerate(int count)
    {
        if (_rows.Length < count)
        {
            _rows = Enumerable.Range(0, count).ToArray();
        }

        return _rows.AsSpan(0, count);
    }

    /// <summary>Solves a batch and learns from all of it, or from none if a sample has no fixed point or the caller asks to stop.</summary>
    /// <returns>Whether the step was made.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Update(ReadOnlySpan<double> stimuli, ReadOnlySpan<int> indices, CancellationToken cancellation, out ResponseOutcome outcome)
    {
        outcome = ResponseOutcome.Converged;
        ref double first = ref MemoryMarshal.GetReference(stimuli);
        int tile = _work.Lanes;
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
            Array.Clear(_totals);
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

                for (int row = 0; row < _totals.Length; row++)
                {
                    _totals[row] += _work.Sums[row];
                }
            }

            _totals.CopyTo(_work.Sums, 0);
        }

        _rates.Decay(Rule.Decay(Steps));
        Plasticity.Apply(_work, _expected.Values, _rates, 1.0 / indices.Length);
        Made();
        if (_thetaLearns)
        {
            _work.PrepareConstants<TKernel>();
        }

        _work.PrepareLinks<Lanes1>();
        if (_thetaLearns || (_synapsesLearn && _expected.FollowSynapses))
        {
            _expected.Evaluate<TKernel>(_work, _width);
        }

        return true;
    }

    /// <summary>Solves rows of the stimuli and sums their learning terms.</summary>
    /// <returns>Whether all converged.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Sum(ref double stimuli, ReadOnlySpan<int> indices)
    {
        if (_recall is null)
        {
            Rows.Read(_work, ref stimuli, indices);
        }
        else
        {
            _recall.Guess(_work, ref stimuli, indices);
        }

        Batch<TSolver, TKernel>.Pad(_work, indices.Length, _width);
        if (!Batch<TSolver, TKernel>.Learn(_work, indices.Length, _width))
        {
            return false;
        }

        _recall?.Remember(_work, indices.Length);
        Reduction.Sum(_work, indices.Length, _width);
        return true;
    }

    private ResponseOutcome Failures(ReadOnlySpan<int> indices)
    {
        ResponseOutcome failed = Rows.Failures(_work, indices.Length, 0);
        return failed with { FirstFailure = indices[failed.FirstFailure] };
    }
}
