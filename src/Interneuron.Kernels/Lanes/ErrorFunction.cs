using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>The complementary error function.</summary>
internal static class ErrorFunction
{
    /// <summary>
    /// (1 + x) e^(x^2) erfc(x) as a polynomial in t = (x - 4)/(x + 4), x >= 0: its Chebyshev series, from values computed with 60 digits (power series below 6,
    /// continued fraction above), in powers of t, which lose nothing here: the coefficients' magnitudes sum to 1.1. The mapping of the half line is the
    /// one of Shepherd and Laframboise, Math. Comp. 36 (1981) 249.
    /// </summary>
    private static ReadOnlySpan<double> Coefficients =>
    [
        0.6849972881253069, -0.199344582800367, 0.11704966551044224, -0.048080381221318184,
        0.003962055681303, 0.015312509679621585, -0.017515654646768204, 0.01216178474842341,
        -0.00606873521768341, 0.002116421620549637, -0.00038976749365136323, -6.013695314566097e-05,
        6.403274051753607e-05, -1.315055634881424e-05, -4.138415348077945e-06, 2.649051003653726e-06,
        4.028532947010658e-09, -3.6252615050876104e-07, 5.131334593621245e-08, 4.553419794720742e-08,
        -1.139697908024761e-08, -5.19072998220458e-09, 1.6844354122037724e-09, 3.8814204427944005e-10,
        -1.3957574032767247e-10,
    ];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Erfc<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes one = TLanes.Broadcast(1);
        // Beyond 28 the result is below the smallest number; the bound keeps infinities out of the mapping.
        TLanes a = TLanes.Min(TLanes.Broadcast(28), TLanes.Abs(x));
        TLanes t = (a - TLanes.Broadcast(4)) / (a + TLanes.Broadcast(4));
        // Every fourth coefficient in a chain of its own, so that the processor has four multiplications under way.
        TLanes t2 = t * t;
        TLanes t4 = t2 * t2;
        TLanes s0 = TLanes.Broadcast(Coefficients[24]);
        TLanes s1 = TLanes.Broadcast(0);
        TLanes s2 = s1;
        TLanes s3 = s1;
        for (int k = 20; k >= 0; k -= 4)
        {
            s0 = TLanes.FusedMultiplyAdd(s0, t4, TLanes.Broadcast(Coefficients[k]));
            s1 = TLanes.FusedMultiplyAdd(s1, t4, TLanes.Broadcast(Coefficients[k + 1]));
            s2 = TLanes.FusedMultiplyAdd(s2, t4, TLanes.Broadcast(Coefficients[k + 2]));
            s3 = TLanes.FusedMultiplyAdd(s3, t4, TLanes.Broadcast(Coefficients[k + 3]));
        }

        TLanes polynomial = TLanes.FusedMultiplyAdd(TLanes.FusedMultiplyAdd(s3, t, s2), t2, TLanes.FusedMultiplyAdd(s1, t, s0));
        TLanes scaled = polynomial / (one + a);
        // e^(-a^2) needs a^2 to more than its own rounding: the part that is lost comes back as a factor 1 - lost.
        TLanes square = a * a;
        TLanes lost = TLanes.FusedMultiplyAdd(a, a, -square);
        TLanes gauss = TLanes.Exp(-square);
        TLanes right = scaled * TLanes.FusedNegateMultiplyAdd(gauss, lost, gauss);
        return TLanes.Select(TLanes.Less(x, TLanes.Broadcast(0)), TLanes.Broadcast(2) - right, right);
    }
}
