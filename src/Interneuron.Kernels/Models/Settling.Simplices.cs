using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>Components that are not negative and sum to 1: their gradient is taken less its mean over those above 0, and they move together.</summary>
internal sealed partial class Settling<TLanes>
{
    /// <summary>The part of a step at which a component meets what it is held to; infinite where it meets nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Part(TLanes from, TLanes way, TLanes to, TLanes allowed) =>
        TLanes.Select(TLanes.Equal(to, allowed), TLanes.Broadcast(double.PositiveInfinity), (allowed - from) / way);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Ratio(TLanes x, TLanes y) => TLanes.Select(TLanes.Equal(y, TLanes.Broadcast(0)), TLanes.Broadcast(0), x / y);

    /// <summary>First guesses made to sum to 1: equal parts where they sum to nothing.</summary>
    private void Share(ref TLanes y)
    {
        TLanes zero = TLanes.Broadcast(0);
        for (int s = 0; s < _count; s++)
        {
            TLanes sum = zero;
            for (int i = 0; i < _simplices.Length; i++)
            {
                sum += _simplices[i] == s ? Unsafe.Add(ref y, i) : zero;
            }

            TLanes equal = TLanes.Broadcast(1.0 / _simplices.Count(other => other == s));
            for (int i = 0; i < _simplices.Length; i++)
            {
                if (_simplices[i] == s)
                {
                    ref TLanes value = ref Unsafe.Add(ref y, i);
                    value = TLanes.Select(TLanes.Less(zero, sum), value / sum, equal);
                }
            }
        }
    }

    /// <summary>The gradient less its mean over the components of its simplex that are above 0: the multiplier of their sum.</summary>
    private void Balance(ref TLanes y, ref TLanes gradient)
    {
        TLanes zero = TLanes.Broadcast(0);
        for (int s = 0; s < _count; s++)
        {
            TLanes sum = zero;
            TLanes count = zero;
            for (int i = 0; i < _simplices.Length; i++)
            {
                if (_simplices[i] == s)
                {
                    TLanes isAbove = TLanes.Less(zero, Unsafe.Add(ref y, i));
                    sum += TLanes.And(isAbove, TLanes.Broadcast(_signs[i]) * Unsafe.Add(ref gradient, i));
                    count += TLanes.And(isAbove, TLanes.Broadcast(1));
                }
            }

            TLanes mean = sum / count;
            for (int i = 0; i < _simplices.Length; i++)
            {
                if (_simplices[i] == s)
                {
                    Unsafe.Add(ref gradient, i) -= TLanes.Broadcast(_signs[i]) * mean;
                }
            }
        }
    }

    /// <summary>By the factor at hand, what a unit of each simplex's multiplier moves; none of it changes the sums of simplices before.</summary>
    private void Cross(ref TLanes registers)
    {
        int n = _simplices.Length;
        for (int s = 0; s < _count; s++)
        {
            ref TLanes across = ref Unsafe.Add(ref registers, _at.Across + (s * n));
            for (int i = 0; i < n; i++)
            {
                Unsafe.Add(ref across, i) = TLanes.And(Unsafe.Add(ref registers, _at.Free + i), TLanes.Broadcast(_simplices[i] == s ? _signs[i] : 0));
            }

            Factor<TLanes>.Solve(ref Unsafe.Add(ref registers, _at.Matrix), ref Unsafe.Add(ref registers, _at.Diagonal), ref across, n);
            for (int before = 0; before < s; before++)
            {
                Lessen(ref across, ref Unsafe.Add(ref registers, _at.Across + (before * n)), before);
            }
        }
    }

    /// <summary>A solution by the factor at hand made one that does not change the sums.</summary>
    private void Keep(ref TLanes registers, ref TLanes x)
    {
        for (int s = 0; s < _count; s++)
        {
            Lessen(ref x, ref Unsafe.Add(ref registers, _at.Across + (s * _simplices.Length)), s);
        }
    }

    /// <summary>x less so much of what goes across a simplex that its sum there is 0.</summary>
    private void Lessen(ref TLanes x, ref TLanes across, int simplex)
    {
        TLanes sum = TLanes.Broadcast(0);
        TLanes whole = sum;
        for (int i = 0; i < _simplices.Length; i++)
        {
            if (_simplices[i] == simplex)
            {
                sum += Unsafe.Add(ref x, i);
                whole += Unsafe.Add(ref across, i);
            }
        }

        TLanes ratio = Ratio(sum, whole);
        for (int i = 0; i < _simplices.Length; i++)
        {
            Unsafe.Add(ref x, i) = TLanes.FusedNegateMultiplyAdd(ratio, Unsafe.Add(ref across, i), Unsafe.Add(ref x, i));
        }
    }

    /// <summary>The largest part of the step, up to a length, at which no component of a simplex is beyond what it is held to.</summary>
    private TLanes Reach(ref TLanes registers, TLanes length)
    {
        TLanes most = length;
        int j = 0;
        for (int i = 0; i < _simplices.Length; i++)
        {
            TLanes from = Unsafe.Add(ref registers, _at.Kept + i);
            TLanes way = Unsafe.Add(ref registers, _at.Step + i);
            TLanes to = TLanes.FusedMultiplyAdd(length, way, from);
            TLanes allowed = Allowed(ref registers, i, ref j, to);
            most = _simplices[i] >= 0 ? TLanes.Min(most, Part(from, way, to, allowed)) : most;
        }

        return most;
    }
}
