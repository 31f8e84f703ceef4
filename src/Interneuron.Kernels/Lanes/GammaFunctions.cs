using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Interneuron.Kernels;

/// <summary>
/// The gamma function and its logarithmic derivatives: for positive arguments in lanes, by Stirling's series at x + 8 and the recurrence back;
/// else lane by lane with the reflection formulas (Abramowitz and Stegun 6.1.17, 6.1.40, 6.3.7, 6.3.18, 6.4.6, 6.4.11).
/// </summary>
internal static class GammaFunctions
{
    private const double HalfLogTwoPi = 0.9189385332046728;

    /// <summary>Long code, compiled by itself: inlined it would take what the just-in-time compiler grants a kernel for inlining, and leave its sums and products as calls.</summary>
    private const MethodImplOptions Alone = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary>Bernoulli numbers B_2k, k = 1 .. 10.</summary>
    private static ReadOnlySpan<double> Bernoulli =>
    [
        1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510, 43867.0 / 798, -174611.0 / 330,
    ];

    [MethodImpl(Alone)]
    internal static TLanes Gamma<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        if (!AllPositive(x))
        {
            return Lanewise<TLanes, GammaAnywhere>(x, 0);
        }

        TLanes shifted = LogGammaShifted(x, out TLanes product);
        return TLanes.Exp(shifted) / product;
    }

    [MethodImpl(Alone)]
    internal static TLanes LogGamma<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        if (!AllPositive(x))
        {
            return Lanewise<TLanes, LogGammaAnywhere>(x, 0);
        }

        TLanes shifted = LogGammaShifted(x, out TLanes product);
        return shifted - TLanes.Log(product);
    }

    [MethodImpl(Alone)]
    internal static TLanes Polygamma<TLanes>(int order, TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        if (order != 0 || !AllPositive(x))
        {
            return Lanewise<TLanes, PolygammaAnywhere>(x, order);
        }

        return Digamma(x);
    }

    /// <summary>A scalar function, for arguments that the vector form does not cover.</summary>
    private interface IScalar
    {
        static abstract double Value(int order, double x);
    }

    private readonly struct GammaAnywhere : IScalar
    {
        public static double Value(int order, double x) =>
            x > 0 ? ToScalar(Gamma(Lanes1.Broadcast(x)))
            : x == 0 ? double.PositiveInfinity
            : x == Math.Floor(x) ? double.NaN
            : Math.PI / (Math.Sin(Math.PI * x) * Value(order, 1 - x));
    }

    private readonly struct LogGammaAnywhere : IScalar
    {
        public static double Value(int order, double x) =>
            x > 0 ? ToScalar(LogGamma(Lanes1.Broadcast(x)))
            : x == Math.Floor(x) ? double.PositiveInfinity
            : Math.Log(Math.PI / Math.Abs(Math.Sin(Math.PI * x))) - Value(order, 1 - x);
    }

    private readonly struct PolygammaAnywhere : IScalar
    {
        public static double Value(int order, double x) =>
            x <= 0 && x == Math.Floor(x) ? double.NaN
            : order > 0 ? PolygammaScalar(order, x)
            : x > 0 ? ToScalar(Digamma(Lanes1.Broadcast(x)))
            : Value(order, 1 - x) - (Math.PI / Math.Tan(Math.PI * x));
    }

    /// <summary>log Gamma(x + 8), and Gamma(x + 8)/Gamma(x) = x (x + 1) ... (x + 7).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes LogGammaShifted<TLanes>(TLanes x, out TLanes product)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes one = TLanes.Broadcast(1);
        // x (x + 7) = u and (x + 1)(x + 6) = u + 6, (x + 2)(x + 5) = u + 10, (x + 3)(x + 4) = u + 12.
        TLanes u = x * (x + TLanes.Broadcast(7));
        product = u * (u + TLanes.Broadcast(6)) * ((u + TLanes.Broadcast(10)) * (u + TLanes.Broadcast(12)));
        TLanes y = x + TLanes.Broadcast(8);
        TLanes inverse = one / y;
        TLanes square = inverse * inverse;
        TLanes fourth = square * square;
        TLanes s01 = TLanes.FusedMultiplyAdd(square, TLanes.Broadcast(-1.0 / 360), TLanes.Broadcast(1.0 / 12));
        TLanes s23 = TLanes.FusedMultiplyAdd(square, TLanes.Broadcast(-1.0 / 1680), TLanes.Broadcast(1.0 / 1260));
        TLanes s45 = TLanes.FusedMultiplyAdd(square, TLanes.Broadcast(-691.0 / 360360), TLanes.Broadcast(1.0 / 1188));
        TLanes s67 = TLanes.FusedMultiplyAdd(square, TLanes.Broadcast(-3617.0 / 122400), TLanes.Broadcast(1.0 / 156));
        TLanes series = TLanes.FusedMultiplyAdd(fourth, TLanes.FusedMultiplyAdd(fourth, TLanes.FusedMultiplyAdd(fourth, s67, s45), s23), s01);

        TLanes log = TLanes.LogFloored(y);
        TLanes main = TLanes.FusedMultiplyAdd(y - TLanes.Broadcast(0.5), log, TLanes.Broadcast(HalfLogTwoPi) - y);
        return TLanes.FusedMultiplyAdd(series, inverse, main);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Digamma<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        // sum 1/(x + k), k = 0 .. 7, as (2x + 7) (1/u + 1/(u + 6) + 1/(u + 10) + 1/(u + 12)): one division for all.
        TLanes u = x * (x + TLanes.Broadcast(7));
        TLanes u6 = u + TLanes.Broadcast(6);
        TLanes u10 = u + TLanes.Broadcast(10);
        TLanes u12 = u + TLanes.Broadcast(12);
        TLanes left = u * u6;
        TLanes right = u10 * u12;
        TLanes numerator = TLanes.FusedMultiplyAdd(u + u6, right, (u10 + u12) * left);
        TLanes shift = (x + x + TLanes.Broadcast(7)) * numerator / (left * right);
        TLanes y = x + TLanes.Broadcast(8);
        TLanes inverse = TLanes.Broadcast(1) / y;
        TLanes square = inverse * inverse;
        TLanes fourth = square * square;
        TLanes s01 = TLanes.FusedMultiplyAdd(square, TLanes.Broadcast(-1.0 / 120), TLanes.Broadcast(1.0 / 12));
        TLanes s23 = TLanes.FusedMultiplyAdd(square, TLanes.Broadcast(-1.0 / 240), TLanes.Broadcast(1.0 / 252));
        TLanes s45 = TLanes.FusedMultiplyAdd(square, TLanes.Broadcast(-691.0 / 32760), TLanes.Broadcast(1.0 / 132));
        TLanes s67 = TLanes.FusedMultiplyAdd(square, TLanes.Broadcast(-3617.0 / 8160), TLanes.Broadcast(1.0 / 12));
        TLanes series = TLanes.FusedMultiplyAdd(fourth, TLanes.FusedMultiplyAdd(fourth, TLanes.FusedMultiplyAdd(fourth, s67, s45), s23), s01);

        TLanes tail = TLanes.FusedMultiplyAdd(series, square, TLanes.Broadcast(0.5) * inverse);
        return TLanes.LogFloored(y) - tail - shift;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double PolygammaScalar(int order, double x)
    {
        // psi_n(x) = (-1)^(n+1) n! sum_k (x + k)^-(n+1); the recurrence brings any argument, negative ones too, above 20 + n, where the series is exact to double.
        double sum = 0;
        while (x < 20 + order)
        {
            sum += Math.Pow(x, -(order + 1));
            x += 1;
        }

        // (n-1)!/x^n + n!/(2 x^(n+1)) + sum_k B_2k (2k + n - 1)!/((2k)! x^(2k + n)), here divided by n!.
        double factorial = 1;
        for (int i = 2; i <= order; i++)
        {
            factorial *= i;
        }

        double tail = (1.0 / order) + (0.5 / x);
        double term = 1;
        for (int k = 1; k <= 10; k++)
        {
            // (2k + n - 1)! / ((2k)! n!) grows by the two factors that each step adds.
            term = k == 1
                ? (order + 1) / 2.0
                : term * (2 * k + order - 1) * (2 * k + order - 2) / ((2 * k) * (2 * k - 1));
            tail += Bernoulli[k - 1] * term * Math.Pow(x, -2 * k);
        }

        double value = factorial * (sum + (tail * Math.Pow(x, -order)));
        return order % 2 == 0 ? -value : value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AllPositive<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes> => TLanes.Bits(TLanes.Less(TLanes.Broadcast(0), x)) == (1u << TLanes.Width) - 1;

    private static double ToScalar(Lanes1 x)
    {
        double value = 0;
        Lanes1.Store(x, ref value);
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TLanes Lanewise<TLanes, TScalar>(TLanes x, int order)
        where TLanes : struct, ILanes<TLanes>
        where TScalar : struct, IScalar
    {
        ArgumentOutOfRangeException.ThrowIfNegative(order);
        Span<double> values = stackalloc double[TLanes.Width];
        ref double first = ref MemoryMarshal.GetReference(values);
        TLanes.Store(x, ref first);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = double.IsNaN(values[i]) ? double.NaN : TScalar.Value(order, values[i]);
        }

        return TLanes.Load(in first);
    }
}
