using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Interneuron.Kernels;

/// <summary>First guesses for N = 1, second-order Taylor steps: a cell has s, r, dr/ds and half of d2r/ds2.</summary>
internal sealed class RecallOne : Recall
{
    internal RecallOne(int lanes, double scale)
        : base(lanes)
    {
        Ruler = new(scale / 8, octaves: 9, bits: 2);
        Width = scale / 32;
        Cells = new(4 * Ruler.Count);
        for (int cell = 0; cell < Ruler.Count; cell++)
        {
            Span<double> known = Cells.Span.Slice(4 * cell, 4);
            known[0] = Ruler.MiddleOf(cell);
            known[1] = known[0];
            known[2] = 1;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Guess(Workspace work, ref double stimuli, ReadOnlySpan<int> indices)
    {
        ref double stimulus = ref work.Stimuli.First;
        ref double response = ref work.Responses.First;
        ref double cell = ref Cells.First;
        ref int visit = ref MemoryMarshal.GetArrayDataReference(Visited);
        Ruler ruler = Ruler;
        for (int lane = 0; lane < indices.Length; lane++)
        {
            double s = Unsafe.Add(ref stimuli, indices[lane]);
            int c = ruler.CellOf(s);
            Unsafe.Add(ref visit, lane) = c;
            Unsafe.Add(ref stimulus, lane) = s;
            Unsafe.Add(ref response, lane) = Extrapolate(ref Unsafe.Add(ref cell, 4 * c), s);
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
        ref double cell = ref Cells.First;
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
    internal static double Extrapolate(ref double known, double s)
    {
        double d = s - known;
        return Math.FusedMultiplyAdd(d, Math.FusedMultiplyAdd(d, Unsafe.Add(ref known, 3), Unsafe.Add(ref known, 2)), Unsafe.Add(ref known, 1));
    }
}
