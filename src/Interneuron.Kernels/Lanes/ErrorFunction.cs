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
    internal static L Erfc<L>(L x)
        where L : struct, ILanes<L>
    {
        L one = L.Broadcast(1);
        // Beyond 28 the result is below the smallest number; the bound keeps infinities out of the mapping.
        L a = L.Min(L.Broadcast(28), L.Abs(x));
        L t = (a - L.Broadcast(4)) / (a + L.Broadcast(4));
        // Every fourth coefficient forms its own chain, so that four multiplications are in flight.
        L t2 = t * t;
        L t4 = t2 * t2;
        L s0 = L.Broadcast(Coefficients[24]);
        L s1 = L.Broadcast(0);
        L s2 = s1;
        L s3 = s1;
        for (int k = 20; k >= 0; k -= 4)
        {
            s0 = L.FusedMultiplyAdd(s0, t4, L.Broadcast(Coefficients[k]));
            s1 = L.FusedMultiplyAdd(s1, t4, L.Broadcast(Coefficients[k + 1]));
            s2 = L.FusedMultiplyAdd(s2, t4, L.Broadcast(Coefficients[k + 2]));
            s3 = L.FusedMultiplyAdd(s3, t4, L.Broadcast(Coefficients[k + 3]));
        }

        L polynomial = L.FusedMultiplyAdd(L.FusedMultiplyAdd(s3, t, s2), t2, L.FusedMultiplyAdd(s1, t, s0));
        L scaled = polynomial / (one + a);
        // e^(-a^2) needs a^2 to more than its own rounding: the part that is lost comes back as a factor 1 - lost.
        L square = a * a;
        L lost = L.FusedMultiplyAdd(a, a, -square);
        L gauss = L.Exp(-square);
        L right = scaled * L.FusedNegateMultiplyAdd(gauss, lost, gauss);
        return L.Select(L.Less(x, L.Broadcast(0)), L.Broadcast(2) - right, right);
    }
}
