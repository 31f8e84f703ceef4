using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>
/// How responses change with gains, as rows whose products are the curvature of J: with H(r) = L L^T, f_i f_j w_i . H^-1 w_j is the product of f_i L^-1 w_i and f_j L^-1 w_j.
/// </summary>
/// <typeparam name="TKernel">The potential.</typeparam>
internal static class Sensitivity<TKernel>
    where TKernel : struct, IPotentialKernel
{
    /// <summary>Writes f_i L^-1 w_i, times the root of its weight, of the responses in the first count lanes of the workspace; the first is sample `first` of the Gram matrix.</summary>
    internal static void Write(Workspace work, int count, int width, ReadOnlySpan<double> weights, Gram gram, int first)
    {
        switch (width)
        {
            case 8:
                Write<Lanes8>(work, count, weights, gram, first);
                break;
            case 4:
                Write<Lanes4>(work, count, weights, gram, first);
                break;
            default:
                Write<Lanes1>(work, count, weights, gram, first);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Write<TLanes>(Workspace work, int count, ReadOnlySpan<double> weights, Gram gram, int first)
        where TLanes : struct, ILanes<TLanes>
    {
        int n = work.N;
        int k = work.K;
        // Activations of a block, then N registers of an interneuron's row.
        ref TLanes activations = ref Unsafe.As<double, TLanes>(ref work.Terms.First);
        TLanes[] row = new TLanes[n];
        Span<double> lanes = stackalloc double[8];
        for (int at = 0; at < count; at += TLanes.Width)
        {
            int samples = Math.Min(TLanes.Width, count - at);
            lanes.Clear();
            for (int j = 0; j < samples; j++)
            {
                lanes[j] = Math.Sqrt(weights[at + j]);
            }

            TLanes root = TLanes.Load(in lanes[0]);
            TLanes inverse = Factor(work, at, ref activations);
            ref double link = ref work.Links.First;
            for (int i = 0; i < k; i++)
            {
                TLanes scale = Unsafe.Add(ref activations, i) * root;
                if (n == 1)
                {
                    row[0] = TLanes.Broadcast(link) * inverse * scale;
                }
                else
                {
                    Substitute(work, ref link, row);
                    for (int a = 0; a < n; a++)
                    {
                        row[a] *= scale;
                    }
                }

                for (int a = 0; a < n; a++)
                {
                    TLanes.Store(row[a], ref lanes[0]);
                    for (int j = 0; j < samples; j++)
                    {
                        gram.At(first + at + j, a, i) = lanes[j];
                    }
                }

                link = ref Unsafe.Add(ref link, Workspace.LinkSize(n));
            }
        }
    }

    /// <summary>f_i of each interneuron, and H(r) factored: in the workspace, or for N = 1 the reciprocal of its root.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TLanes Factor<TLanes>(Workspace work, int at, ref TLanes activations)
        where TLanes : struct, ILanes<TLanes>
    {
        int n = work.N;
        TLanes hessian = TLanes.Broadcast(work.Circuit.Leak);
        ref double response = ref Unsafe.Add(ref work.Responses.First, at);
        ref double constants = ref work.Constants.First;
        ref double link = ref work.Links.First;
        for (int i = 0; i < work.K; i++)
        {
            TLanes z = TLanes.Broadcast(link) * TLanes.Load(in response);
            for (int a = 1; a < n; a++)
            {
                z = TLanes.FusedMultiplyAdd(TLanes.Broadcast(Unsafe.Add(ref link, a)), TLanes.Load(in Unsafe.Add(ref response, a * work.Lanes)), z);
            }

            default(TKernel).Activate(z, in constants, out TLanes f, out TLanes slope);
            Unsafe.Add(ref activations, i) = f;
            if (n == 1)
            {
                hessian = TLanes.FusedMultiplyAdd(TLanes.Broadcast(Unsafe.Add(ref link, 2)), slope, hessian);
            }
            else
            {
                Unsafe.Add(ref ManyScratch.At<TLanes>(work, ManyScratch.Slopes(n, work.K)), i) = slope * TLanes.Broadcast(Unsafe.Add(ref link, n));
            }

            constants = ref Unsafe.Add(ref constants, work.C);
            link = ref Unsafe.Add(ref link, Workspace.LinkSize(n));
        }

        TLanes floor = TLanes.Broadcast(1e-100);
        if (n > 1)
        {
            Tiles.Hessian<TLanes>(work);
            Tiles.Factor(work, floor);
        }

        return TLanes.Broadcast(1) / TLanes.Sqrt(TLanes.Max(hessian, floor));
    }

    /// <summary>L^-1 w of the interneuron at a link.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Substitute<TLanes>(Workspace work, ref double link, Span<TLanes> row)
        where TLanes : struct, ILanes<TLanes>
    {
        int stride = ManyScratch.Padded(work.N);
        ref TLanes factor = ref ManyScratch.At<TLanes>(work, ManyScratch.Hessian(work.N, work.K));
        ref TLanes diagonal = ref ManyScratch.At<TLanes>(work, ManyScratch.Diagonal(work.N, work.K));
        for (int a = 0; a < row.Length; a++)
        {
            TLanes left = TLanes.Broadcast(Unsafe.Add(ref link, a));
            for (int b = 0; b < a; b++)
            {
                left = TLanes.FusedNegateMultiplyAdd(Unsafe.Add(ref factor, (a * stride) + b), row[b], left);
            }

            row[a] = left * Unsafe.Add(ref diagonal, a);
        }
    }
}
