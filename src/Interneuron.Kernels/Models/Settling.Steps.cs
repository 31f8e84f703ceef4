using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

internal sealed partial class Settling<TLanes>
{
    /// <summary>From what was kept by a part of the step, no component beyond its next stop or bound; those of a simplex stop together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Move(ref TLanes registers, TLanes length, TLanes finished)
    {
        TLanes most = _count > 0 ? Reach(ref registers, length) : length;
        int j = 0;
        for (int i = 0; i < _signs.Length; i++)
        {
            TLanes from = Unsafe.Add(ref registers, _at.Kept + i);
            TLanes way = Unsafe.Add(ref registers, _at.Step + i);
            TLanes to = TLanes.FusedMultiplyAdd(length, way, from);
            TLanes allowed = Allowed(ref registers, i, ref j, to);
            if (_simplices[i] >= 0)
            {
                TLanes meets = TLanes.LessOrEqual(Part(from, way, to, allowed), most);
                allowed = TLanes.Select(meets, allowed, TLanes.FusedMultiplyAdd(most, way, from));
            }

            Unsafe.Add(ref registers, _at.Responses + i) = TLanes.Select(finished, from, allowed);
        }
    }

    /// <summary>A component that moves to a value, held to its next stop or bound; j is its first stop, and afterwards that of the next component.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLanes Allowed(ref TLanes registers, int i, ref int j, TLanes value)
    {
        TLanes from = Unsafe.Add(ref registers, _at.Kept + i);
        TLanes to = Within(i, value);
        for (; j < _stops.Length && _stops[j] == i; j++)
        {
            TLanes stop = Unsafe.Add(ref registers, _at.Places + j);
            // At the stop itself it is the pull that says to which side it leaves.
            TLanes at = TLanes.Equal(from, stop);
            TLanes isBelow = TLanes.Select(at, TLanes.Less(TLanes.Broadcast(0), Unsafe.Add(ref registers, _at.KeptPull + i)), TLanes.Less(from, stop));
            to = TLanes.Select(isBelow, TLanes.Min(to, stop), TLanes.Max(to, stop));
        }

        return to;
    }

    /// <summary>
    /// Where E fell by a ten-thousandth of what the slope at the start says, or more; at a saddle, where the pull became less. The part of the step to try where it
    /// did not: to where the slope would be 0 if it rose evenly, from a hundredth to a half.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private TLanes Falls(ref TLanes registers, TLanes before, out TLanes part)
    {
        int n = _code.Responses;
        TLanes zero = TLanes.Broadcast(0);
        if (_isSaddle)
        {
            TLanes old = zero;
            TLanes now = zero;
            for (int i = 0; i < n; i++)
            {
                TLanes kept = Unsafe.Add(ref registers, _at.KeptPull + i);
                TLanes pull = Unsafe.Add(ref registers, _at.Pull + i);
                old = TLanes.FusedMultiplyAdd(kept, kept, old);
                now = TLanes.FusedMultiplyAdd(pull, pull, now);
            }

            part = TLanes.Broadcast(0.5);
            return TLanes.LessOrEqual(now, old * TLanes.Broadcast(1 - 1e-4));
        }

        TLanes slope = zero;
        TLanes end = zero;
        int j = 0;
        for (int i = 0; i < n; i++)
        {
            TLanes value = Unsafe.Add(ref registers, _at.Responses + i);
            TLanes moved = value - Unsafe.Add(ref registers, _at.Kept + i);
            TLanes gradient = Unsafe.Add(ref registers, _at.Gradient + i);
            for (; j < _stops.Length && _stops[j] == i; j++)
            {
                // The gradient on the side that it came from.
                TLanes beyond = TLanes.And(TLanes.Equal(value, Unsafe.Add(ref registers, _at.Places + j)), TLanes.Less(moved, zero));
                gradient += TLanes.And(beyond, TLanes.Broadcast(_signs[i]) * Unsafe.Add(ref registers, _at.Jumps + j));
            }

            slope = TLanes.FusedMultiplyAdd(Unsafe.Add(ref registers, _at.KeptPull + i), moved, slope);
            end = TLanes.FusedMultiplyAdd(gradient, moved, end);
        }

        part = TLanes.Min(TLanes.Max(slope / (slope - end), TLanes.Broadcast(0.01)), TLanes.Broadcast(0.5));
        TLanes enough = TLanes.Min(slope * TLanes.Broadcast(1e-4), zero);
        if (_code.IsQuadratic)
        {
            return TLanes.LessOrEqual((slope + end) * TLanes.Broadcast(0.5), enough);
        }

        TLanes energy = Unsafe.Add(ref registers, _at.Energy);
        return TLanes.LessOrEqual(energy, before + TLanes.FusedMultiplyAdd(TLanes.Abs(before), TLanes.Broadcast(1e-13), enough));
    }

    /// <summary>A component held to its bounds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLanes Within(int i, TLanes value) => TLanes.Min(TLanes.Max(value, TLanes.Broadcast(_lower[i])), TLanes.Broadcast(_upper[i]));
}
