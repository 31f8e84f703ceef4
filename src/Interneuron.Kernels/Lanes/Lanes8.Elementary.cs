using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static Interneuron.Kernels.Coefficients;

namespace Interneuron.Kernels;

/// <content>Exponential and logarithm (see <see cref="Coefficients"/>), in one method each: every call saved leaves inlining budget for the kernel itself.</content>
public readonly partial struct Lanes8<TCircuits>
    where TCircuits : struct
{
    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> Exp(Lanes8<TCircuits> x)
    {
        // Constants first: Max and Min give their second argument where one is not a number.
        Vector512<double> y = Min(Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.Create(ExpHigh)), Max(Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.Create(ExpLow)), x))._v;
        Vector512<double> shifted = Vector512.FusedMultiplyAdd(y, Vector512.Create(EightOverLn2), Vector512.Create(Shift));
        Vector512<double> n = shifted - Vector512.Create(Shift);
        Vector512<double> r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-EighthOfLn2High), y);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-EighthOfLn2Low), r);
        Vector512<double> scaled = LookUp8(in MemoryMarshal.GetReference(PowersOfTwo), Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(shifted))._v;
        Vector512<double> r2 = r * r;
        Vector512<double> q23 = Vector512.FusedMultiplyAdd(r, Vector512.Create(E3), Vector512.Create(E2));
        Vector512<double> q45 = Vector512.FusedMultiplyAdd(r, Vector512.Create(E5), Vector512.Create(E4));
        Vector512<double> q67 = Vector512.FusedMultiplyAdd(r, Vector512.Create(E7), Vector512.Create(E6));
        Vector512<double> q = Vector512.FusedMultiplyAdd(r2, Vector512.FusedMultiplyAdd(r2, q67, q45), q23);
        Vector512<double> sum = Vector512.FusedMultiplyAdd(scaled, Vector512.FusedMultiplyAdd(r2, q, r), scaled);
        return Scale(Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(sum), Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(n * Vector512.Create(0.125)));
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> ExpM1(Lanes8<TCircuits> x)
    {
        Vector512<double> y = Min(Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.Create(ExpHigh)), Max(Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.Create(ExpLow)), x))._v;
        Vector512<double> shifted = Vector512.FusedMultiplyAdd(y, Vector512.Create(EightOverLn2), Vector512.Create(Shift));
        Vector512<double> n = shifted - Vector512.Create(Shift);
        Vector512<double> r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-EighthOfLn2High), y);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-EighthOfLn2Low), r);
        Lanes8<TCircuits> power = LookUp8(in MemoryMarshal.GetReference(PowersOfTwo), Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(shifted));
        Vector512<double> scaled = Scale(power, Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(n * Vector512.Create(0.125)))._v;
        Vector512<double> r2 = r * r;
        Vector512<double> q23 = Vector512.FusedMultiplyAdd(r, Vector512.Create(E3), Vector512.Create(E2));
        Vector512<double> q45 = Vector512.FusedMultiplyAdd(r, Vector512.Create(E5), Vector512.Create(E4));
        Vector512<double> q67 = Vector512.FusedMultiplyAdd(r, Vector512.Create(E7), Vector512.Create(E6));
        Vector512<double> q = Vector512.FusedMultiplyAdd(r2, Vector512.FusedMultiplyAdd(r2, q67, q45), q23);
        // Where the power of two is 1 the remainder's polynomial is all of the answer.
        return Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.FusedMultiplyAdd(scaled, Vector512.FusedMultiplyAdd(r2, q, r), scaled - Vector512.Create(1.0)));
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> LogFloored(Lanes8<TCircuits> x)
    {
        Lanes8<TCircuits> normal = Max(Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.Create(SmallestNormal)), x);
        Vector512<double> e = Exponent(normal)._v;
        Vector512<double> c = LookUp16(in MemoryMarshal.GetReference(Reciprocals), normal)._v;
        Vector512<double> minusLogC = LookUp16(in MemoryMarshal.GetReference(NegativeLogs), normal)._v;
        Vector512<double> r = Vector512.FusedMultiplyAdd(Mantissa(normal)._v, c, Vector512.Create(-1.0));
        Vector512<double> r2 = r * r;
        Vector512<double> q23 = Vector512.FusedMultiplyAdd(r, Vector512.Create(L3), Vector512.Create(L2));
        Vector512<double> q45 = Vector512.FusedMultiplyAdd(r, Vector512.Create(L5), Vector512.Create(L4));
        Vector512<double> q67 = Vector512.FusedMultiplyAdd(r, Vector512.Create(L7), Vector512.Create(L6));
        Vector512<double> q89 = Vector512.FusedMultiplyAdd(r, Vector512.Create(L9), Vector512.Create(L8));
        Vector512<double> q25 = Vector512.FusedMultiplyAdd(r2, q45, q23);
        Vector512<double> q610 = Vector512.FusedMultiplyAdd(r2, Vector512.FusedMultiplyAdd(r2, Vector512.Create(L10), q89), q67);
        Vector512<double> q = Vector512.FusedMultiplyAdd(r2 * r2, q610, q25);
        // Just below a power of two e log 2 and -log c cancel exactly, so what is left is log(1 + r) alone.
        Vector512<double> whole = Vector512.FusedMultiplyAdd(e, Vector512.Create(Ln2), minusLogC);
        return Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(whole + Vector512.FusedMultiplyAdd(r2, q, r));
    }
}
