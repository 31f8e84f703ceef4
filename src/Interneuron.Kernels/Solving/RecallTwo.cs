using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Interneuron.Kernels;

/// <summary>First guesses for N = 2, first-order Taylor steps: a cell, a cache line, has s (2), r (2), and dr/ds (3, symmetric).</summary>
internal sealed class RecallTwo : Recall
{
    internal RecallTwo(int lanes, double scale)
        : base(lanes)
    {
        Ruler = new(scale / 4, octaves: 6, bits: 1);
        Width = scale / 8;
        Cells = new(8 * Ruler.Count * Ruler.Count);
        for (int cell = 0; cell < Ruler.Count * Ruler.Count; cell++)
        {
            Span<double> known = Cells.Span.Slice(8 * cell, 8);
            known[0] = Ruler.MiddleOf(cell / Ruler.Count);
            known[1] = Ruler.MiddleOf(cell % Ruler.Count);
            known[2] = known[0];
            known[3] = known[1];
            known[4] = 1;
            known[6] = 1;
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
        int lanes = work.Lanes;
        Ruler ruler = Ruler;
        int count = ruler.Count;
        for (int lane = 0; lane < indices.Length; lane++)
        {
            ref double row = ref Unsafe.Add(ref stimuli, 2 * (nint)indices[lane]);
            double s0 = row;
            double s1 = Unsafe.Add(ref row, 1);
            int c = (ruler.CellOf(s0) * count) + ruler.CellOf(s1);
            Unsafe.Add(ref visit, lane) = c;
            Unsafe.Add(ref stimulus, lane) = s0;
            Unsafe.Add(ref stimulus, lanes + lane) = s1;
            Extrapolate(ref Unsafe.Add(ref cell, 8 * c), s0, s1, ref Unsafe.Add(ref response, lane), ref Unsafe.Add(ref response, lanes + lane));
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Remember(Workspace work, int count)
    {
        ref double stimulus = ref work.Stimuli.First;
        ref double response = ref work.Responses.First;
        ref double inverse = ref work.Inverses.First;
        ref double cell = ref Cells.First;
        ref int visit = ref MemoryMarshal.GetArrayDataReference(Visited);
        int lanes = work.Lanes;
        for (int lane = 0; lane < count; lane++)
        {
            ref double known = ref Unsafe.Add(ref cell, 8 * Unsafe.Add(ref visit, lane));
            known = Unsafe.Add(ref stimulus, lane);
            Unsafe.Add(ref known, 1) = Unsafe.Add(ref stimulus, lanes + lane);
            Unsafe.Add(ref known, 2) = Unsafe.Add(ref response, lane);
            Unsafe.Add(ref known, 3) = Unsafe.Add(ref response, lanes + lane);
            Unsafe.Add(ref known, 4) = Unsafe.Add(ref inverse, lane);
            Unsafe.Add(ref known, 5) = Unsafe.Add(ref inverse, lanes + lane);
            Unsafe.Add(ref known, 6) = Unsafe.Add(ref inverse, (2 * lanes) + lane);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Extrapolate(ref double known, double s0, double s1, ref double r0, ref double r1)
    {
        double d0 = s0 - known;
        double d1 = s1 - Unsafe.Add(ref known, 1);
        double mixed = Unsafe.Add(ref known, 5);
        r0 = Math.FusedMultiplyAdd(mixed, d1, Math.FusedMultiplyAdd(Unsafe.Add(ref known, 4), d0, Unsafe.Add(ref known, 2)));
        r1 = Math.FusedMultiplyAdd(mixed, d0, Math.FusedMultiplyAdd(Unsafe.Add(ref known, 6), d1, Unsafe.Add(ref known, 3)));
    }
}
