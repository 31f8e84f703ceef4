using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Interneuron.Kernels;

/// <summary>
/// First guesses for N = 1: the line of stimuli is cut into cells, four an octave on either side of zero, and each remembers the last solution in it with the first two derivatives
/// of r(s). Parameters change little between two visits, so the Taylor step from there leaves one third-order step to make. The lanes that a batch does not fill refresh the cells
/// in turn, at their middles.
/// </summary>
internal sealed class RecallOne
{
    private const int Octaves = 9;
    private const int CellsPerSide = 4 * Octaves;
    private const int Count = 2 * CellsPerSide;

    /// <summary>s, r, dr/ds and half of d2r/ds2 of each cell.</summary>
    private readonly Aligned cells = new(4 * Count);
    private readonly double[] middles = new double[Count];
    private readonly int[] visited;
    private double offset = 0.125;
    private long lowest;
    private int turn;

    internal RecallOne(int lanes) => visited = new int[lanes];

    /// <summary>Sets the cells' widths by the root mean square of the stimuli, and forgets every solution.</summary>
    internal void Scale(ReadOnlySpan<double> stimuli)
    {
        double square = 0;
        int finite = 0;
        foreach (double s in stimuli[..Math.Min(stimuli.Length, 1024)])
        {
            if (double.IsFinite(s))
            {
                square += s * s;
                finite++;
            }
        }

        double scale = Math.Sqrt(square / Math.Max(finite, 1));
        // A cell is the four highest bits of |s| + offset below its octave; the first octave, from 0, is an eighth of the scale.
        offset = Math.ScaleB(0.125, double.IsNormal(scale) ? Math.ILogB(scale) : 0);
        lowest = BitConverter.DoubleToInt64Bits(offset) >> 50;
        for (int cell = 0; cell < Count; cell++)
        {
            double middle = MiddleOf(cell);
            middles[cell] = middle;
            Span<double> known = cells.Span.Slice(4 * cell, 4);
            known[0] = middle;
            known[1] = middle;
            known[2] = 1;
            known[3] = 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CellOf(double s, double offset, long lowest)
    {
        long cell = (BitConverter.DoubleToInt64Bits(Math.Abs(s) + offset) >> 50) - lowest;
        // By arithmetic on the sign bit: as a branch it would be mispredicted for every other sample.
        int side = (int)(BitConverter.DoubleToUInt64Bits(s) >> 63) * CellsPerSide;
        return (int)Math.Min(cell, CellsPerSide - 1) + side;
    }

    /// <summary>The middle of a cell.</summary>
    private double MiddleOf(int cell)
    {
        long bits = ((lowest + (cell % CellsPerSide)) << 50) | (1L << 49);
        double s = BitConverter.Int64BitsToDouble(bits) - offset;
        return cell < CellsPerSide ? s : -s;
    }

    /// <summary>Solves for every cell's middle.</summary>
    internal void Fill<TKernel>(Workspace work, int width)
        where TKernel : struct, IPotentialKernel
    {
        work.CellWidth = offset / 4;
        for (int first = 0; first < Count; first += work.Lanes)
        {
            int count = Math.Min(work.Lanes, Count - first);
            for (int j = 0; j < count; j++)
            {
                double s = middles[first + j];
                work.Stimuli.Span[j] = s;
                work.Responses.Span[j] = s;
                visited[j] = first + j;
            }

            Batch<SolverOne, TKernel>.Pad(work, count);
            Batch<SolverOne, TKernel>.Learn(work, count, width);
            Remember(work, count);
        }
    }

    /// <summary>Puts samples into the first lanes, with their guesses, and the middles of the cells whose turn it is into the idle lanes after them.</summary>
    /// <param name="work">The workspace.</param>
    /// <param name="stimuli">Where the samples are.</param>
    /// <param name="indices">Which of them, one for each lane.</param>
    /// <param name="occupied">The number of lanes to fill.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Guess(Workspace work, ref double stimuli, ReadOnlySpan<int> indices, int occupied)
    {
        ref double stimulus = ref work.Stimuli.First;
        ref double response = ref work.Responses.First;
        ref double known = ref cells.First;
        ref int visit = ref MemoryMarshal.GetArrayDataReference(visited);
        double shift = offset;
        long origin = lowest;
        for (int lane = 0; lane < indices.Length; lane++)
        {
            double s = Unsafe.Add(ref stimuli, indices[lane]);
            int cell = CellOf(s, shift, origin);
            Unsafe.Add(ref visit, lane) = cell;
            Unsafe.Add(ref stimulus, lane) = s;
            Unsafe.Add(ref response, lane) = Extrapolate(ref Unsafe.Add(ref known, 4 * cell), s);
        }

        for (int lane = indices.Length; lane < occupied; lane++)
        {
            turn = turn + 1 < Count ? turn + 1 : 0;
            double s = middles[turn];
            Unsafe.Add(ref visit, lane) = turn;
            Unsafe.Add(ref stimulus, lane) = s;
            Unsafe.Add(ref response, lane) = Extrapolate(ref Unsafe.Add(ref known, 4 * turn), s);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Extrapolate(ref double known, double s)
    {
        double d = s - known;
        return Math.FusedMultiplyAdd(d, Math.FusedMultiplyAdd(d, Unsafe.Add(ref known, 3), Unsafe.Add(ref known, 2)), Unsafe.Add(ref known, 1));
    }

    /// <summary>Keeps the solutions in the first count lanes. What a middle without a fixed point leaves is no worse a guess than another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Remember(Workspace work, int count)
    {
        ref double stimulus = ref work.Stimuli.First;
        ref double response = ref work.Responses.First;
        ref double inverse = ref work.Inverses.First;
        ref double bend = ref work.Bends.First;
        ref double cell = ref cells.First;
        ref int visit = ref MemoryMarshal.GetArrayDataReference(visited);
        for (int lane = 0; lane < count; lane++)
        {
            ref double known = ref Unsafe.Add(ref cell, 4 * Unsafe.Add(ref visit, lane));
            known = Unsafe.Add(ref stimulus, lane);
            Unsafe.Add(ref known, 1) = Unsafe.Add(ref response, lane);
            Unsafe.Add(ref known, 2) = Unsafe.Add(ref inverse, lane);
            Unsafe.Add(ref known, 3) = Unsafe.Add(ref bend, lane);
        }
    }
}
