using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Interneuron.Kernels;

/// <summary>Four lanes in a 256-bit register.</summary>
public readonly partial struct Lanes4 : ILanes<Lanes4>
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
    [MethodImpl(Inline)]
    public static Lanes4 Broadcast(double value) => Unsafe.BitCast<Vector256<double>, Lanes4>(Vector256.Create(value));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 Load(ref readonly double source) => Unsafe.BitCast<Vector256<double>, Lanes4>(Vector256.LoadUnsafe(in source));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static void Store(Lanes4 x, ref double destination) => x._v.StoreUnsafe(ref destination);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 operator +(Lanes4 x, Lanes4 y) => Unsafe.BitCast<Vector256<double>, Lanes4>(x._v + y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 operator -(Lanes4 x, Lanes4 y) => Unsafe.BitCast<Vector256<double>, Lanes4>(x._v - y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 operator *(Lanes4 x, Lanes4 y) => Unsafe.BitCast<Vector256<double>, Lanes4>(x._v * y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 operator /(Lanes4 x, Lanes4 y) => Unsafe.BitCast<Vector256<double>, Lanes4>(x._v / y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 operator -(Lanes4 x) => Unsafe.BitCast<Vector256<double>, Lanes4>(-x._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 FusedMultiplyAdd(Lanes4 a, Lanes4 b, Lanes4 c) => Unsafe.BitCast<Vector256<double>, Lanes4>(Vector256.FusedMultiplyAdd(a._v, b._v, c._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 FusedNegateMultiplyAdd(Lanes4 a, Lanes4 b, Lanes4 c) =>
        Fma.IsSupported
            ? Unsafe.BitCast<Vector256<double>, Lanes4>(Fma.MultiplyAddNegated(a._v, b._v, c._v))
            : Unsafe.BitCast<Vector256<double>, Lanes4>(Vector256.FusedMultiplyAdd(-a._v, b._v, c._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 Abs(Lanes4 x) => Unsafe.BitCast<Vector256<double>, Lanes4>(Vector256.Abs(x._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 Max(Lanes4 x, Lanes4 y) =>
        Avx.IsSupported ? Unsafe.BitCast<Vector256<double>, Lanes4>(Avx.Max(x._v, y._v)) : Select(Less(y, x), x, y);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 Min(Lanes4 x, Lanes4 y) =>
        Avx.IsSupported ? Unsafe.BitCast<Vector256<double>, Lanes4>(Avx.Min(x._v, y._v)) : Select(Less(x, y), x, y);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 Sqrt(Lanes4 x) => Unsafe.BitCast<Vector256<double>, Lanes4>(Vector256.Sqrt(x._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 CopySign(Lanes4 x, Lanes4 y) => Unsafe.BitCast<Vector256<double>, Lanes4>(Vector256.CopySign(x._v, y._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 Sign(Lanes4 x) => Elementary.Sign(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 Step(Lanes4 x) => Elementary.Step(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 Log(Lanes4 x) => Elementary.Log(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 LogOrZero(Lanes4 x) => Elementary.LogOrZero(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 Power(Lanes4 x, Lanes4 y) => Elementary.Power(x, y);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 Tanh(Lanes4 x) => Elementary.Tanh(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 Cosh(Lanes4 x) => Elementary.Cosh(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static Lanes4 Erfc(Lanes4 x) => ErrorFunction.Erfc(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 Gamma(Lanes4 x) => GammaFunctions.Gamma(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 LogGamma(Lanes4 x) => GammaFunctions.LogGamma(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 Polygamma(int order, Lanes4 x) => GammaFunctions.Polygamma(order, x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 Less(Lanes4 x, Lanes4 y) => Unsafe.BitCast<Vector256<double>, Lanes4>(Vector256.LessThan(x._v, y._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 LessOrEqual(Lanes4 x, Lanes4 y) => Unsafe.BitCast<Vector256<double>, Lanes4>(Vector256.LessThanOrEqual(x._v, y._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 Equal(Lanes4 x, Lanes4 y) => Unsafe.BitCast<Vector256<double>, Lanes4>(Vector256.Equals(x._v, y._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 And(Lanes4 x, Lanes4 y) => Unsafe.BitCast<Vector256<double>, Lanes4>(x._v & y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 Select(Lanes4 mask, Lanes4 yes, Lanes4 no) => Unsafe.BitCast<Vector256<double>, Lanes4>(Vector256.ConditionalSelect(mask._v, yes._v, no._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static uint Bits(Lanes4 mask) => (uint)Vector256.ExtractMostSignificantBits(mask._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static double Sum(Lanes4 x)
    {
        Vector128<double> two = x._v.GetLower() + x._v.GetUpper();
        return two.ToScalar() + two.GetElement(1);
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 First(int count) => Less(Unsafe.BitCast<Vector256<double>, Lanes4>(Vector256.Create(0.0, 1, 2, 3)), Broadcast(count));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 Scale(Lanes4 x, Lanes4 n) =>
        Avx512F.VL.IsSupported ? Unsafe.BitCast<Vector256<double>, Lanes4>(Avx512F.VL.Scale(x._v, n._v)) : Unsafe.BitCast<Vector256<double>, Lanes4>(Portable.Scale(x._v, n._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 Exponent(Lanes4 x) =>
        Avx512F.VL.IsSupported ? Unsafe.BitCast<Vector256<double>, Lanes4>(Avx512F.VL.GetExponent(x._v)) : Unsafe.BitCast<Vector256<double>, Lanes4>(Portable.Exponent(x._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 Mantissa(Lanes4 x) =>
        Avx512F.VL.IsSupported ? Unsafe.BitCast<Vector256<double>, Lanes4>(Avx512F.VL.GetMantissa(x._v, 0)) : Unsafe.BitCast<Vector256<double>, Lanes4>(Portable.Mantissa(x._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 LookUp8(ref readonly double table, Lanes4 bits) =>
        Avx512F.VL.IsSupported
            ? Unsafe.BitCast<Vector256<double>, Lanes4>(Avx512F.VL.PermuteVar4x64x2(Vector256.LoadUnsafe(in table), bits._v.AsInt64(), Vector256.LoadUnsafe(in table, 4)))
            : Unsafe.BitCast<Vector256<double>, Lanes4>(Portable.LookUp8(in table, bits._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes4 LookUp16(ref readonly double table, Lanes4 x)
    {
        if (!Avx512F.VL.IsSupported)
        {
            return Unsafe.BitCast<Vector256<double>, Lanes4>(Portable.LookUp16(in table, x._v));
        }

        Vector256<long> i = x._v.AsInt64() >>> 48;
        Vector256<double> low = Avx512F.VL.PermuteVar4x64x2(Vector256.LoadUnsafe(in table), i, Vector256.LoadUnsafe(in table, 4));
        Vector256<double> high = Avx512F.VL.PermuteVar4x64x2(Vector256.LoadUnsafe(in table, 8), i, Vector256.LoadUnsafe(in table, 12));
        // The mantissa's highest bit, moved to the sign's place, chooses the half.
        return Unsafe.BitCast<Vector256<double>, Lanes4>(Avx.BlendVariable(low, high, (x._v.AsInt64() << 12).AsDouble()));
    }
}
