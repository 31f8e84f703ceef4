using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Interneuron.Kernels;

/// <summary>Eight lanes in a 512-bit register (two 256-bit halves where the hardware has no AVX-512).</summary>
public readonly partial struct Lanes8 : ILanes<Lanes8>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    private readonly Vector512<double> _v;

    // Operations make their results by BitCast, which the compiler expands itself: a constructor would be one more call to inline each time, and
    // a long kernel would exhaust the just-in-time compiler's inlining budget.
    [MethodImpl(Inline)]
    private Lanes8(Vector512<double> v) => _v = v;

    /// <inheritdoc/>
    public static int Width => 8;

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 Broadcast(double value) => Unsafe.BitCast<Vector512<double>, Lanes8>(Vector512.Create(value));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 Load(ref readonly double source) => Unsafe.BitCast<Vector512<double>, Lanes8>(Vector512.LoadUnsafe(in source));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static void Store(Lanes8 x, ref double destination) => x._v.StoreUnsafe(ref destination);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 operator +(Lanes8 x, Lanes8 y) => Unsafe.BitCast<Vector512<double>, Lanes8>(x._v + y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 operator -(Lanes8 x, Lanes8 y) => Unsafe.BitCast<Vector512<double>, Lanes8>(x._v - y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 operator *(Lanes8 x, Lanes8 y) => Unsafe.BitCast<Vector512<double>, Lanes8>(x._v * y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 operator /(Lanes8 x, Lanes8 y) => Unsafe.BitCast<Vector512<double>, Lanes8>(x._v / y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 operator -(Lanes8 x) => Unsafe.BitCast<Vector512<double>, Lanes8>(-x._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 FusedMultiplyAdd(Lanes8 a, Lanes8 b, Lanes8 c) => Unsafe.BitCast<Vector512<double>, Lanes8>(Vector512.FusedMultiplyAdd(a._v, b._v, c._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 FusedNegateMultiplyAdd(Lanes8 a, Lanes8 b, Lanes8 c) =>
        Avx512F.IsSupported
            ? Unsafe.BitCast<Vector512<double>, Lanes8>(Avx512F.FusedMultiplyAddNegated(a._v, b._v, c._v))
            : Unsafe.BitCast<Vector512<double>, Lanes8>(Vector512.FusedMultiplyAdd(-a._v, b._v, c._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 Abs(Lanes8 x) => Unsafe.BitCast<Vector512<double>, Lanes8>(Vector512.Abs(x._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 Max(Lanes8 x, Lanes8 y) =>
        Avx512F.IsSupported ? Unsafe.BitCast<Vector512<double>, Lanes8>(Avx512F.Max(x._v, y._v)) : Select(Less(y, x), x, y);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 Min(Lanes8 x, Lanes8 y) =>
        Avx512F.IsSupported ? Unsafe.BitCast<Vector512<double>, Lanes8>(Avx512F.Min(x._v, y._v)) : Select(Less(x, y), x, y);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 Sqrt(Lanes8 x) => Unsafe.BitCast<Vector512<double>, Lanes8>(Vector512.Sqrt(x._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 CopySign(Lanes8 x, Lanes8 y) => Unsafe.BitCast<Vector512<double>, Lanes8>(Vector512.CopySign(x._v, y._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 Sign(Lanes8 x) => Elementary.Sign(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 Step(Lanes8 x) => Elementary.Step(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 Log(Lanes8 x) => Elementary.Log(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 LogOrZero(Lanes8 x) => Elementary.LogOrZero(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 Power(Lanes8 x, Lanes8 y) => Elementary.Power(x, y);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 Tanh(Lanes8 x) => Elementary.Tanh(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 Cosh(Lanes8 x) => Elementary.Cosh(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static Lanes8 Erfc(Lanes8 x) => ErrorFunction.Erfc(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 Gamma(Lanes8 x) => GammaFunctions.Gamma(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 LogGamma(Lanes8 x) => GammaFunctions.LogGamma(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 Polygamma(int order, Lanes8 x) => GammaFunctions.Polygamma(order, x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 Less(Lanes8 x, Lanes8 y) => Unsafe.BitCast<Vector512<double>, Lanes8>(Vector512.LessThan(x._v, y._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 LessOrEqual(Lanes8 x, Lanes8 y) => Unsafe.BitCast<Vector512<double>, Lanes8>(Vector512.LessThanOrEqual(x._v, y._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 Equal(Lanes8 x, Lanes8 y) => Unsafe.BitCast<Vector512<double>, Lanes8>(Vector512.Equals(x._v, y._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 And(Lanes8 x, Lanes8 y) => Unsafe.BitCast<Vector512<double>, Lanes8>(x._v & y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 Select(Lanes8 mask, Lanes8 yes, Lanes8 no) => Unsafe.BitCast<Vector512<double>, Lanes8>(Vector512.ConditionalSelect(mask._v, yes._v, no._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static uint Bits(Lanes8 mask) => (uint)Vector512.ExtractMostSignificantBits(mask._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static double Sum(Lanes8 x) => Lanes4.Sum(Fold(x));

    /// <summary>The sums of lanes i and i + 4.</summary>
    [MethodImpl(Inline)]
    internal static Lanes4 Fold(Lanes8 x) => Unsafe.BitCast<Vector256<double>, Lanes4>(x._v.GetLower() + x._v.GetUpper());

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 First(int count) =>
        Less(Unsafe.BitCast<Vector512<double>, Lanes8>(Vector512.Create(0.0, 1, 2, 3, 4, 5, 6, 7)), Broadcast(count));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 Scale(Lanes8 x, Lanes8 n) =>
        Avx512F.IsSupported
            ? Unsafe.BitCast<Vector512<double>, Lanes8>(Avx512F.Scale(x._v, n._v))
            : Unsafe.BitCast<Vector512<double>, Lanes8>(Vector512.Create(Portable.Scale(x._v.GetLower(), n._v.GetLower()), Portable.Scale(x._v.GetUpper(), n._v.GetUpper())));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 Exponent(Lanes8 x) =>
        Avx512F.IsSupported
            ? Unsafe.BitCast<Vector512<double>, Lanes8>(Avx512F.GetExponent(x._v))
            : Unsafe.BitCast<Vector512<double>, Lanes8>(Vector512.Create(Portable.Exponent(x._v.GetLower()), Portable.Exponent(x._v.GetUpper())));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 Mantissa(Lanes8 x) =>
        Avx512F.IsSupported
            ? Unsafe.BitCast<Vector512<double>, Lanes8>(Avx512F.GetMantissa(x._v, 0))
            : Unsafe.BitCast<Vector512<double>, Lanes8>(Vector512.Create(Portable.Mantissa(x._v.GetLower()), Portable.Mantissa(x._v.GetUpper())));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 LookUp8(ref readonly double table, Lanes8 bits) =>
        Avx512F.IsSupported
            ? Unsafe.BitCast<Vector512<double>, Lanes8>(Avx512F.PermuteVar8x64(Vector512.LoadUnsafe(in table), bits._v.AsInt64()))
            : Unsafe.BitCast<Vector512<double>, Lanes8>(Vector512.Create(Portable.LookUp8(in table, bits._v.GetLower()), Portable.LookUp8(in table, bits._v.GetUpper())));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8 LookUp16(ref readonly double table, Lanes8 x) =>
        Avx512F.IsSupported
            ? Unsafe.BitCast<Vector512<double>, Lanes8>(Avx512F.PermuteVar8x64x2(Vector512.LoadUnsafe(in table), x._v.AsInt64() >>> 48, Vector512.LoadUnsafe(in table, 8)))
            : Unsafe.BitCast<Vector512<double>, Lanes8>(Vector512.Create(Portable.LookUp16(in table, x._v.GetLower()), Portable.LookUp16(in table, x._v.GetUpper())));
}
