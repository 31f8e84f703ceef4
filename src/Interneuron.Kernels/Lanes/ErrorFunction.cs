namespace Interneuron.Kernels;

/// <summary>The complementary error function.</summary>
internal static class ErrorFunction
{
    /// <summary>
    /// Chebyshev coefficients of (1 + x) e^(x^2) erfc(x) in t = (x - 4)/(x + 4), x >= 0, from values computed with 60 digits (power series below 6,
    /// continued fraction above). The mapping of the half line is the one of Shepherd and Laframboise, Math. Comp. 36 (1981) 249.
    /// </summary>
    private static ReadOnlySpan<double> Coefficients =>
    [
        1.4755849942311063 / 2, -0.21817361893805362, 0.049503721225762784, -0.0025726982280633707, -0.004193339501765898,
        0.0025732881485069263, -0.0009545378786467943, 0.00026047574753294394, -5.3142109585007945e-05, 7.433019050177042e-06,
        -4.310600135961552e-07, -8.666784461850291e-08, 2.444129931617036e-08, -1.3958179331627473e-09, -4.6292579264676443e-10,
        9.158432127526939e-11, 4.099661454135434e-12, -3.107092638312008e-12, 1.0859225472109777e-13, 9.315628668137369e-14,
        -8.659869830664084e-15, -2.8218395496347422e-15, 4.038719989002884e-16, 9.254027468667985e-17, -1.6638724842986163e-17,
    ];

    internal static L Erfc<L>(L x)
        where L : struct, ILanes<L>
    {
        L one = L.Broadcast(1);
        // Beyond 28 the result is below the smallest number; the bound keeps infinities out of the mapping.
        L a = L.Min(L.Broadcast(28), L.Abs(x));
        L t = (a - L.Broadcast(4)) / (a + L.Broadcast(4));
        L twice = t + t;
        L b1 = L.Broadcast(0);
        L b2 = b1;
        for (int k = Coefficients.Length - 1; k > 0; k--)
        {
            L b = L.FusedMultiplyAdd(twice, b1, L.Broadcast(Coefficients[k]) - b2);
            b2 = b1;
            b1 = b;
        }

        L scaled = (L.FusedMultiplyAdd(t, b1, L.Broadcast(Coefficients[0])) - b2) / (one + a);
        // e^(-a^2) needs a^2 to more than its own rounding: the part that is lost comes back as a factor 1 - lost.
        L square = a * a;
        L lost = L.FusedMultiplyAdd(a, a, -square);
        L gauss = L.Exp(-square);
        L right = scaled * L.FusedNegateMultiplyAdd(gauss, lost, gauss);
        return L.Select(L.Less(x, L.Broadcast(0)), L.Broadcast(2) - right, right);
    }
}
