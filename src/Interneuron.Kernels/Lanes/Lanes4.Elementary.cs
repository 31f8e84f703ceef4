using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static Interneuron.Kernels.Coefficients;

namespace Interneuron.Kernels;

/// <content>Exponential and logarithm (see <see cref="Coefficients"/>), in one method each: every call that need not be inlined leaves room for the kernel's own.</content>
public readonly partial struct Lanes4<TCircuits>
    where TCircuits : struct
{
    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> Exp(Lanes4<TCircuits> x)
    {
        // Constants first: Max and Min give their second argument where one is not a number.
        Vector256<double> y = Min(Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Vector256.Create(ExpHigh)), Max(Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Vector256.Create(ExpLow)), x))._v;
        Vector256<double> shifted = Vector256.FusedMultiplyAdd(y, Vector256.Create(EightOverLn2), Vector256.Create(Shift));
        Vector256<double> n = shifted - Vector256.Create(Shift);
        Vector256<double> r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-EighthOfLn2High), y);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-EighthOfLn2Low), r);
        Vector256<double> scaled = LookUp8(in MemoryMarshal.GetReference(PowersOfTwo), Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(shifted))._v;
        Vector256<double> r2 = r * r;
        Vector256<double> q23 = Vector256.FusedMultiplyAdd(r, Vector256.Create(E3), Vector256.Create(E2));
        Vector256<double> q45 = Vector256.FusedMultiplyAdd(r, Vector256.Create(E5), Vector256.Create(E4));
        Vector256<double> q67 = Vector256.FusedMultiplyAdd(r, Vector256.Create(E7), Vector256.Create(E6));
        Vector256<double> q = Vector256.FusedMultiplyAdd(r2, Vector256.FusedMultiplyAdd(r2, q67, q45), q23);
        Vector256<double> sum = Vector256.FusedMultiplyAdd(scaled, Vector256.FusedMultiplyAdd(r2, q, r), scaled);
        return Scale(Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(sum), Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(n * Vector256.Create(0.125)));
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> ExpM1(Lanes4<TCircuits> x)
    {
        Vector256<double> y = Min(Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Vector256.Create(ExpHigh)), Max(Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Vector256.Create(ExpLow)), x))._v;
        Vector256<double> shifted = Vector256.FusedMultiplyAdd(y, Vector256.Create(EightOverLn2), Vector256.Create(Shift));
        Vector256<double> n = shifted - Vector256.Create(Shift);
        Vector256<double> r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-EighthOfLn2High), y);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-EighthOfLn2Low), r);
        Lanes4<TCircuits> power = LookUp8(in MemoryMarshal.GetReference(PowersOfTwo), Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(shifted));
        Vector256<double> scaled = Scale(power, Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(n * Vector256.Create(0.125)))._v;
        Vector256<double> r2 = r * r;
        Vector256<double> q23 = Vector256.FusedMultiplyAdd(r, Vector256.Create(E3), Vector256.Create(E2));
        Vector256<double> q45 = Vector256.FusedMultiplyAdd(r, Vector256.Create(E5), Vector256.Create(E4));
        Vector256<double> q67 = Vector256.FusedMultiplyAdd(r, Vector256.Create(E7), Vector256.Create(E6));
        Vector256<double> q = Vector256.FusedMultiplyAdd(r2, Vector256.FusedMultiplyAdd(r2, q67, q45), q23);
        // Where the power of two is 1 the remainder's polynomial is all of the answer.
        return Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Vector256.FusedMultiplyAdd(scaled, Vector256.FusedMultiplyAdd(r2, q, r), scaled - Vector256.Create(1.0)));
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> LogFloored(Lanes4<TCircuits> x)
    {
        Lanes4<TCircuits> normal = Max(Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Vector256.Create(SmallestNormal)), x);
        Vector256<double> e = Exponent(normal)._v;
        Vector256<double> c = LookUp16(in MemoryMarshal.GetReference(Reciprocals), normal)._v;
        Vector256<double> minusLogC = LookUp16(in MemoryMarshal.GetReference(NegativeLogs), normal)._v;
        Vector256<double> r = Vector256.FusedMultiplyAdd(Mantissa(normal)._v, c, Vector256.Create(-1.0));
        Vector256<double> r2 = r * r;
        Vector256<double> q23 = Vector256.FusedMultiplyAdd(r, Vector256.Create(L3), Vector256.Create(L2));
        Vector256<double> q45 = Vector256.FusedMultiplyAdd(r, Vector256.Create(L5), Vector256.Create(L4));
        Vector256<double> q67 = Vector256.FusedMultiplyAdd(r, Vector256.Create(L7), Vector256.Create(L6));
        Vector256<double> q89 = Vector256.FusedMultiplyAdd(r, Vector256.Create(L9), Vector256.Create(L8));
        Vector256<double> q25 = Vector256.FusedMultiplyAdd(r2, q45, q23);
        Vector256<double> q610 = Vector256.FusedMultiplyAdd(r2, Vector256.FusedMultiplyAdd(r2, Vector256.Create(L10), q89), q67);
        Vector256<double> q = Vector256.FusedMultiplyAdd(r2 * r2, q610, q25);
        // Just below a power of two e log 2 and -log c cancel exactly, so what is left is log(1 + r) alone.
        Vector256<double> whole = Vector256.FusedMultiplyAdd(e, Vector256.Create(Ln2), minusLogC);
        return Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(whole + Vector256.FusedMultiplyAdd(r2, q, r));
    }
}
