using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>E_target of the learning terms of every interneuron: in the order of the workspace's sums, Rows x K.</summary>
internal sealed class TargetTerms
{
    private readonly TargetNodes nodes;
    private readonly double[] row;
    private readonly Aligned terms;

    internal TargetTerms(TargetNodes nodes, Workspace work)
    {
        if (nodes.Dimensions > 1 && nodes.Dimensions != work.N)
        {
            throw new ArgumentException($"The target's points have {nodes.Dimensions} dimensions, the circuit {work.N} primary neurons.", nameof(nodes));
        }

        this.nodes = nodes;
        Values = new double[work.K * work.Rows];
        row = new double[work.Rows];
        terms = new((work.Rows + 1 + work.P) * 8);
    }

    internal double[] Values { get; }

    /// <summary>Whether the terms change with the synapses, not with theta only.</summary>
    internal bool FollowSynapses => nodes.Dimensions > 1;

    /// <summary>Evaluates the terms for the circuit prepared in the workspace.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Evaluate<TKernel>(Workspace work, int width)
        where TKernel : struct, IPotentialKernel
    {
        for (int i = 0; i < work.K; i++)
        {
            if (nodes.Dimensions == 0)
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

            for (int t = 0; t < row.Length; t++)
            {
                Values[(t * work.K) + i] = row[t];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void OnNodes<L, TKernel>(Workspace work, int interneuron)
        where L : struct, ILanes<L>
        where TKernel : struct, IPotentialKernel
    {
        int count = nodes.Weights.Length;
        bool cloud = nodes.Dimensions == work.N;
        int learned = 1 + work.P;
        ref double constants = ref Unsafe.Add(ref work.Constants.First, interneuron * work.C);
        ref double link = ref Unsafe.Add(ref work.Links.First, interneuron * Workspace.LinkSize(work.N));
        ref L sums = ref Unsafe.As<double, L>(ref terms.First);
        ref L values = ref Unsafe.Add(ref sums, work.Rows);
        for (int t = 0; t < work.Rows; t++)
        {
            Unsafe.Add(ref sums, t) = L.Broadcast(0);
        }

        ref double points = ref nodes.Points[0];
        for (int m = 0; m < count; m += L.Width)
        {
            L z = L.Load(in Unsafe.Add(ref points, m));
            if (cloud)
            {
                z *= L.Broadcast(link);
                for (int a = 1; a < work.N; a++)
                {
                    z = L.FusedMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, a)), L.Load(in Unsafe.Add(ref points, (a * count) + m)), z);
                }
            }

            default(TKernel).Learn(z, in constants, out L f, out _, ref values);
            L weight = L.Load(in nodes.Weights[m]);
            for (int t = 0; t < learned; t++)
            {
                Unsafe.Add(ref sums, t) = L.FusedMultiplyAdd(weight, Unsafe.Add(ref values, t), Unsafe.Add(ref sums, t));
            }

            if (cloud && work.N > 1)
            {
                L output = f * weight;
                for (int a = 0; a < work.N; a++)
                {
                    Unsafe.Add(ref sums, learned + a) =
                        L.FusedMultiplyAdd(output, L.Load(in Unsafe.Add(ref points, (a * count) + m)), Unsafe.Add(ref sums, learned + a));
                }
            }
        }

        for (int t = 0; t < work.Rows; t++)
        {
            row[t] = L.Sum(Unsafe.Add(ref sums, t));
        }
    }
}
