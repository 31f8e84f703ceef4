using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Interneuron.Kernels;

/// <summary>
/// The memories of several circuits, one a lane: what <see cref="RecallOne"/> or <see cref="RecallTwo"/> does for each, with the cells of eight samples read at once.
/// </summary>
internal sealed class RecallTogether
{
    private const int Most = 8;

    private readonly Workspace _work;
    private readonly int _width;
    private readonly bool _one;
    private readonly Recall[] _each;
    private readonly double[] _offsets = new double[Most];
    private readonly long[] _lowest = new long[Most];
    private readonly int _shift;
    private readonly int _side;
    private readonly Aligned _visited;

    /// <param name="work">The workspace of all circuits.</param>
    /// <param name="each">The memory of each; there may be fewer than lanes.</param>
    internal RecallTogether(Workspace work, Recall[] each)
    {
        _work = work;
        _width = work.Numbers.Circuits;
        _one = work.N == 1;
        _each = each;
        _shift = each[0].Ruler.Shift;
        _side = each[0].Ruler.Side;
        for (int c = 0; c < Most; c++)
        {
            Ruler ruler = each[Math.Min(c % _width, each.Length - 1)].Ruler;
            _offsets[c] = ruler.Offset;
            _lowest[c] = ruler.Lowest;
        }

        _visited = new(work.Lanes);
    }

    /// <summary>The cells that the samples lie in, in units of a cell's size.</summary>
    private ref long Visited => ref Unsafe.As<double, long>(ref _visited.First);

    /// <summary>Puts samples of a circuit into its lane.</summary>
    /// <param name="c">Which circuit.</param>
    /// <param name="stimuli">Its stimuli.</param>
    /// <param name="rows">The rows of all circuits, those of this one at c and every width-th place after it.</param>
    /// <param name="count">The number of samples.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Read(int c, ref double stimuli, ReadOnlySpan<ulong> rows, int count)
    {
        ref double stimulus = ref Unsafe.Add(ref _work.Stimuli.First, c);
        ref ulong row = ref Unsafe.Add(ref MemoryMarshal.GetReference(rows), c);
        int lanes = _work.Lanes;
        int width = _width;
        bool one = _one;
        for (int j = 0; j < count; j++)
        {
            if (one)
            {
                stimulus = Unsafe.Add(ref stimuli, (nint)row);
            }
            else
            {
                ref double pair = ref Unsafe.Add(ref stimuli, 2 * (nint)row);
                stimulus = pair;
                Unsafe.Add(ref stimulus, lanes) = Unsafe.Add(ref pair, 1);
            }

            stimulus = ref Unsafe.Add(ref stimulus, width);
            row = ref Unsafe.Add(ref row, width);
        }
    }

    /// <summary>Finds the cells of the first count samples of all circuits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Find(int count)
    {
        ref double stimulus = ref _work.Stimuli.First;
        bool one = _one;
        ref long visited = ref Visited;
        Vector512<double> offset = Vector512.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_offsets));
        Vector512<long> lowest = Vector512.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_lowest));
        for (int at = 0; at < count * _width; at += Most)
        {
            Vector512<long> cell = CellsOf(Vector512.LoadUnsafe(ref stimulus, (nuint)at), offset, lowest);
            if (one)
            {
                cell <<= 2;
            }
            else
            {
                Vector512<long> second = CellsOf(Vector512.LoadUnsafe(ref stimulus, (nuint)(at + _work.Lanes)), offset, lowest);
                cell = ((cell * Vector512.Create(2L * _side)) + second) << 3;
            }

            cell.StoreUnsafe(ref visited, (nuint)at);
        }
    }

    /// <summary>The guesses of a circuit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Guess(int c, int count)
    {
        int lanes = _work.Lanes;
        int width = _width;
        bool one = _one;
        ref double stimulus = ref Unsafe.Add(ref _work.Stimuli.First, c);
        ref double response = ref Unsafe.Add(ref _work.Responses.First, c);
        ref long visited = ref Unsafe.Add(ref Visited, c);
        ref double cells = ref _each[c].Cells.First;
        for (int j = 0; j < count; j++)
        {
            ref double known = ref Unsafe.Add(ref cells, (nint)visited);
            if (one)
            {
                response = RecallOne.Extrapolate(ref known, stimulus);
            }
            else
            {
                RecallTwo.Extrapolate(ref known, stimulus, Unsafe.Add(ref stimulus, lanes), ref response, ref Unsafe.Add(ref response, lanes));
            }

            stimulus = ref Unsafe.Add(ref stimulus, width);
            response = ref Unsafe.Add(ref response, width);
            visited = ref Unsafe.Add(ref visited, width);
        }
    }

    /// <summary>Stores the solutions of a circuit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Remember(int c, int count)
    {
        int lanes = _work.Lanes;
        int width = _width;
        bool one = _one;
        ref double stimulus = ref Unsafe.Add(ref _work.Stimuli.First, c);
        ref double response = ref Unsafe.Add(ref _work.Responses.First, c);
        ref double inverse = ref Unsafe.Add(ref _work.Inverses.First, c);
        ref double bend = ref Unsafe.Add(ref _work.Bends.First, c);
        ref long visited = ref Unsafe.Add(ref Visited, c);
        ref double cells = ref _each[c].Cells.First;
        for (int j = 0; j < count; j++)
        {
            ref double known = ref Unsafe.Add(ref cells, (nint)Unsafe.Add(ref visited, j * width));
            nint at = j * width;
            if (one)
            {
                known = Unsafe.Add(ref stimulus, at);
                Unsafe.Add(ref known, 1) = Unsafe.Add(ref response, at);
                Unsafe.Add(ref known, 2) = Unsafe.Add(ref inverse, at);
                Unsafe.Add(ref known, 3) = Unsafe.Add(ref bend, at);
            }
            else
            {
                known = Unsafe.Add(ref stimulus, at);
                Unsafe.Add(ref known, 1) = Unsafe.Add(ref stimulus, at + lanes);
                Unsafe.Add(ref known, 2) = Unsafe.Add(ref response, at);
                Unsafe.Add(ref known, 3) = Unsafe.Add(ref response, at + lanes);
                Unsafe.Add(ref known, 4) = Unsafe.Add(ref inverse, at);
                Unsafe.Add(ref known, 5) = Unsafe.Add(ref inverse, at + lanes);
                Unsafe.Add(ref known, 6) = Unsafe.Add(ref inverse, at + (2 * lanes));
            }
        }
    }

    /// <summary>As <see cref="Ruler.CellOf"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<long> CellsOf(Vector512<double> s, Vector512<double> offset, Vector512<long> lowest)
    {
        Vector512<long> cell = ((Vector512.Abs(s) + offset).AsInt64() >> _shift) - lowest;
        return Vector512.Min(cell, Vector512.Create(_side - 1L)) + ((s.AsInt64() >> 63) & Vector512.Create((long)_side));
    }
}
