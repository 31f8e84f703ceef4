namespace Interneuron.Kernels;

/// <summary>
/// Tables and polynomials of the exponential and the logarithm, shared by the three widths, each of which spells the same operations in its own
/// instructions. The polynomials interpolate at the Chebyshev nodes of the remainder's interval, computed with 50 digits.
/// </summary>
/// <remarks>
/// e^x = 2^(n/8) (1 + r + r^2 q(r)), n = round(8 x / log 2), |r| &lt;= log(2)/16, error of the polynomial 1e-17.
/// log x = e log 2 - log c + r + r^2 q(r) for x = 2^e m, r = m c - 1 in [-1/32, 1/16], error of the polynomial 2e-17.
/// </remarks>
internal static class Coefficients
{
    internal const double SmallestNormal = 2.2250738585072014e-308;
    internal const double Ln2 = 0.6931471805599453;

    /// <summary>Below, e^x is 0.</summary>
    internal const double ExpLow = -746;

    /// <summary>Above, e^x is infinite.</summary>
    internal const double ExpHigh = 710;

    /// <summary>1.5 2^52: adding it rounds to an integer and leaves that in the low bits.</summary>
    internal const double Shift = 6755399441055744.0;

    internal const double EightOverLn2 = 11.541560327111707;
    internal const double EighthOfLn2High = 0.08664339757001471;
    internal const double EighthOfLn2Low = -2.1549305657018543e-14;

    internal const double E2 = 0.5000000000000051;
    internal const double E3 = 0.16666666666666724;
    internal const double E4 = 0.0416666666173296;
    internal const double E5 = 0.008333333327851467;
    internal const double E6 = 0.0013889588505409305;
    internal const double E7 = 0.00019842047189636849;

    internal const double L2 = -0.49999999999999994;
    internal const double L3 = 0.33333333333340287;
    internal const double L4 = -0.2500000000009317;
    internal const double L5 = 0.1999999995328674;
    internal const double L6 = -0.16666665870721806;
    internal const double L7 = 0.1428579138027727;
    internal const double L8 = -0.12501839998216407;
    internal const double L9 = 0.11081912861679763;
    internal const double L10 = -0.088437987998088;

    /// <summary>2^(j/8).</summary>
    internal static ReadOnlySpan<double> PowersOfTwo =>
    [
        1.0, 1.0905077326652577, 1.189207115002721, 1.2968395546510096,
        1.4142135623730951, 1.5422108254079407, 1.681792830507429, 1.8340080864093424,
    ];

    /// <summary>About 1/m for m around 1 + (j + 1/2)/16, chosen so that the entries below are doubles to within 1e-19; exactly 1 and 1/2 at the ends.</summary>
    internal static ReadOnlySpan<double> Reciprocals =>
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
    internal static ReadOnlySpan<double> NegativeLogs =>
    [
        0.0, 0.08961216066824504, 0.14518182459558449, 0.19782546808284915,
        0.2478360932426216, 0.2954639296463416, 0.34092661081909975, 0.3844120116977403,
        0.4260846225366353, 0.466089920037689, 0.5045560062991934, 0.5415971034347882,
        0.577315697205114, 0.6118015881143402, 0.6451377252152374, 0.6931471805599453,
    ];
}
