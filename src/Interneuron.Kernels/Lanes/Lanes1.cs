using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Interneuron.Kernels;

/// <summary>A single lane: the scalar form, for hardware without wide registers, for single samples, and as the reference of the others.</summary>
public readonly partial struct Lanes1 : ILanes<Lanes1>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    // The long functions are calls here: a scalar is passed in a register, and the theta-only parts of kernels, which consist of such functions, stay
    // within the just-in-time compiler's inlining budget.
    private const MethodImplOptions Call = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    private readonly double _v;

    [MethodImpl(Inline)]
    private Lanes1(double v) => _v = v;

    /// <inheritdoc/>
    public static int Width => 1;

    /// <inheritdoc/>
    public static int Circuits => 1;

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 Broadcast(double value) => new(value);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 Load(ref readonly double source) => new(source);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 Constant(ref readonly double source, int index) => new(Unsafe.Add(ref Unsafe.AsRef(in source), index));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static void Store(Lanes1 x, ref double destination) => destination = x._v;

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 operator +(Lanes1 x, Lanes1 y) => new(x._v + y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 operator -(Lanes1 x, Lanes1 y) => new(x._v - y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 operator *(Lanes1 x, Lanes1 y) => new(x._v * y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 operator /(Lanes1 x, Lanes1 y) => new(x._v / y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 operator -(Lanes1 x) => new(-x._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 FusedMultiplyAdd(Lanes1 a, Lanes1 b, Lanes1 c) => new(Math.FusedMultiplyAdd(a._v, b._v, c._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 FusedNegateMultiplyAdd(Lanes1 a, Lanes1 b, Lanes1 c) => new(Math.FusedMultiplyAdd(-a._v, b._v, c._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 Abs(Lanes1 x) => new(Math.Abs(x._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 Max(Lanes1 x, Lanes1 y) =>
        Sse2.IsSupported
            ? new(Sse2.MaxScalar(Vector128.CreateScalarUnsafe(x._v), Vector128.CreateScalarUnsafe(y._v)).ToScalar())
            : new(x._v > y._v ? x._v : y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 Min(Lanes1 x, Lanes1 y) =>
        Sse2.IsSupported
            ? new(Sse2.MinScalar(Vector128.CreateScalarUnsafe(x._v), Vector128.CreateScalarUnsafe(y._v)).ToScalar())
            : new(x._v < y._v ? x._v : y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 Sqrt(Lanes1 x) => new(Math.Sqrt(x._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 CopySign(Lanes1 x, Lanes1 y) => new(Math.CopySign(x._v, y._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 Sign(Lanes1 x) => Elementary.Sign(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 Step(Lanes1 x) => Elementary.Step(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 Log(Lanes1 x) => Elementary.Log(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 LogOrZero(Lanes1 x) => Elementary.LogOrZero(x);

    /// <inheritdoc/>
    [MethodImpl(Call)]
    public static Lanes1 Power(Lanes1 x, Lanes1 y) => x._v > 0 ? Exp(y * LogFloored(x)) : Elementary.Power(x, y);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 Tanh(Lanes1 x) => Elementary.Tanh(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 Cosh(Lanes1 x) => Elementary.Cosh(x);

    /// <inheritdoc/>
    [MethodImpl(Call)]
    public static Lanes1 Erfc(Lanes1 x) => ErrorFunction.Erfc(x);

    /// <inheritdoc/>
    [MethodImpl(Call)]
    public static Lanes1 Gamma(Lanes1 x) => GammaFunctions.Gamma(x);

    /// <inheritdoc/>
    [MethodImpl(Call)]
    public static Lanes1 LogGamma(Lanes1 x) => GammaFunctions.LogGamma(x);

    /// <inheritdoc/>
    [MethodImpl(Call)]
    public static Lanes1 Polygamma(int order, Lanes1 x) => GammaFunctions.Polygamma(order, x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 Less(Lanes1 x, Lanes1 y) => Mask(x._v < y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 LessOrEqual(Lanes1 x, Lanes1 y) => Mask(x._v <= y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 Equal(Lanes1 x, Lanes1 y) => Mask(x._v == y._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 And(Lanes1 x, Lanes1 y) =>
        new(BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(x._v) & BitConverter.DoubleToInt64Bits(y._v)));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 Select(Lanes1 mask, Lanes1 yes, Lanes1 no) => BitConverter.DoubleToInt64Bits(mask._v) != 0 ? yes : no;

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static uint Bits(Lanes1 mask) => (uint)(BitConverter.DoubleToUInt64Bits(mask._v) >> 63);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 Mask(uint bits) => new(BitConverter.Int64BitsToDouble(-(long)(bits & 1)));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static double Sum(Lanes1 x) => x._v;

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 First(int count) => Mask(count > 0);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 Scale(Lanes1 x, Lanes1 n) =>
        Avx512F.IsSupported
            ? new(Avx512F.ScaleScalar(Vector128.CreateScalarUnsafe(x._v), Vector128.CreateScalarUnsafe(n._v)).ToScalar())
            : new(Portable.Scale(x._v, n._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 Exponent(Lanes1 x)
    {
        if (Avx512F.IsSupported)
        {
            return new(Avx512F.GetExponentScalar(Vector128.CreateScalarUnsafe(x._v)).ToScalar());
        }

        long biased = (BitConverter.DoubleToInt64Bits(x._v) >> 52) & 0x7FF;
        return new(biased == 0x7FF ? double.PositiveInfinity : biased - 1023);
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 Mantissa(Lanes1 x) =>
        Avx512F.IsSupported
            ? new(Avx512F.GetMantissaScalar(Vector128.CreateScalarUnsafe(x._v), 0).ToScalar())
            : new(BitConverter.Int64BitsToDouble((BitConverter.DoubleToInt64Bits(x._v) & 0x000FFFFFFFFFFFFFL) | 0x3FF0000000000000L));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 LookUp8(ref readonly double table, Lanes1 bits) =>
        new(Unsafe.Add(ref Unsafe.AsRef(in table), (int)(BitConverter.DoubleToInt64Bits(bits._v) & 7)));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1 LookUp16(ref readonly double table, Lanes1 x) =>
        new(Unsafe.Add(ref Unsafe.AsRef(in table), (int)((BitConverter.DoubleToInt64Bits(x._v) >> 48) & 15)));

    [MethodImpl(Inline)]
    private static Lanes1 Mask(bool condition) => new(BitConverter.Int64BitsToDouble(condition ? -1L : 0L));
}
