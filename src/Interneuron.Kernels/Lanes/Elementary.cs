using System.Runtime.CompilerServices;
using static Interneuron.Kernels.Coefficients;

namespace Interneuron.Kernels;

/// <summary>
/// Functions built on the exponential and the logarithm, written once for all lane types, without branches.
/// </summary>
internal static class Elementary
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    [MethodImpl(Inline)]
    internal static TLanes Log<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        // Subnormal numbers are brought up by 2^54 first.
        TLanes small = TLanes.Less(x, TLanes.Broadcast(SmallestNormal));
        TLanes log = TLanes.LogFloored(TLanes.Select(small, x * TLanes.Broadcast(18014398509481984.0), x)) - TLanes.And(small, TLanes.Broadcast(54 * Ln2));
        log = TLanes.Select(TLanes.LessOrEqual(x, TLanes.Broadcast(0)), TLanes.Broadcast(double.NegativeInfinity), log);
        return TLanes.Select(TLanes.LessOrEqual(TLanes.Broadcast(0), x), log, TLanes.Broadcast(double.NaN));
    }

    [MethodImpl(Inline)]
    internal static TLanes LogOrZero<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes> => TLanes.Select(TLanes.Equal(x, TLanes.Broadcast(0)), TLanes.Broadcast(0), Log(x));

    [MethodImpl(Inline)]
    internal static TLanes Power<TLanes>(TLanes x, TLanes y)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes zero = TLanes.Broadcast(0);
        TLanes one = TLanes.Broadcast(1);
        TLanes power = TLanes.Exp(y * TLanes.LogFloored(TLanes.Abs(x)));
        TLanes atZero = TLanes.Select(TLanes.Less(y, zero), TLanes.Broadcast(double.PositiveInfinity), zero);
        power = TLanes.Select(TLanes.Equal(x, zero), atZero, power);
        // Rounding to the nearest integer by adding 1.5 2^52; beyond 2^51 every number is taken as an even integer.
        TLanes shift = TLanes.Broadcast(6755399441055744.0);
        TLanes half = y * TLanes.Broadcast(0.5);
        TLanes integral = TLanes.Equal((y + shift) - shift, y);
        TLanes even = TLanes.Equal((half + shift) - shift, half);
        TLanes negative = TLanes.Select(even, power, TLanes.Select(integral, -power, TLanes.Broadcast(double.NaN)));
        power = TLanes.Select(TLanes.Less(x, zero), negative, power);
        return TLanes.Select(TLanes.Equal(y, zero), one, power);
    }

    /// <summary>tanh x = (e^2x - 1) / (e^2x + 1), from e^2|x| - 1 without cancellation.</summary>
    [MethodImpl(Inline)]
    internal static TLanes Tanh<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes m = TLanes.ExpM1(TLanes.Min(TLanes.Broadcast(40), TLanes.Abs(x + x)));
        return TLanes.CopySign(m / (m + TLanes.Broadcast(2)), x);
    }

    [MethodImpl(Inline)]
    internal static TLanes Cosh<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes half = TLanes.Broadcast(0.5);
        TLanes e = TLanes.Exp(TLanes.Abs(x));
        return TLanes.FusedMultiplyAdd(half, e, half / e);
    }

    [MethodImpl(Inline)]
    internal static TLanes Sign<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes zero = TLanes.Broadcast(0);
        return TLanes.And(TLanes.Less(zero, x), TLanes.Broadcast(1)) - TLanes.And(TLanes.Less(x, zero), TLanes.Broadcast(1));
    }

    [MethodImpl(Inline)]
    internal static TLanes Step<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes> => TLanes.FusedMultiplyAdd(Sign(x), TLanes.Broadcast(0.5), TLanes.Broadcast(0.5));
}
