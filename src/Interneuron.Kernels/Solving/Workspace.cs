using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>
/// Everything a solve touches, allocated once: the prepared circuit and, by columns (structure of arrays, one sample a lane), the stimuli and responses of up to
/// <see cref="Lanes"/> samples. Used by one thread at a time.
/// </summary>
internal sealed class Workspace
{
    private const double Roundings = 16 * 2.220446049250313e-16;

    private readonly Aligned theta;
    private readonly Aligned prepared;

    internal Workspace(CircuitState circuit, int constants, int lanes)
    {
        Circuit = circuit;
        N = circuit.Primaries;
        K = circuit.Interneurons;
        P = circuit.Parameters;
        C = constants;
        Lanes = (lanes + 7) / 8 * 8;
        Rows = 1 + P + (N > 1 ? N : 0);
        Constants = new(K * C);
        Links = new(K * LinkSize(N));
        Stimuli = new(N * Lanes);
        Responses = new(N * Lanes);
        Residuals = new(Lanes);
        Evaluations = new(Lanes);
        Inverses = new(N == 1 ? Lanes : 0);
        Bends = new(N == 1 ? Lanes : 0);
        Terms = new(K * Rows * Lanes);
        Sums = new double[K * Rows];
        theta = new(P * 8);
        prepared = new(C * 8);
        Unsettled = new bool[Lanes];
        Scratch = new(ManyScratch.Size(N, K));
    }

    internal CircuitState Circuit { get; private set; }

    internal int N { get; }

    internal int K { get; }

    internal int P { get; }

    internal int C { get; }

    /// <summary>The number of samples there is room for, a multiple of 8.</summary>
    internal int Lanes { get; }

    /// <summary>Learning terms of an interneuron: F, dF/dtheta_p and, where N > 1, f r_a.</summary>
    internal int Rows { get; }

    /// <summary>K x C.</summary>
    internal Aligned Constants { get; }

    /// <summary>Weights and gains in the form each solver wants, per interneuron: (w, g w, g w^2, g w^3) for N = 1, (w_1 .. w_N, g) else.</summary>
    internal Aligned Links { get; }

    /// <summary>N x Lanes.</summary>
    internal Aligned Stimuli { get; }

    /// <summary>N x Lanes.</summary>
    internal Aligned Responses { get; }

    /// <summary>|s - grad phi(r)|_inf of each lane.</summary>
    internal Aligned Residuals { get; }

    /// <summary>How often grad phi was evaluated for each lane.</summary>
    internal Aligned Evaluations { get; }

    /// <summary>N = 1: dr/ds of each lane.</summary>
    internal Aligned Inverses { get; }

    /// <summary>N = 1: half of d2r/ds2 of each lane, 0 where it would not help over the width of a cell.</summary>
    internal Aligned Bends { get; }

    /// <summary>The width of the narrowest cell of <see cref="RecallOne"/>.</summary>
    internal double CellWidth { get; set; }

    /// <summary>For each block of lanes K x Rows registers; a block that starts at lane j starts at j K Rows.</summary>
    internal Aligned Terms { get; }

    /// <summary>K x Rows sums over the samples.</summary>
    internal double[] Sums { get; }

    internal Aligned Scratch { get; }

    /// <summary>Whether the block that starts at a lane needs another step.</summary>
    internal bool[] Unsettled { get; }

    /// <summary>The tolerance of the residual.</summary>
    internal double Tolerance { get; set; } = 1e-10;

    internal static int LinkSize(int n) => n == 1 ? 4 : n + 1;

    /// <summary>Takes the circuit's present numbers: constants of every interneuron by <see cref="IPotentialKernel.Prepare{L}"/>, and links.</summary>
    internal void Prepare<TKernel>(CircuitState circuit, int width)
        where TKernel : struct, IPotentialKernel
    {
        Circuit = circuit;
        PrepareConstants<TKernel>(width);
        PrepareLinks();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void PrepareConstants<TKernel>(int width)
        where TKernel : struct, IPotentialKernel
    {
        for (int i = 0; i < K;)
        {
            if (width == 8 && K - i > 4)
            {
                PrepareBlock<Lanes8, TKernel>(i);
                i += 8;
            }
            else if (width > 1)
            {
                PrepareBlock<Lanes4, TKernel>(i);
                i += 4;
            }
            else
            {
                PrepareBlock<Lanes1, TKernel>(i);
                i++;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PrepareBlock<L, TKernel>(int first)
        where L : struct, ILanes<L>
        where TKernel : struct, IPotentialKernel
    {
        ref double t = ref theta.First;
        double[] source = Circuit.Theta;
        for (int p = 0; p < P; p++)
        {
            for (int j = 0; j < L.Width; j++)
            {
                Unsafe.Add(ref t, (p * L.Width) + j) = source[(Math.Min(first + j, K - 1) * P) + p];
            }
        }

        ref double c = ref prepared.First;
        default(TKernel).Prepare(in Unsafe.As<double, L>(ref t), ref Unsafe.As<double, L>(ref c));
        int count = Math.Min(L.Width, K - first);
        for (int j = 0; j < count; j++)
        {
            ref double row = ref Unsafe.Add(ref Constants.First, (first + j) * C);
            for (int k = 0; k < C; k++)
            {
                Unsafe.Add(ref row, k) = Unsafe.Add(ref c, (k * L.Width) + j);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void PrepareLinks()
    {
        ref double link = ref Links.First;
        double[] gains = Circuit.Gains;
        double[] synapses = Circuit.Synapses;
        if (N == 1)
        {
            for (int i = 0; i < K; i++)
            {
                double w = synapses[i];
                double gw = gains[i] * w;
                link = w;
                Unsafe.Add(ref link, 1) = gw;
                Unsafe.Add(ref link, 2) = gw * w;
                Unsafe.Add(ref link, 3) = gw * w * w;
                link = ref Unsafe.Add(ref link, 4);
            }

            return;
        }

        for (int i = 0; i < K; i++)
        {
            for (int a = 0; a < N; a++)
            {
                Unsafe.Add(ref link, a) = synapses[(i * N) + a];
            }

            Unsafe.Add(ref link, N) = gains[i];
            link = ref Unsafe.Add(ref link, N + 1);
        }
    }

    /// <summary>The tolerance of a sample: no less than a few roundings of its largest stimulus component.</summary>
    internal double ToleranceOf(double largest) => Math.Max(Tolerance, largest * Roundings);

    /// <summary>The tolerance of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal L ToleranceOf<L>(L largest)
        where L : struct, ILanes<L> => L.Max(L.Broadcast(Tolerance), largest * L.Broadcast(Roundings));
}
