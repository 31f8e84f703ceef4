using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Interneuron.Kernels;

/// <summary>First guesses for N = 1, second-order Taylor steps; idle lanes solve for the middles of cells.</summary>
internal sealed class RecallOne : Recall
{
    /// <summary>s, r, dr/ds and half of d2r/ds2 of each cell.</summary>
    private readonly Aligned _cells;
    private readonly double[] _middles;
    private readonly Ruler _ruler;
    private int _turn;

    internal RecallOne(int lanes, double scale)
        : base(lanes)
    {
        _ruler = new(scale / 8, octaves: 9, bits: 2);
        Width = scale / 32;
        _cells = new(4 * _ruler.Count);
        _middles = new double[_ruler.Count];
        for (int cell = 0; cell < _middles.Length; cell++)
        {
            _middles[cell] = _ruler.MiddleOf(cell);
            Span<double> known = _cells.Span.Slice(4 * cell, 4);
            known[0] = _middles[cell];
            known[1] = _middles[cell];
            known[2] = 1;
        }
    }

    /// <inheritdoc/>
    internal override void Save(BinaryWriter writer)
    {
        writer.Write(_turn);
        writer.WriteAll<double>(_cells.Span);
    }

    /// <inheritdoc/>
    internal override void Load(BinaryReader reader)
    {
        _turn = reader.ReadInt32();
        reader.ReadAll(_cells.Span);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Guess(Workspace work, ref double stimuli, ReadOnlySpan<int> indices, int occupied)
    {
        ref double stimulus = ref work.Stimuli.First;
        ref double response = ref work.Responses.First;
        ref double cell = ref _cells.First;
        ref int visit = ref MemoryMarshal.GetArrayDataReference(Visited);
        Ruler ruler = _ruler;
        for (int lane = 0; lane < indices.Length; lane++)
        {
            double s = Unsafe.Add(ref stimuli, indices[lane]);
            int c = ruler.CellOf(s);
            Unsafe.Add(ref visit, lane) = c;
            Unsafe.Add(ref stimulus, lane) = s;
            Unsafe.Add(ref response, lane) = Extrapolate(ref Unsafe.Add(ref cell, 4 * c), s);
        }

        for (int lane = indices.Length; lane < occupied; lane++)
        {
            _turn = _turn + 1 < _middles.Length ? _turn + 1 : 0;
            double s = _middles[_turn];
            Unsafe.Add(ref visit, lane) = _turn;
            Unsafe.Add(ref stimulus, lane) = s;
            Unsafe.Add(ref response, lane) = Extrapolate(ref Unsafe.Add(ref cell, 4 * _turn), s);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Remember(Workspace work, int count)
    {
        ref double stimulus = ref work.Stimuli.First;
        ref double response = ref work.Responses.First;
        ref double inverse = ref work.Inverses.First;
        ref double bend = ref work.Bends.First;
        ref double cell = ref _cells.First;
        ref int visit = ref MemoryMarshal.GetArrayDataReference(Visited);
        for (int lane = 0; lane < count; lane++)
        {
            ref double known = ref Unsafe.Add(ref cell, 4 * Unsafe.Add(ref visit, lane));
            known = Unsafe.Add(ref stimulus, lane);
            Unsafe.Add(ref known, 1) = Unsafe.Add(ref response, lane);
            Unsafe.Add(ref known, 2) = Unsafe.Add(ref inverse, lane);
            Unsafe.Add(ref known, 3) = Unsafe.Add(ref bend, lane);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Extrapolate(ref double known, double s)
    {
        double d = s - known;
        return Math.FusedMultiplyAdd(d, Math.FusedMultiplyAdd(d, Unsafe.Add(ref known, 3), Unsafe.Add(ref known, 2)), Unsafe.Add(ref known, 1));
    }
}
