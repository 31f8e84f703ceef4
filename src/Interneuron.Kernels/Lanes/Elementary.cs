using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Interneuron.Kernels;

/// <summary>
/// Exponential, logarithm and what follows from them, written once over any lanes: branch-free, table of eighths (sixteenths for the logarithm)
/// and a polynomial in the remainder. The coefficients interpolate at the Chebyshev nodes of the remainder's interval, computed with 50 digits.
/// </summary>
internal static class Elementary
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private const double SmallestNormal = 2.2250738585072014e-308;
    private const double Ln2 = 0.6931471805599453;

    /// <summary>2^(j/8).</summary>
    private static ReadOnlySpan<double> PowersOfTwo =>
    [
        1.0, 1.0905077326652577, 1.189207115002721, 1.2968395546510096,
        1.4142135623730951, 1.5422108254079407, 1.681792830507429, 1.8340080864093424,
    ];

    /// <summary>About 1/m for m around 1 + (j + 1/2)/16, chosen so that the entries below are doubles to within 1e-19; exactly 1 and 1/2 at the ends.</summary>
    private static ReadOnlySpan<double> Reciprocals =>
    [
        1.0, 0.9142857124767471, 0.8648650250801562, 0.8205130463566019,
        0.7804878600288485, 0.7441862573004907, 0.7111110941521733, 0.6808508508681809,
        0.6530610760974959, 0.6274508611055236, 0.603773587594386, 0.5818182859624565,
        0.5614033222903942, 0.54237285585988, 0.524590287820787, 0.5,
    ];

    /// <summary>
    /// The negative logarithms of <see cref="Reciprocals"/>. From j = 8 they carry the rounding error of the constant log 2, which a number just
    /// below a power of two subtracts from them: what is left is small there and would show it.
    /// </summary>
    private static ReadOnlySpan<double> NegativeLogs =>
    [
        0.0, 0.08961216066824504, 0.14518182459558449, 0.19782546808284915,
        0.2478360932426216, 0.2954639296463416, 0.34092661081909975, 0.3844120116977403,
        0.4260846225366353, 0.466089920037689, 0.5045560062991934, 0.5415971034347882,
        0.577315697205114, 0.6118015881143402, 0.6451377252152374, 0.6931471805599453,
    ];

    /// <summary>e^x = 2^(n/8) e^r with n = round(8 x / log 2), |r| &lt;= log(2)/16; error of the polynomial 1e-17.</summary>
    [MethodImpl(Inline)]
    internal static L Exp<L>(L x)
        where L : struct, ILanes<L>
    {
        // Constants first: Max and Min give their second argument where one is not a number.
        L y = L.Min(L.Broadcast(710), L.Max(L.Broadcast(-746), x));
        Reduce(y, out L shifted, out L n, out L r);
        L scaled = L.LookUp8(in MemoryMarshal.GetReference(PowersOfTwo), shifted);
        return L.Scale(L.FusedMultiplyAdd(scaled, ExpM1OfRemainder(r), scaled), n * L.Broadcast(0.125));
    }

    /// <summary>e^x - 1 without cancellation: where 2^(n/8) = 1 the remainder's polynomial is the answer.</summary>
    [MethodImpl(Inline)]
    private static L ExpM1<L>(L x)
        where L : struct, ILanes<L>
    {
        L y = L.Min(L.Broadcast(709), L.Max(L.Broadcast(-746), x));
        Reduce(y, out L shifted, out L n, out L r);
        L scaled = L.Scale(L.LookUp8(in MemoryMarshal.GetReference(PowersOfTwo), shifted), n * L.Broadcast(0.125));
        return L.FusedMultiplyAdd(scaled, ExpM1OfRemainder(r), scaled - L.Broadcast(1));
    }

    [MethodImpl(Inline)]
    private static void Reduce<L>(L y, out L shifted, out L n, out L r)
        where L : struct, ILanes<L>
    {
        // Adding 1.5 2^52 rounds to an integer and leaves it in the low bits, where the table look-up reads it.
        L shift = L.Broadcast(6755399441055744.0);
        shifted = L.FusedMultiplyAdd(y, L.Broadcast(11.541560327111707), shift);
        n = shifted - shift;
        r = L.FusedNegateMultiplyAdd(n, L.Broadcast(0.08664339757001471), y);
        r = L.FusedNegateMultiplyAdd(n, L.Broadcast(-2.1549305657018543e-14), r);
    }

    [MethodImpl(Inline)]
    private static L ExpM1OfRemainder<L>(L r)
        where L : struct, ILanes<L>
    {
        L r2 = r * r;
        L low = L.FusedMultiplyAdd(r, L.Broadcast(0.16666666666666724), L.Broadcast(0.5000000000000051));
        L middle = L.FusedMultiplyAdd(r, L.Broadcast(0.008333333327851467), L.Broadcast(0.0416666666173296));
        L high = L.FusedMultiplyAdd(r, L.Broadcast(0.00019842047189636849), L.Broadcast(0.0013889588505409305));
        L q = L.FusedMultiplyAdd(r2, L.FusedMultiplyAdd(r2, high, middle), low);
        return L.FusedMultiplyAdd(r2, q, r);
    }

    /// <summary>log x of a positive normal x = 2^e m: e log 2 - log c + log(1 + r), r = m c - 1 in [-1/32, 1/16]; error of the polynomial 2e-17.</summary>
    [MethodImpl(Inline)]
    internal static L LogOfNormal<L>(L x)
        where L : struct, ILanes<L>
    {
        L e = L.Exponent(x);
        L c = L.LookUp16(in MemoryMarshal.GetReference(Reciprocals), x);
        L minusLogC = L.LookUp16(in MemoryMarshal.GetReference(NegativeLogs), x);
        L r = L.FusedMultiplyAdd(L.Mantissa(x), c, L.Broadcast(-1));
        L r2 = r * r;
        L r4 = r2 * r2;
        L q01 = L.FusedMultiplyAdd(r, L.Broadcast(0.33333333333340287), L.Broadcast(-0.49999999999999994));
        L q23 = L.FusedMultiplyAdd(r, L.Broadcast(0.1999999995328674), L.Broadcast(-0.2500000000009317));
        L q45 = L.FusedMultiplyAdd(r, L.Broadcast(0.1428579138027727), L.Broadcast(-0.16666665870721806));
        L q67 = L.FusedMultiplyAdd(r, L.Broadcast(0.11081912861679763), L.Broadcast(-0.12501839998216407));
        L q03 = L.FusedMultiplyAdd(r2, q23, q01);
        L q48 = L.FusedMultiplyAdd(r2, L.FusedMultiplyAdd(r2, L.Broadcast(-0.088437987998088), q67), q45);
        L q = L.FusedMultiplyAdd(r4, q48, q03);
        // Just below a power of two e log 2 and -log c cancel exactly, so what is left is log(1 + r) alone.
        L whole = L.FusedMultiplyAdd(e, L.Broadcast(Ln2), minusLogC);
        return whole + L.FusedMultiplyAdd(r2, q, r);
    }

    [MethodImpl(Inline)]
    internal static L LogFloored<L>(L x)
        where L : struct, ILanes<L> => LogOfNormal(L.Max(L.Broadcast(SmallestNormal), x));

    [MethodImpl(Inline)]
    internal static L Log<L>(L x)
        where L : struct, ILanes<L>
    {
        // Subnormal numbers are brought up by 2^54 first.
        L small = L.Less(x, L.Broadcast(SmallestNormal));
        L log = LogOfNormal(L.Select(small, x * L.Broadcast(18014398509481984.0), x)) - L.And(small, L.Broadcast(54 * Ln2));
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
        L power = L.Exp(y * LogFloored(L.Abs(x)));
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
        L m = ExpM1(L.Min(L.Broadcast(40), L.Abs(x + x)));
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
