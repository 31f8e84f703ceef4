using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>E_target of the learning terms of every interneuron: in the order of the workspace's sums, Rows x K.</summary>
internal sealed class TargetTerms
{
    private readonly TargetNodes _nodes;
    private readonly double[] _row;
    private readonly Aligned _terms;

    internal TargetTerms(TargetNodes nodes, Workspace work)
    {
        if (nodes.Dimensions > 1 && nodes.Dimensions != work.N)
        {
            throw new ArgumentException($"The target's points have {nodes.Dimensions} dimensions, the circuit {work.N} primary neurons.", nameof(nodes));
        }

        _nodes = nodes;
        Values = new double[work.K * work.Rows];
        _row = new double[work.Rows];
        _terms = new((work.Rows + 1 + work.P) * 8);
    }

    internal double[] Values { get; }

    /// <summary>Whether the terms change with the synapses, not with theta only.</summary>
    internal bool FollowSynapses => _nodes.Dimensions > 1;

    /// <summary>Evaluates the terms for the circuit prepared in the workspace.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Evaluate<TKernel>(Workspace work, int width)
        where TKernel : struct, IPotentialKernel
    {
        for (int i = 0; i < work.K; i++)
        {
            if (_nodes.Dimensions == 0)
            {
                for (int t = 0; t <= work.P; t++)
                {
                    Values[(t * work.K) + i] = Unsafe.Add(ref work.Constants.First, (i * work.C) + t);
                }

                continue;
            }

            switch (width)
            {
                case 8:
                    OnNodes<Lanes8, TKernel>(work, i);
                    break;
                case 4:
                    OnNodes<Lanes4, TKernel>(work, i);
                    break;
                default:
                    OnNodes<Lanes1, TKernel>(work, i);
                    break;
            }

            for (int t = 0; t < _row.Length; t++)
            {
                Values[(t * work.K) + i] = _row[t];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void OnNodes<TLanes, TKernel>(Workspace work, int interneuron)
        where TLanes : struct, ILanes<TLanes>
        where TKernel : struct, IPotentialKernel
    {
        int count = _nodes.Weights.Length;
        bool cloud = _nodes.Dimensions == work.N;
        int learned = 1 + work.P;
        ref double constants = ref Unsafe.Add(ref work.Constants.First, interneuron * work.C);
        ref double link = ref Unsafe.Add(ref work.Links.First, interneuron * Workspace.LinkSize(work.N));
        ref TLanes sums = ref Unsafe.As<double, TLanes>(ref _terms.First);
        ref TLanes values = ref Unsafe.Add(ref sums, work.Rows);
        for (int t = 0; t < work.Rows; t++)
        {
            Unsafe.Add(ref sums, t) = TLanes.Broadcast(0);
        }

        ref double points = ref _nodes.Points[0];
        for (int m = 0; m < count; m += TLanes.Width)
        {
            TLanes z = TLanes.Load(in Unsafe.Add(ref points, m));
            if (cloud)
            {
                z *= TLanes.Broadcast(link);
                for (int a = 1; a < work.N; a++)
                {
                    z = TLanes.FusedMultiplyAdd(TLanes.Broadcast(Unsafe.Add(ref link, a)), TLanes.Load(in Unsafe.Add(ref points, (a * count) + m)), z);
                }
            }

            default(TKernel).Learn(z, in constants, out TLanes f, out _, ref values);
            TLanes weight = TLanes.Load(in _nodes.Weights[m]);
            for (int t = 0; t < learned; t++)
            {
                Unsafe.Add(ref sums, t) = TLanes.FusedMultiplyAdd(weight, Unsafe.Add(ref values, t), Unsafe.Add(ref sums, t));
            }

            if (cloud && work.N > 1)
            {
                TLanes output = f * weight;
                for (int a = 0; a < work.N; a++)
                {
                    Unsafe.Add(ref sums, learned + a) =
                        TLanes.FusedMultiplyAdd(output, TLanes.Load(in Unsafe.Add(ref points, (a * count) + m)), Unsafe.Add(ref sums, learned + a));
                }
            }
        }

        for (int t = 0; t < work.Rows; t++)
        {
            _row[t] = TLanes.Sum(Unsafe.Add(ref sums, t));
        }
    }
}
