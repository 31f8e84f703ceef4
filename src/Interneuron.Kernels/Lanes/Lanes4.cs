using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Interneuron.Kernels;

/// <summary>Four lanes in a 256-bit register.</summary>
/// <typeparam name="TCircuits"><see cref="OneCircuit"/> or <see cref="ManyCircuits"/>.</typeparam>
public readonly partial struct Lanes4<TCircuits> : ILanes<Lanes4<TCircuits>>
    where TCircuits : struct
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    private readonly Vector256<double> _v;

    // Operations make their results by BitCast, which the compiler expands itself: a constructor would be one more call to inline each time, and
    // a long kernel would come to the end of what the just-in-time compiler is ready to inline.
    [MethodImpl(Inline)]
    private Lanes4(Vector256<double> v) => _v = v;

    /// <inheritdoc/>
    public static int Width => 4;

    /// <inheritdoc/>
    public static int Circuits
    {
        [MethodImpl(Inline)]
        get => typeof(TCircuits) == typeof(ManyCircuits) ? 4 : 1;
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> Broadcast(double value) => Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Vector256.Create(value));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> Load(ref readonly double source) => Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Vector256.LoadUnsafe(in source));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> Constant(ref readonly double source, int index) =>
        typeof(TCircuits) == typeof(ManyCircuits)
            ? Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Vector256.LoadUnsafe(in Unsafe.Add(ref Unsafe.AsRef(in source), 4 * index)))
            : Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Vector256.Create(Unsafe.Add(ref Unsafe.AsRef(in source), index)));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static void Store(Lanes4<TCircuits> x, ref double destination) => x._v.StoreUnsafe(ref destination);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> operator +(Lanes4<TCircuits> x, Lanes4<TCircuits> y) => Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(x._v + y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> operator -(Lanes4<TCircuits> x, Lanes4<TCircuits> y) => Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(x._v - y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> operator *(Lanes4<TCircuits> x, Lanes4<TCircuits> y) => Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(x._v * y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> operator /(Lanes4<TCircuits> x, Lanes4<TCircuits> y) => Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(x._v / y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> operator -(Lanes4<TCircuits> x) => Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(-x._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> FusedMultiplyAdd(Lanes4<TCircuits> a, Lanes4<TCircuits> b, Lanes4<TCircuits> c) => Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Vector256.FusedMultiplyAdd(a._v, b._v, c._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> FusedNegateMultiplyAdd(Lanes4<TCircuits> a, Lanes4<TCircuits> b, Lanes4<TCircuits> c) =>
        Fma.IsSupported
            ? Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Fma.MultiplyAddNegated(a._v, b._v, c._v))
            : Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Vector256.FusedMultiplyAdd(-a._v, b._v, c._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> Abs(Lanes4<TCircuits> x) => Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Vector256.Abs(x._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> Max(Lanes4<TCircuits> x, Lanes4<TCircuits> y) =>
        Avx.IsSupported ? Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Avx.Max(x._v, y._v)) : Select(Less(y, x), x, y);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> Min(Lanes4<TCircuits> x, Lanes4<TCircuits> y) =>
        Avx.IsSupported ? Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Avx.Min(x._v, y._v)) : Select(Less(x, y), x, y);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> Sqrt(Lanes4<TCircuits> x) => Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Vector256.Sqrt(x._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> CopySign(Lanes4<TCircuits> x, Lanes4<TCircuits> y) => Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Vector256.CopySign(x._v, y._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> Sign(Lanes4<TCircuits> x) => Elementary.Sign(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> Step(Lanes4<TCircuits> x) => Elementary.Step(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> Log(Lanes4<TCircuits> x) => Elementary.Log(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> LogOrZero(Lanes4<TCircuits> x) => Elementary.LogOrZero(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> Power(Lanes4<TCircuits> x, Lanes4<TCircuits> y) => Elementary.Power(x, y);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> Tanh(Lanes4<TCircuits> x) => Elementary.Tanh(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> Cosh(Lanes4<TCircuits> x) => Elementary.Cosh(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static Lanes4<TCircuits> Erfc(Lanes4<TCircuits> x) => ErrorFunction.Erfc(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> Gamma(Lanes4<TCircuits> x) => GammaFunctions.Gamma(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> LogGamma(Lanes4<TCircuits> x) => GammaFunctions.LogGamma(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> Polygamma(int order, Lanes4<TCircuits> x) => GammaFunctions.Polygamma(order, x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> Less(Lanes4<TCircuits> x, Lanes4<TCircuits> y) => Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Vector256.LessThan(x._v, y._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> LessOrEqual(Lanes4<TCircuits> x, Lanes4<TCircuits> y) => Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Vector256.LessThanOrEqual(x._v, y._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> Equal(Lanes4<TCircuits> x, Lanes4<TCircuits> y) => Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Vector256.Equals(x._v, y._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> And(Lanes4<TCircuits> x, Lanes4<TCircuits> y) => Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(x._v & y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> Select(Lanes4<TCircuits> mask, Lanes4<TCircuits> yes, Lanes4<TCircuits> no) => Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Vector256.ConditionalSelect(mask._v, yes._v, no._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static uint Bits(Lanes4<TCircuits> mask) => (uint)Vector256.ExtractMostSignificantBits(mask._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> Mask(uint bits)
    {
        Vector256<long> own = Vector256.Create(1L, 2, 4, 8);
        return Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Vector256.Equals(Vector256.Create((long)bits) & own, own).AsDouble());
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static double Sum(Lanes4<TCircuits> x)
    {
        Vector128<double> two = x._v.GetLower() + x._v.GetUpper();
        return two.ToScalar() + two.GetElement(1);
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> First(int count) => Less(Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Vector256.Create(0.0, 1, 2, 3)), Broadcast(count));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> Scale(Lanes4<TCircuits> x, Lanes4<TCircuits> n) =>
        Avx512F.VL.IsSupported ? Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Avx512F.VL.Scale(x._v, n._v)) : Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Portable.Scale(x._v, n._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> Exponent(Lanes4<TCircuits> x) =>
        Avx512F.VL.IsSupported ? Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Avx512F.VL.GetExponent(x._v)) : Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Portable.Exponent(x._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> Mantissa(Lanes4<TCircuits> x) =>
        Avx512F.VL.IsSupported ? Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Avx512F.VL.GetMantissa(x._v, 0)) : Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Portable.Mantissa(x._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> LookUp8(ref readonly double table, Lanes4<TCircuits> bits) =>
        Avx512F.VL.IsSupported
            ? Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Avx512F.VL.PermuteVar4x64x2(Vector256.LoadUnsafe(in table), bits._v.AsInt64(), Vector256.LoadUnsafe(in table, 4)))
            : Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Portable.LookUp8(in table, bits._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4<TCircuits> LookUp16(ref readonly double table, Lanes4<TCircuits> x)
    {
        if (!Avx512F.VL.IsSupported)
        {
            return Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Portable.LookUp16(in table, x._v));
        }

        Vector256<long> i = x._v.AsInt64() >>> 48;
        Vector256<double> low = Avx512F.VL.PermuteVar4x64x2(Vector256.LoadUnsafe(in table), i, Vector256.LoadUnsafe(in table, 4));
        Vector256<double> high = Avx512F.VL.PermuteVar4x64x2(Vector256.LoadUnsafe(in table, 8), i, Vector256.LoadUnsafe(in table, 12));
        // The mantissa's highest bit, moved to the sign's place, chooses the half.
        return Unsafe.BitCast<Vector256<double>, Lanes4<TCircuits>>(Avx.BlendVariable(low, high, (x._v.AsInt64() << 12).AsDouble()));
    }
}
