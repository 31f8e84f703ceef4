using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Interneuron.Kernels;

/// <summary>Eight lanes in a 512-bit register (two 256-bit halves where the hardware has no AVX-512).</summary>
/// <typeparam name="TCircuits"><see cref="OneCircuit"/> or <see cref="ManyCircuits"/>.</typeparam>
public readonly partial struct Lanes8<TCircuits> : ILanes<Lanes8<TCircuits>>
    where TCircuits : struct
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
    public static int Circuits
    {
        [MethodImpl(Inline)]
        get => typeof(TCircuits) == typeof(ManyCircuits) ? 8 : 1;
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> Broadcast(double value) => Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.Create(value));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> Load(ref readonly double source) => Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.LoadUnsafe(in source));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> Constant(ref readonly double source, int index) =>
        typeof(TCircuits) == typeof(ManyCircuits)
            ? Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.LoadUnsafe(in Unsafe.Add(ref Unsafe.AsRef(in source), 8 * index)))
            : Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.Create(Unsafe.Add(ref Unsafe.AsRef(in source), index)));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static void Store(Lanes8<TCircuits> x, ref double destination) => x._v.StoreUnsafe(ref destination);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> operator +(Lanes8<TCircuits> x, Lanes8<TCircuits> y) => Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(x._v + y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> operator -(Lanes8<TCircuits> x, Lanes8<TCircuits> y) => Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(x._v - y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> operator *(Lanes8<TCircuits> x, Lanes8<TCircuits> y) => Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(x._v * y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> operator /(Lanes8<TCircuits> x, Lanes8<TCircuits> y) => Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(x._v / y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> operator -(Lanes8<TCircuits> x) => Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(-x._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> FusedMultiplyAdd(Lanes8<TCircuits> a, Lanes8<TCircuits> b, Lanes8<TCircuits> c) => Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.FusedMultiplyAdd(a._v, b._v, c._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> FusedNegateMultiplyAdd(Lanes8<TCircuits> a, Lanes8<TCircuits> b, Lanes8<TCircuits> c) =>
        Avx512F.IsSupported
            ? Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Avx512F.FusedMultiplyAddNegated(a._v, b._v, c._v))
            : Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.FusedMultiplyAdd(-a._v, b._v, c._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> Abs(Lanes8<TCircuits> x) => Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.Abs(x._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> Max(Lanes8<TCircuits> x, Lanes8<TCircuits> y) =>
        Avx512F.IsSupported ? Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Avx512F.Max(x._v, y._v)) : Select(Less(y, x), x, y);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> Min(Lanes8<TCircuits> x, Lanes8<TCircuits> y) =>
        Avx512F.IsSupported ? Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Avx512F.Min(x._v, y._v)) : Select(Less(x, y), x, y);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> Sqrt(Lanes8<TCircuits> x) => Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.Sqrt(x._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> CopySign(Lanes8<TCircuits> x, Lanes8<TCircuits> y) => Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.CopySign(x._v, y._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> Sign(Lanes8<TCircuits> x) => Elementary.Sign(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> Step(Lanes8<TCircuits> x) => Elementary.Step(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> Log(Lanes8<TCircuits> x) => Elementary.Log(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> LogOrZero(Lanes8<TCircuits> x) => Elementary.LogOrZero(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> Power(Lanes8<TCircuits> x, Lanes8<TCircuits> y) => Elementary.Power(x, y);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> Tanh(Lanes8<TCircuits> x) => Elementary.Tanh(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> Cosh(Lanes8<TCircuits> x) => Elementary.Cosh(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static Lanes8<TCircuits> Erfc(Lanes8<TCircuits> x) => ErrorFunction.Erfc(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> Gamma(Lanes8<TCircuits> x) => GammaFunctions.Gamma(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> LogGamma(Lanes8<TCircuits> x) => GammaFunctions.LogGamma(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> Polygamma(int order, Lanes8<TCircuits> x) => GammaFunctions.Polygamma(order, x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> Less(Lanes8<TCircuits> x, Lanes8<TCircuits> y) => Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.LessThan(x._v, y._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> LessOrEqual(Lanes8<TCircuits> x, Lanes8<TCircuits> y) => Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.LessThanOrEqual(x._v, y._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> Equal(Lanes8<TCircuits> x, Lanes8<TCircuits> y) => Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.Equals(x._v, y._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> And(Lanes8<TCircuits> x, Lanes8<TCircuits> y) => Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(x._v & y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> Select(Lanes8<TCircuits> mask, Lanes8<TCircuits> yes, Lanes8<TCircuits> no) => Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.ConditionalSelect(mask._v, yes._v, no._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static uint Bits(Lanes8<TCircuits> mask) => (uint)Vector512.ExtractMostSignificantBits(mask._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> Mask(uint bits)
    {
        Vector512<long> own = Vector512.Create(1L, 2, 4, 8, 16, 32, 64, 128);
        return Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.Equals(Vector512.Create((long)bits) & own, own).AsDouble());
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static double Sum(Lanes8<TCircuits> x) => Lanes4.Sum(Fold(x));

    /// <summary>The sums of lanes i and i + 4.</summary>
    [MethodImpl(Inline)]
    internal static Lanes4 Fold(Lanes8<TCircuits> x) => Unsafe.BitCast<Vector256<double>, Lanes4>(x._v.GetLower() + x._v.GetUpper());

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> First(int count) =>
        Less(Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.Create(0.0, 1, 2, 3, 4, 5, 6, 7)), Broadcast(count));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> Scale(Lanes8<TCircuits> x, Lanes8<TCircuits> n) =>
        Avx512F.IsSupported
            ? Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Avx512F.Scale(x._v, n._v))
            : Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.Create(Portable.Scale(x._v.GetLower(), n._v.GetLower()), Portable.Scale(x._v.GetUpper(), n._v.GetUpper())));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> Exponent(Lanes8<TCircuits> x) =>
        Avx512F.IsSupported
            ? Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Avx512F.GetExponent(x._v))
            : Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.Create(Portable.Exponent(x._v.GetLower()), Portable.Exponent(x._v.GetUpper())));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> Mantissa(Lanes8<TCircuits> x) =>
        Avx512F.IsSupported
            ? Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Avx512F.GetMantissa(x._v, 0))
            : Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.Create(Portable.Mantissa(x._v.GetLower()), Portable.Mantissa(x._v.GetUpper())));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> LookUp8(ref readonly double table, Lanes8<TCircuits> bits) =>
        Avx512F.IsSupported
            ? Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Avx512F.PermuteVar8x64(Vector512.LoadUnsafe(in table), bits._v.AsInt64()))
            : Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.Create(Portable.LookUp8(in table, bits._v.GetLower()), Portable.LookUp8(in table, bits._v.GetUpper())));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes8<TCircuits> LookUp16(ref readonly double table, Lanes8<TCircuits> x) =>
        Avx512F.IsSupported
            ? Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Avx512F.PermuteVar8x64x2(Vector512.LoadUnsafe(in table), x._v.AsInt64() >>> 48, Vector512.LoadUnsafe(in table, 8)))
            : Unsafe.BitCast<Vector512<double>, Lanes8<TCircuits>>(Vector512.Create(Portable.LookUp16(in table, x._v.GetLower()), Portable.LookUp16(in table, x._v.GetUpper())));
}
