using System.Runtime.CompilerServices;

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
            Span<double> known = cells.Span.Slice(4 * cell, 4);
            known[0] = middle;
            known[1] = middle;
            known[2] = 1;
            known[3] = 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int CellOf(double s)
    {
        long cell = (BitConverter.DoubleToInt64Bits(Math.Abs(s) + offset) >> 50) - lowest;
        int side = s < 0 ? CellsPerSide : 0;
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
                double s = MiddleOf(first + j);
                work.Stimuli.Span[j] = s;
                work.Responses.Span[j] = s;
                visited[j] = first + j;
            }

            Batch<SolverOne, TKernel>.Pad(work, count);
            Batch<SolverOne, TKernel>.Learn(work, count, width);
            Remember(work, count);
        }
    }

    /// <summary>Puts a sample into a lane, with its guess.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Guess(Workspace work, int lane, double s)
    {
        int cell = CellOf(s);
        visited[lane] = cell;
        ref double known = ref Unsafe.Add(ref cells.First, 4 * cell);
        double d = s - known;
        Unsafe.Add(ref work.Stimuli.First, lane) = s;
        Unsafe.Add(ref work.Responses.First, lane) = Math.FusedMultiplyAdd(
            d, Math.FusedMultiplyAdd(d, Unsafe.Add(ref known, 3), Unsafe.Add(ref known, 2)), Unsafe.Add(ref known, 1));
    }

    /// <summary>Fills the idle lanes from one to another with the middles of the cells whose turn it is.</summary>
    internal void Idle(Workspace work, int from, int to)
    {
        for (int lane = from; lane < to; lane++)
        {
            turn = turn + 1 < Count ? turn + 1 : 0;
            Guess(work, lane, MiddleOf(turn));
        }
    }

    /// <summary>Keeps the solutions in the first count lanes, of those that have one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Remember(Workspace work, int count)
    {
        for (int lane = 0; lane < count; lane++)
        {
            // A middle may be a stimulus that has no fixed point.
            double inverse = Unsafe.Add(ref work.Inverses.First, lane);
            if (!(Unsafe.Add(ref work.Residuals.First, lane) <= 1e-6) || !(inverse < 1e100))
            {
                continue;
            }

            ref double known = ref Unsafe.Add(ref cells.First, 4 * visited[lane]);
            known = Unsafe.Add(ref work.Stimuli.First, lane);
            Unsafe.Add(ref known, 1) = Unsafe.Add(ref work.Responses.First, lane);
            Unsafe.Add(ref known, 2) = inverse;
            Unsafe.Add(ref known, 3) = Unsafe.Add(ref work.Bends.First, lane);
        }
    }
}
