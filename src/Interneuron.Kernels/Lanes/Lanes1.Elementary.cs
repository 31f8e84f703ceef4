using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static Interneuron.Kernels.Coefficients;

namespace Interneuron.Kernels;

/// <content>Exponential and logarithm (see <see cref="Coefficients"/>), in one method each: every call that need not be inlined leaves room for the kernel's own.</content>
public readonly partial struct Lanes1
{
    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 Exp(Lanes1 x)
    {
        // Constants first: Max and Min give their second argument where one is not a number.
        double y = Min(new Lanes1(ExpHigh), Max(new Lanes1(ExpLow), x))._v;
        double shifted = Math.FusedMultiplyAdd(y, EightOverLn2, Shift);
        double n = shifted - Shift;
        double r = Math.FusedMultiplyAdd(n, -EighthOfLn2High, y);
        r = Math.FusedMultiplyAdd(n, -EighthOfLn2Low, r);
        double scaled = LookUp8(in MemoryMarshal.GetReference(PowersOfTwo), new Lanes1(shifted))._v;
        double r2 = r * r;
        double q23 = Math.FusedMultiplyAdd(r, E3, E2);
        double q45 = Math.FusedMultiplyAdd(r, E5, E4);
        double q67 = Math.FusedMultiplyAdd(r, E7, E6);
        double q = Math.FusedMultiplyAdd(r2, Math.FusedMultiplyAdd(r2, q67, q45), q23);
        double sum = Math.FusedMultiplyAdd(scaled, Math.FusedMultiplyAdd(r2, q, r), scaled);
        return Scale(new Lanes1(sum), new Lanes1(n * 0.125));
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 ExpM1(Lanes1 x)
    {
        double y = Min(new Lanes1(ExpHigh), Max(new Lanes1(ExpLow), x))._v;
        double shifted = Math.FusedMultiplyAdd(y, EightOverLn2, Shift);
        double n = shifted - Shift;
        double r = Math.FusedMultiplyAdd(n, -EighthOfLn2High, y);
        r = Math.FusedMultiplyAdd(n, -EighthOfLn2Low, r);
        Lanes1 power = LookUp8(in MemoryMarshal.GetReference(PowersOfTwo), new Lanes1(shifted));
        double scaled = Scale(power, new Lanes1(n * 0.125))._v;
        double r2 = r * r;
        double q23 = Math.FusedMultiplyAdd(r, E3, E2);
        double q45 = Math.FusedMultiplyAdd(r, E5, E4);
        double q67 = Math.FusedMultiplyAdd(r, E7, E6);
        double q = Math.FusedMultiplyAdd(r2, Math.FusedMultiplyAdd(r2, q67, q45), q23);
        // Where the power of two is 1 the remainder's polynomial is all of the answer.
        return new Lanes1(Math.FusedMultiplyAdd(scaled, Math.FusedMultiplyAdd(r2, q, r), scaled - 1.0));
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 LogFloored(Lanes1 x)
    {
        Lanes1 normal = Max(new Lanes1(SmallestNormal), x);
        double e = Exponent(normal)._v;
        double c = LookUp16(in MemoryMarshal.GetReference(Reciprocals), normal)._v;
        double minusLogC = LookUp16(in MemoryMarshal.GetReference(NegativeLogs), normal)._v;
        double r = Math.FusedMultiplyAdd(Mantissa(normal)._v, c, -1.0);
        double r2 = r * r;
        double q23 = Math.FusedMultiplyAdd(r, L3, L2);
        double q45 = Math.FusedMultiplyAdd(r, L5, L4);
        double q67 = Math.FusedMultiplyAdd(r, L7, L6);
        double q89 = Math.FusedMultiplyAdd(r, L9, L8);
        double q25 = Math.FusedMultiplyAdd(r2, q45, q23);
        double q610 = Math.FusedMultiplyAdd(r2, Math.FusedMultiplyAdd(r2, L10, q89), q67);
        double q = Math.FusedMultiplyAdd(r2 * r2, q610, q25);
        // Just below a power of two e log 2 and -log c cancel exactly, so what is left is log(1 + r) alone.
        double whole = Math.FusedMultiplyAdd(e, Ln2, minusLogC);
        return new Lanes1(whole + Math.FusedMultiplyAdd(r2, q, r));
    }
}
