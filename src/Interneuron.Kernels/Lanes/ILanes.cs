namespace Interneuron.Kernels;

/// <summary>
/// One register of doubles, one sample a lane, with the operations that a potential may use. Every operation works lane by lane.
/// </summary>
/// <remarks>
/// All widths run the same polynomials with the same fused multiply-adds and give the same bits. Masks are lanes too: all bits set where the comparison holds, none elsewhere.
/// </remarks>
/// <typeparam name="TLanes">The implementing struct itself.</typeparam>
public interface ILanes<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>The number of lanes.</summary>
    static abstract int Width { get; }

    /// <summary>How many circuits the lanes belong to: 1, whose samples they are, or <see cref="Width"/>, one a lane.</summary>
    static abstract int Circuits { get; }

    /// <summary>The same value in every lane.</summary>
    static abstract TLanes Broadcast(double value);

    /// <summary>Reads <see cref="Width"/> consecutive values.</summary>
    static abstract TLanes Load(ref readonly double source);

    /// <summary>The number of that index of each lane's circuit: of one circuit the same in every lane, else as many consecutive values as there are lanes.</summary>
    static abstract TLanes Constant(ref readonly double source, int index);

    /// <summary>Writes <see cref="Width"/> consecutive values.</summary>
    static abstract void Store(TLanes x, ref double destination);

    /// <summary>x + y.</summary>
    static abstract TLanes operator +(TLanes x, TLanes y);

    /// <summary>x - y.</summary>
    static abstract TLanes operator -(TLanes x, TLanes y);

    /// <summary>x y.</summary>
    static abstract TLanes operator *(TLanes x, TLanes y);

    /// <summary>x / y.</summary>
    static abstract TLanes operator /(TLanes x, TLanes y);

    /// <summary>-x.</summary>
    static abstract TLanes operator -(TLanes x);

    /// <summary>a b + c, rounded once.</summary>
    static abstract TLanes FusedMultiplyAdd(TLanes a, TLanes b, TLanes c);

    /// <summary>c - a b, rounded once.</summary>
    static abstract TLanes FusedNegateMultiplyAdd(TLanes a, TLanes b, TLanes c);

    /// <summary>|x|.</summary>
    static abstract TLanes Abs(TLanes x);

    /// <summary>The larger of x and y; y where either is not a number.</summary>
    static abstract TLanes Max(TLanes x, TLanes y);

    /// <summary>The smaller of x and y; y where either is not a number.</summary>
    static abstract TLanes Min(TLanes x, TLanes y);

    /// <summary>The square root.</summary>
    static abstract TLanes Sqrt(TLanes x);

    /// <summary>|x| with the sign of y.</summary>
    static abstract TLanes CopySign(TLanes x, TLanes y);

    /// <summary>-1, 0 or 1.</summary>
    static abstract TLanes Sign(TLanes x);

    /// <summary>0 below zero, 1 above, and 1/2 at zero: the mean of the two one-sided derivatives of max(x, 0).</summary>
    static abstract TLanes Step(TLanes x);

    /// <summary>e^x, to about one unit in the last place. 0 below -745.2, infinite above 709.8.</summary>
    static abstract TLanes Exp(TLanes x);

    /// <summary>e^x - 1, accurate near 0 too.</summary>
    static abstract TLanes ExpM1(TLanes x);

    /// <summary>The natural logarithm, to about one unit in the last place. -infinity at 0, not a number below.</summary>
    static abstract TLanes Log(TLanes x);

    /// <summary>log x for x > 0 and 0 at x = 0: the factor whose product with x^p has the right limit.</summary>
    static abstract TLanes LogOrZero(TLanes x);

    /// <summary>
    /// The logarithm of max(x, 2^-1022), without special cases. Exp(y * LogFloored(x)) is x^y for every x >= 0 and y >= 0, 0^0 = 1 included (at
    /// x = 0 it is below 1e-307 y, not exactly 0), and x^y log x has its limit 0 there: the form in which a power with a base known to be non-negative is cheapest and shares its logarithm.
    /// </summary>
    static abstract TLanes LogFloored(TLanes x);

    /// <summary>x^y with the conventions of <see cref="Math.Pow(double, double)"/> for finite arguments: right at x = 0, and below zero for integral y.</summary>
    static abstract TLanes Power(TLanes x, TLanes y);

    /// <summary>The hyperbolic tangent.</summary>
    static abstract TLanes Tanh(TLanes x);

    /// <summary>The hyperbolic cosine; infinite beyond |x| = 709.8.</summary>
    static abstract TLanes Cosh(TLanes x);

    /// <summary>The complementary error function.</summary>
    static abstract TLanes Erfc(TLanes x);

    /// <summary>The gamma function.</summary>
    static abstract TLanes Gamma(TLanes x);

    /// <summary>log |Gamma(x)|.</summary>
    static abstract TLanes LogGamma(TLanes x);

    /// <summary>The derivative of the digamma function of the given order; order 0 is the digamma function itself.</summary>
    static abstract TLanes Polygamma(int order, TLanes x);

    /// <summary>Mask of x &lt; y.</summary>
    static abstract TLanes Less(TLanes x, TLanes y);

    /// <summary>Mask of x &lt;= y.</summary>
    static abstract TLanes LessOrEqual(TLanes x, TLanes y);

    /// <summary>Mask of x = y.</summary>
    static abstract TLanes Equal(TLanes x, TLanes y);

    /// <summary>Bitwise and: both masks, or the lanes of y that a mask keeps (the others become 0).</summary>
    static abstract TLanes And(TLanes x, TLanes y);

    /// <summary>yes where the mask is set, no elsewhere.</summary>
    static abstract TLanes Select(TLanes mask, TLanes yes, TLanes no);

    /// <summary>Bit i of the result is set where lane i of the mask is.</summary>
    static abstract uint Bits(TLanes mask);

    /// <summary>The mask that has these bits: the inverse of <see cref="Bits"/>.</summary>
    static abstract TLanes Mask(uint bits);

    /// <summary>The sum of all lanes.</summary>
    static abstract double Sum(TLanes x);

    /// <summary>The mask of the first count lanes.</summary>
    static abstract TLanes First(int count);

    /// <summary>x 2^floor(n), without intermediate overflow.</summary>
    static abstract TLanes Scale(TLanes x, TLanes n);

    /// <summary>floor(log2 |x|) of a normal number.</summary>
    static abstract TLanes Exponent(TLanes x);

    /// <summary>x / 2^floor(log2 x) of a positive normal number, in [1, 2).</summary>
    static abstract TLanes Mantissa(TLanes x);

    /// <summary>table[i] of 8 values, where i is the three lowest bits of the lane.</summary>
    static abstract TLanes LookUp8(ref readonly double table, TLanes bits);

    /// <summary>table[i] of 16 values, where i is the four highest bits of the mantissa of x.</summary>
    static abstract TLanes LookUp16(ref readonly double table, TLanes x);
}
