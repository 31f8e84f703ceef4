using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Interneuron.Kernels;

/// <summary>The group of one potential, one range of N and one register, a lane of which is a circuit.</summary>
internal sealed class TrainerGroup<TLanes, TSolver, TKernel> : TrainerGroup
    where TLanes : struct, ILanes<TLanes>
    where TSolver : struct, ISolver
    where TKernel : struct, IPotentialKernel
{
    private readonly Departure?[] _left;
    private readonly DrawsTogether _draws;
    private readonly RecallTogether _recall;
    private readonly bool _thetaLearns;
    private readonly bool _expectedFollow;
    private readonly bool _closedForm;
    private readonly Together<TLanes, TSolver, TKernel> _solver;
    private readonly Workspace _work;
    private readonly TargetTerms _target;
    private readonly double[] _expected;
    private readonly double[] _totals;
    private readonly Rates _rates;
    private readonly RunningMean _mean;

    internal TrainerGroup(IReadOnlyList<GroupMember> members, TargetNodes target, int batch)
        : base(members, batch, TLanes.Width)
    {
        GroupMember first = members[0];
        _thetaLearns = members.Any(member => member.Rule.ThetaLearns);
        _solver = new(first.Circuit, Math.Min(batch, Workspace.TileOf(first.Circuit, Trainer<TSolver, TKernel>.Usual)));
        _work = _solver.Work;
        _rates = new(first.Rule, first.Circuit, TLanes.Width);
        for (int c = 0; c < TLanes.Width; c++)
        {
            // Idle lanes repeat the last circuit.
            GroupMember member = members[Math.Min(c, members.Count - 1)];
            _work.Numbers.Take(c, member.Circuit);
            _rates.Take(c, member.Rule, member.Circuit);
        }

        Recall[] memories = [.. members.Select(member => Recall.For(_work.N, 0, member.Stimuli.Span)!)];
        ulong[] seeds = [.. members.Select(member => member.Seed)];
        _left = new Departure?[members.Count];
        _draws = new(batch, seeds, TLanes.Width, _work.N);
        for (int c = 0; c < members.Count; c++)
        {
            _draws.Count(c, members[c].Stimuli.Length / _work.N);
            _solver.Limit(c, members[c].Tolerance, memories[c].Width);
        }

        _draws.Begin();
        _recall = new(_work, memories);
        _mean = new(_work.Numbers, first.Circuit);
        _totals = new double[_work.Sums.Length];
        _expected = new double[_work.Sums.Length];
        _target = new(target, _solver.Alone);
        _closedForm = target.Dimensions == 0;
        _expectedFollow = _thetaLearns || (_target.FollowSynapses && members.Any(member => member.Rule.SynapsesLearn));
        _work.PrepareConstants<TLanes, TKernel>();
        _work.PrepareLinks<TLanes>();
        Expect();
    }

    /// <inheritdoc/>
    public override CircuitState Answer(int index) => _left[index]?.Answer ?? _mean.Value(index, Members[index].Circuit);

    /// <inheritdoc/>
    public override long Steps(int index) => _left[index]?.Steps ?? Made;

    /// <inheritdoc/>
    public override TrainingOutcome[] Run(int steps, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        long from = Made;
        MemoryHandle[] handles = [.. Members.Select(member => member.Stimuli.Pin())];
        try
        {
            _draws.Point(handles);
            for (int made = 0; made < steps; made++)
            {
                _draws.Next();
                if (!Update(cancellation))
                {
                    break;
                }
            }
        }
        finally
        {
            foreach (MemoryHandle handle in handles)
            {
                handle.Dispose();
            }
        }

        return [.. Enumerable.Range(0, Members.Count).Select(c => new TrainingOutcome((int)Math.Max(0, Steps(c) - from), _left[c]?.Outcome ?? ResponseOutcome.Converged))];
    }

    /// <inheritdoc/>
    public override void Leave(int index)
    {
        if (_left[index] is null)
        {
            Leave(index, ResponseOutcome.Converged);
        }
    }

    /// <inheritdoc/>
    private protected override void Write(int index, CircuitState circuit)
    {
        if (_left[index] is null)
        {
            _work.Numbers.Give(index, circuit);
        }
    }

    /// <summary>Makes a step of every circuit whose samples all have a fixed point; the others leave.</summary>
    /// <returns>Whether a step was made.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Update(CancellationToken cancellation)
    {
        int tile = _work.Lanes / TLanes.Width;
        bool tiled = BatchSize > tile;
        Array.Clear(_totals);
        for (int at = 0; at < BatchSize; at += tile)
        {
            if (tiled && cancellation.IsCancellationRequested)
            {
                return false;
            }

            if (!Sum(at, Math.Min(tile, BatchSize - at)))
            {
                return false;
            }

            for (int row = 0; tiled && row < _totals.Length; row++)
            {
                _totals[row] += _work.Sums[row];
            }
        }

        if (tiled)
        {
            _totals.CopyTo(_work.Sums, 0);
        }

        _rates.Decay(Members[0].Rule.Decay(Made));
        Plasticity.ApplyTogether<TLanes>(_work, _expected, _rates, 1.0 / BatchSize);
        Made++;
        if (Made > Members[0].Rule.AverageFrom)
        {
            _mean.Add();
        }

        if (_thetaLearns)
        {
            _work.PrepareConstants<TLanes, TKernel>();
        }

        _work.PrepareLinks<TLanes>();
        if (_expectedFollow)
        {
            Expect();
        }

        return true;
    }

    /// <summary>Solves a part of each circuit's batch and sums its learning terms.</summary>
    /// <returns>Whether a circuit is left.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Sum(int at, int count)
    {
        uint learning = 0;
        for (int c = 0; c < _left.Length; c++)
        {
            if (_left[c] is null)
            {
                learning |= 1u << c;
                _recall.Read(c, ref _draws.Stimuli(c), _draws.Rows[(at * TLanes.Width)..], count);
            }
        }

        _recall.Find(count);
        for (int c = 0; c < _left.Length; c++)
        {
            _recall.Guess(c, count);
        }

        uint failed = _solver.Learn(at, count, learning, _draws);
        for (int c = 0; c < _left.Length; c++)
        {
            if ((failed >> c & 1) != 0)
            {
                Leave(c, at);
            }
            else
            {
                _recall.Remember(c, count);
            }
        }

        Reduction.SumTogether<TLanes>(_work, count);
        return learning != failed;
    }

    /// <summary>Keeps what a circuit was before the step that it cannot make.</summary>
    private void Leave(int c, int at)
    {
        ResponseOutcome outcome = _solver.Outcome(c);
        int row = (int)_draws.Rows[((at + outcome.FirstFailure) * TLanes.Width) + c];
        Leave(c, outcome with { FirstFailure = row });
    }

    private void Leave(int c, ResponseOutcome outcome)
    {
        _work.Numbers.Give(c, Members[c].Circuit);
        _left[c] = new(Made, _mean.Value(c, Members[c].Circuit), outcome);
    }

    /// <summary>Evaluates the target terms.</summary>
    private void Expect()
    {
        if (_closedForm)
        {
            ref TLanes constants = ref Unsafe.As<double, TLanes>(ref _work.Constants.First);
            ref TLanes expected = ref Unsafe.As<double, TLanes>(ref MemoryMarshal.GetArrayDataReference(_expected));
            for (int i = 0; i < _work.K; i++)
            {
                for (int t = 0; t <= _work.P; t++)
                {
                    Unsafe.Add(ref expected, (t * _work.K) + i) = Unsafe.Add(ref constants, (i * _work.C) + t);
                }
            }

            return;
        }

        // The lanes are nodes of the target here, so each circuit is evaluated by itself.
        for (int c = 0; c < _left.Length; c++)
        {
            _solver.Isolate(c);
            _target.Evaluate<TKernel>(_solver.Alone, TLanes.Width);
            Lane.Put(_target.Values, _expected, TLanes.Width, c);
        }
    }

    /// <summary>Where a circuit left the group.</summary>
    private sealed record Departure(long Steps, CircuitState Answer, ResponseOutcome Outcome);
}
