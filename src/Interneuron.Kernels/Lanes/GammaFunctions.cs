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

    /// <summary>Bernoulli numbers B_2k, k = 1 .. 10.</summary>
    private static ReadOnlySpan<double> Bernoulli =>
    [
        1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510, 43867.0 / 798, -174611.0 / 330,
    ];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static L Gamma<L>(L x)
        where L : struct, ILanes<L>
    {
        if (!AllPositive(x))
        {
            return Lanewise<L, GammaAnywhere>(x, 0);
        }

        L shifted = LogGammaShifted(x, out L product);
        return L.Exp(shifted) / product;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static L LogGamma<L>(L x)
        where L : struct, ILanes<L>
    {
        if (!AllPositive(x))
        {
            return Lanewise<L, LogGammaAnywhere>(x, 0);
        }

        L shifted = LogGammaShifted(x, out L product);
        return shifted - L.Log(product);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static L Polygamma<L>(int order, L x)
        where L : struct, ILanes<L>
    {
        if (order != 0 || !AllPositive(x))
        {
            return Lanewise<L, PolygammaAnywhere>(x, order);
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
    private static L LogGammaShifted<L>(L x, out L product)
        where L : struct, ILanes<L>
    {
        L one = L.Broadcast(1);
        // x (x + 7) = u and (x + 1)(x + 6) = u + 6, (x + 2)(x + 5) = u + 10, (x + 3)(x + 4) = u + 12.
        L u = x * (x + L.Broadcast(7));
        product = u * (u + L.Broadcast(6)) * ((u + L.Broadcast(10)) * (u + L.Broadcast(12)));
        L y = x + L.Broadcast(8);
        L inverse = one / y;
        L square = inverse * inverse;
        L fourth = square * square;
        L s01 = L.FusedMultiplyAdd(square, L.Broadcast(-1.0 / 360), L.Broadcast(1.0 / 12));
        L s23 = L.FusedMultiplyAdd(square, L.Broadcast(-1.0 / 1680), L.Broadcast(1.0 / 1260));
        L s45 = L.FusedMultiplyAdd(square, L.Broadcast(-691.0 / 360360), L.Broadcast(1.0 / 1188));
        L s67 = L.FusedMultiplyAdd(square, L.Broadcast(-3617.0 / 122400), L.Broadcast(1.0 / 156));
        L series = L.FusedMultiplyAdd(fourth, L.FusedMultiplyAdd(fourth, L.FusedMultiplyAdd(fourth, s67, s45), s23), s01);

        L log = L.LogFloored(y);
        L main = L.FusedMultiplyAdd(y - L.Broadcast(0.5), log, L.Broadcast(HalfLogTwoPi) - y);
        return L.FusedMultiplyAdd(series, inverse, main);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static L Digamma<L>(L x)
        where L : struct, ILanes<L>
    {
        // sum 1/(x + k), k = 0 .. 7, as (2x + 7) (1/u + 1/(u + 6) + 1/(u + 10) + 1/(u + 12)): one division for all.
        L u = x * (x + L.Broadcast(7));
        L u6 = u + L.Broadcast(6);
        L u10 = u + L.Broadcast(10);
        L u12 = u + L.Broadcast(12);
        L left = u * u6;
        L right = u10 * u12;
        L numerator = L.FusedMultiplyAdd(u + u6, right, (u10 + u12) * left);
        L shift = (x + x + L.Broadcast(7)) * numerator / (left * right);
        L y = x + L.Broadcast(8);
        L inverse = L.Broadcast(1) / y;
        L square = inverse * inverse;
        L fourth = square * square;
        L s01 = L.FusedMultiplyAdd(square, L.Broadcast(-1.0 / 120), L.Broadcast(1.0 / 12));
        L s23 = L.FusedMultiplyAdd(square, L.Broadcast(-1.0 / 240), L.Broadcast(1.0 / 252));
        L s45 = L.FusedMultiplyAdd(square, L.Broadcast(-691.0 / 32760), L.Broadcast(1.0 / 132));
        L s67 = L.FusedMultiplyAdd(square, L.Broadcast(-3617.0 / 8160), L.Broadcast(1.0 / 12));
        L series = L.FusedMultiplyAdd(fourth, L.FusedMultiplyAdd(fourth, L.FusedMultiplyAdd(fourth, s67, s45), s23), s01);

        L tail = L.FusedMultiplyAdd(series, square, L.Broadcast(0.5) * inverse);
        return L.LogFloored(y) - tail - shift;
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
    private static bool AllPositive<L>(L x)
        where L : struct, ILanes<L> => L.Bits(L.Less(L.Broadcast(0), x)) == (1u << L.Width) - 1;

    private static double ToScalar(Lanes1 x)
    {
        double value = 0;
        Lanes1.Store(x, ref value);
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static L Lanewise<L, TScalar>(L x, int order)
        where L : struct, ILanes<L>
        where TScalar : struct, IScalar
    {
        ArgumentOutOfRangeException.ThrowIfNegative(order);
        Span<double> values = stackalloc double[L.Width];
        ref double first = ref MemoryMarshal.GetReference(values);
        L.Store(x, ref first);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = double.IsNaN(values[i]) ? double.NaN : TScalar.Value(order, values[i]);
        }

        return L.Load(in first);
    }
}
