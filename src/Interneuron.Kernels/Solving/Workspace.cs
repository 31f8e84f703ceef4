using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Interneuron.Kernels;

/// <summary>
/// Everything a solve touches, allocated once: the prepared circuit and, by columns (structure of arrays, one sample a lane), the stimuli and responses of up to
/// <see cref="Lanes"/> samples. Used by one thread at a time.
/// </summary>
internal sealed class Workspace
{
    internal const double Roundings = 16 * 2.220446049250313e-16;

    // Where the limits lie.
    private const int LeakAt = 0;
    private const int ToleranceAt = 1;
    private const int LeastAt = 2;
    private const int CellWidthAt = 3;

    /// <param name="circuit">The circuit, or one of those of its shape.</param>
    /// <param name="constants">The kernel's number of constants.</param>
    /// <param name="lanes">The number of samples.</param>
    /// <param name="circuits">The number of circuits, each with its own numbers.</param>
    internal Workspace(CircuitState circuit, int constants, int lanes, int circuits = 1)
    {
        Circuit = circuit;
        Numbers = circuits == 1 ? new(circuit) : new(circuit, circuits);
        N = circuit.Primaries;
        K = circuit.Interneurons;
        P = circuit.Parameters;
        C = constants;
        Lanes = (lanes + 7) / 8 * 8;
        Rows = 1 + P + (N > 1 ? N : 0);
        Limits = new(4 * circuits);
        Constants = new(K * C * circuits);
        Turned = new(8 * (P + C));
        Links = new(K * LinkSize(N) * circuits);
        Stimuli = new(N * Lanes);
        Responses = new(N * Lanes);
        Residuals = new(Lanes);
        Accepted = new(Lanes);
        Evaluations = new(Lanes);
        Inverses = new(N == 1 ? Lanes : N == 2 ? 3 * Lanes : 0);
        Bends = new(N == 1 ? Lanes : 0);
        Terms = new(K * Rows * Lanes);
        Sums = new double[K * Rows * circuits];
        Unsettled = new uint[Lanes];
        Rounds = new int[Lanes];
        Scratch = new(ManyScratch.Size(N, K));
        Limits.Span[..circuits].Fill(circuit.Leak);
    }

    internal CircuitState Circuit { get; private set; }

    /// <summary>What the circuit learns, or several circuits.</summary>
    internal CircuitNumbers Numbers { get; private set; }

    internal int N { get; }

    internal int K { get; }

    internal int P { get; }

    internal int C { get; }

    /// <summary>The number of samples there is room for, a multiple of 8.</summary>
    internal int Lanes { get; }

    /// <summary>Learning terms of an interneuron: F, dF/dtheta_p and, where N > 1, f r_a.</summary>
    internal int Rows { get; }

    /// <summary>lambda, the tolerance of the residual for stimuli of size 1 and above, below which it falls with |s|_inf, its smallest value, and the width of the narrowest cell of the memory of solutions.</summary>
    internal Aligned Limits { get; }

    /// <summary>K x C.</summary>
    internal Aligned Constants { get; }

    /// <summary>Parameters and constants of eight interneurons, one a lane: 8 (P + C).</summary>
    private Aligned Turned { get; }

    /// <summary>Weights and gains in the form each solver wants, per interneuron: (w, g w, g w^2, g w^3) for N = 1, (w_1 .. w_N, g) else,
    /// for N = 2 followed by g times w_1, w_2, w_1^2, w_1 w_2, w_2^2.</summary>
    internal Aligned Links { get; }

    /// <summary>N x Lanes.</summary>
    internal Aligned Stimuli { get; }

    /// <summary>N x Lanes.</summary>
    internal Aligned Responses { get; }

    /// <summary>What the safeguarded solver left of each lane: |s - grad phi(r)|_inf, or 0 where s is in the subdifferential of phi at a kink.</summary>
    internal Aligned Residuals { get; }

    /// <summary>What it would have accepted of each lane.</summary>
    internal Aligned Accepted { get; }

    /// <summary>How often grad phi was evaluated for each lane.</summary>
    internal Aligned Evaluations { get; }

    /// <summary>N = 1: dr/ds of each lane; N = 2: its three different components.</summary>
    internal Aligned Inverses { get; }

    /// <summary>N = 1: half of d2r/ds2 of each lane, 0 where it would not help over the width of a cell.</summary>
    internal Aligned Bends { get; }

    /// <summary>For each block of lanes K x Rows registers; a block that starts at lane j starts at j K Rows.</summary>
    internal Aligned Terms { get; }

    /// <summary>Sums of the terms over the samples, Rows x K: the same term of all interneurons is consecutive.</summary>
    internal double[] Sums { get; }

    internal Aligned Scratch { get; }

    /// <summary>Bits of the lanes that need another step, for the block that starts at a lane.</summary>
    internal uint[] Unsettled { get; }

    /// <summary>How many steps the block that starts at a lane has made.</summary>
    internal int[] Rounds { get; }

    /// <summary>
    /// How many samples are processed between two checks whether to stop: `usual`, and fewer of a large circuit, whose samples take milliseconds and whose terms take the memory.
    /// </summary>
    internal static int TileOf(CircuitState circuit, int usual) =>
        (long)circuit.Interneurons * Math.Max(circuit.Primaries * circuit.Primaries, 8) > 100_000 ? 8 : usual;

    internal static int LinkSize(int n) => n == 1 ? 4 : n == 2 ? 8 : n + 1;

    /// <summary>Sets the limits of circuit c.</summary>
    internal void Limit(int c, double tolerance, double least, double cellWidth)
    {
        int circuits = Numbers.Circuits;
        Span<double> limits = Limits.Span;
        limits[(ToleranceAt * circuits) + c] = tolerance;
        limits[(LeastAt * circuits) + c] = least;
        limits[(CellWidthAt * circuits) + c] = cellWidth;
    }

    /// <summary>Takes the circuit's present numbers: constants of every interneuron by <see cref="IPotentialKernel.Prepare{TLanes}"/>, and links.</summary>
    internal void Prepare<TKernel>(CircuitState circuit)
        where TKernel : struct, IPotentialKernel
    {
        Circuit = circuit;
        Numbers = new(circuit);
        PrepareConstants<TKernel>();
        PrepareLinks<Lanes1>();
    }

    /// <summary>The theta-only part of one circuit: eight interneurons at a time. One alone is by itself, which takes less than the way into registers and back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void PrepareConstants<TKernel>()
        where TKernel : struct, IPotentialKernel
    {
        if (K == 1)
        {
            PrepareConstants<Lanes1, TKernel>();
            return;
        }

        const int lanes = 8;
        ref double theta = ref MemoryMarshal.GetArrayDataReference(Numbers.Theta);
        ref double constants = ref Constants.First;
        ref double given = ref Turned.First;
        ref double prepared = ref Unsafe.Add(ref given, lanes * P);
        for (int from = 0; from < K; from += lanes)
        {
            int last = Math.Min(lanes, K - from) - 1;
            for (int i = 0; i < lanes; i++)
            {
                // Lanes beyond the last interneuron repeat it.
                int at = from + Math.Min(i, last);
                for (int p = 0; p < P; p++)
                {
                    Unsafe.Add(ref given, (lanes * p) + i) = Unsafe.Add(ref theta, (at * P) + p);
                }
            }

            default(TKernel).Prepare(in Unsafe.As<double, Lanes8<OneCircuit>>(ref given), ref Unsafe.As<double, Lanes8<OneCircuit>>(ref prepared));
            for (int i = 0; i <= last; i++)
            {
                for (int c = 0; c < C; c++)
                {
                    Unsafe.Add(ref constants, ((from + i) * C) + c) = Unsafe.Add(ref prepared, (lanes * c) + i);
                }
            }
        }
    }

    /// <summary>The theta-only part of circuits side by side, an interneuron at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void PrepareConstants<TLanes, TKernel>()
        where TLanes : struct, ILanes<TLanes>
        where TKernel : struct, IPotentialKernel
    {
        ref TLanes theta = ref Unsafe.As<double, TLanes>(ref MemoryMarshal.GetArrayDataReference(Numbers.Theta));
        ref TLanes constants = ref Unsafe.As<double, TLanes>(ref Constants.First);
        for (int i = 0; i < K; i++)
        {
            default(TKernel).Prepare(in Unsafe.Add(ref theta, i * P), ref Unsafe.Add(ref constants, i * C));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void PrepareLinks<TLanes>()
        where TLanes : struct, ILanes<TLanes>
    {
        ref TLanes link = ref Unsafe.As<double, TLanes>(ref Links.First);
        ref TLanes gain = ref Unsafe.As<double, TLanes>(ref MemoryMarshal.GetArrayDataReference(Numbers.Gains));
        ref TLanes synapses = ref Unsafe.As<double, TLanes>(ref MemoryMarshal.GetArrayDataReference(Numbers.Synapses));
        if (N == 1)
        {
            for (int i = 0; i < K; i++)
            {
                TLanes w = Unsafe.Add(ref synapses, i);
                TLanes gw = Unsafe.Add(ref gain, i) * w;
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
                Unsafe.Add(ref link, a) = Unsafe.Add(ref synapses, (i * N) + a);
            }

            TLanes g = Unsafe.Add(ref gain, i);
            Unsafe.Add(ref link, N) = g;
            if (N == 2)
            {
                TLanes w0 = link;
                TLanes w1 = Unsafe.Add(ref link, 1);
                TLanes gw0 = g * w0;
                TLanes gw1 = g * w1;
                Unsafe.Add(ref link, 3) = gw0;
                Unsafe.Add(ref link, 4) = gw1;
                Unsafe.Add(ref link, 5) = gw0 * w0;
                Unsafe.Add(ref link, 6) = gw0 * w1;
                Unsafe.Add(ref link, 7) = gw1 * w1;
            }

            link = ref Unsafe.Add(ref link, LinkSize(N));
        }
    }

    /// <summary>lambda of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TLanes Leak<TLanes>()
        where TLanes : struct, ILanes<TLanes> => TLanes.Constant(in Limits.First, LeakAt);

    /// <summary>The width of the narrowest cell of the memory of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TLanes CellWidth<TLanes>()
        where TLanes : struct, ILanes<TLanes> => TLanes.Constant(in Limits.First, CellWidthAt);

    /// <summary>The tolerance of each lane: relative to its largest stimulus component, and no less than a few roundings of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TLanes ToleranceOf<TLanes>(TLanes largest)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes tolerance = TLanes.Constant(in Limits.First, ToleranceAt);
        TLanes least = TLanes.Constant(in Limits.First, LeastAt);
        TLanes relative = TLanes.Max(least, TLanes.Min(tolerance, tolerance * largest));
        return TLanes.Max(relative, largest * TLanes.Broadcast(Roundings));
    }
}
