namespace Interneuron.Kernels;

/// <summary>
/// One register of doubles, one sample a lane, with the operations that a potential may use. Every operation works lane by lane.
/// </summary>
/// <remarks>
/// All widths run the same polynomials with the same fused multiply-adds and give the same bits. Masks are lanes too: all bits set where the comparison holds, none elsewhere.
/// </remarks>
/// <typeparam name="L">The implementing struct itself.</typeparam>
public interface ILanes<L>
    where L : struct, ILanes<L>
{
    /// <summary>The number of lanes.</summary>
    static abstract int Width { get; }

    /// <summary>The same value in every lane.</summary>
    static abstract L Broadcast(double value);

    /// <summary>Reads <see cref="Width"/> consecutive values.</summary>
    static abstract L Load(ref readonly double source);

    /// <summary>Writes <see cref="Width"/> consecutive values.</summary>
    static abstract void Store(L x, ref double destination);

    /// <summary>x + y.</summary>
    static abstract L operator +(L x, L y);

    /// <summary>x - y.</summary>
    static abstract L operator -(L x, L y);

    /// <summary>x y.</summary>
    static abstract L operator *(L x, L y);

    /// <summary>x / y.</summary>
    static abstract L operator /(L x, L y);

    /// <summary>-x.</summary>
    static abstract L operator -(L x);

    /// <summary>a b + c, rounded once.</summary>
    static abstract L FusedMultiplyAdd(L a, L b, L c);

    /// <summary>c - a b, rounded once.</summary>
    static abstract L FusedNegateMultiplyAdd(L a, L b, L c);

    /// <summary>|x|.</summary>
    static abstract L Abs(L x);

    /// <summary>The larger of x and y; y where either is not a number.</summary>
    static abstract L Max(L x, L y);

    /// <summary>The smaller of x and y; y where either is not a number.</summary>
    static abstract L Min(L x, L y);

    /// <summary>The square root.</summary>
    static abstract L Sqrt(L x);

    /// <summary>|x| with the sign of y.</summary>
    static abstract L CopySign(L x, L y);

    /// <summary>-1, 0 or 1.</summary>
    static abstract L Sign(L x);

    /// <summary>0 below zero, 1 above, and 1/2 at zero: the mean of the two one-sided derivatives of max(x, 0).</summary>
    static abstract L Step(L x);

    /// <summary>e^x, to about one unit in the last place. 0 below -745.2, infinite above 709.8.</summary>
    static abstract L Exp(L x);

    /// <summary>e^x - 1, accurate near 0 too.</summary>
    static abstract L ExpM1(L x);

    /// <summary>The natural logarithm, to about one unit in the last place. -infinity at 0, not a number below.</summary>
    static abstract L Log(L x);

    /// <summary>log x for x > 0 and 0 at x = 0: the factor whose product with x^p has the right limit.</summary>
    static abstract L LogOrZero(L x);

    /// <summary>
    /// The logarithm of max(x, 2^-1022), without special cases. Exp(y * LogFloored(x)) is x^y for every x >= 0 and y >= 0, 0^0 = 1 included (at
    /// x = 0 it is below 1e-307 y, not exactly 0), and x^y log x has its limit 0 there: the form in which a power with a base known to be non-negative is cheapest and shares its logarithm.
    /// </summary>
    static abstract L LogFloored(L x);

    /// <summary>x^y with the conventions of <see cref="Math.Pow(double, double)"/> for finite arguments: right at x = 0, and below zero for integral y.</summary>
    static abstract L Power(L x, L y);

    /// <summary>The hyperbolic tangent.</summary>
    static abstract L Tanh(L x);

    /// <summary>The hyperbolic cosine; infinite beyond |x| = 709.8.</summary>
    static abstract L Cosh(L x);

    /// <summary>The complementary error function.</summary>
    static abstract L Erfc(L x);

    /// <summary>The gamma function.</summary>
    static abstract L Gamma(L x);

    /// <summary>log |Gamma(x)|.</summary>
    static abstract L LogGamma(L x);

    /// <summary>The derivative of the digamma function of the given order; order 0 is the digamma function itself.</summary>
    static abstract L Polygamma(int order, L x);

    /// <summary>Mask of x &lt; y.</summary>
    static abstract L Less(L x, L y);

    /// <summary>Mask of x &lt;= y.</summary>
    static abstract L LessOrEqual(L x, L y);

    /// <summary>Mask of x = y.</summary>
    static abstract L Equal(L x, L y);

    /// <summary>Bitwise and: both masks, or the lanes of y that a mask keeps (the others become 0).</summary>
    static abstract L And(L x, L y);

    /// <summary>yes where the mask is set, no elsewhere.</summary>
    static abstract L Select(L mask, L yes, L no);

    /// <summary>Bit i of the result is set where lane i of the mask is.</summary>
    static abstract uint Bits(L mask);

    /// <summary>The sum of all lanes.</summary>
    static abstract double Sum(L x);

    /// <summary>The mask of the first count lanes.</summary>
    static abstract L First(int count);

    /// <summary>x 2^floor(n), without intermediate overflow.</summary>
    static abstract L Scale(L x, L n);

    /// <summary>floor(log2 |x|) of a normal number.</summary>
    static abstract L Exponent(L x);

    /// <summary>x / 2^floor(log2 x) of a positive normal number, in [1, 2).</summary>
    static abstract L Mantissa(L x);

    /// <summary>table[i] of 8 values, where i is the three lowest bits of the lane.</summary>
    static abstract L LookUp8(ref readonly double table, L bits);

    /// <summary>table[i] of 16 values, where i is the four highest bits of the mantissa of x.</summary>
    static abstract L LookUp16(ref readonly double table, L x);
}
