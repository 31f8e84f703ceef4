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
    internal static L Log<L>(L x)
        where L : struct, ILanes<L>
    {
        // Subnormal numbers are scaled up by 2^54 first.
        L small = L.Less(x, L.Broadcast(SmallestNormal));
        L log = L.LogFloored(L.Select(small, x * L.Broadcast(18014398509481984.0), x)) - L.And(small, L.Broadcast(54 * Ln2));
        log = L.Select(L.LessOrEqual(x, L.Broadcast(0)), L.Broadcast(double.NegativeInfinity), log);
        return L.Select(L.LessOrEqual(L.Broadcast(0), x), log, L.Broadcast(double.NaN));
    }

    [MethodImpl(Inline)]
    internal static L LogOrZero<L>(L x)
        where L : struct, ILanes<L> => L.Select(L.Equal(x, L.Broadcast(0)), L.Broadcast(0), Log(x));

    [MethodImpl(Inline)]
    internal static L Power<L>(L x, L y)
        where L : struct, ILanes<L>
    {
        L zero = L.Broadcast(0);
        L one = L.Broadcast(1);
        L power = L.Exp(y * L.LogFloored(L.Abs(x)));
        L atZero = L.Select(L.Less(y, zero), L.Broadcast(double.PositiveInfinity), zero);
        power = L.Select(L.Equal(x, zero), atZero, power);
        // Rounding to the nearest integer by adding 1.5 2^52; beyond 2^51 every number is taken as an even integer.
        L shift = L.Broadcast(6755399441055744.0);
        L half = y * L.Broadcast(0.5);
        L integral = L.Equal((y + shift) - shift, y);
        L even = L.Equal((half + shift) - shift, half);
        L negative = L.Select(even, power, L.Select(integral, -power, L.Broadcast(double.NaN)));
        power = L.Select(L.Less(x, zero), negative, power);
        return L.Select(L.Equal(y, zero), one, power);
    }

    /// <summary>tanh x = (e^2x - 1) / (e^2x + 1), from e^2|x| - 1 without cancellation.</summary>
    [MethodImpl(Inline)]
    internal static L Tanh<L>(L x)
        where L : struct, ILanes<L>
    {
        L m = L.ExpM1(L.Min(L.Broadcast(40), L.Abs(x + x)));
        return L.CopySign(m / (m + L.Broadcast(2)), x);
    }

    [MethodImpl(Inline)]
    internal static L Cosh<L>(L x)
        where L : struct, ILanes<L>
    {
        L half = L.Broadcast(0.5);
        L e = L.Exp(L.Abs(x));
        return L.FusedMultiplyAdd(half, e, half / e);
    }

    [MethodImpl(Inline)]
    internal static L Sign<L>(L x)
        where L : struct, ILanes<L>
    {
        L zero = L.Broadcast(0);
        return L.And(L.Less(zero, x), L.Broadcast(1)) - L.And(L.Less(x, zero), L.Broadcast(1));
    }

    [MethodImpl(Inline)]
    internal static L Step<L>(L x)
        where L : struct, ILanes<L> => L.FusedMultiplyAdd(Sign(x), L.Broadcast(0.5), L.Broadcast(0.5));
}
