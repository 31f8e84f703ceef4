using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Interneuron.Kernels;

/// <summary>The AVX-512 instructions on floating-point parts (VSCALEF, VGETEXP, VGETMANT, VPERM), spelled for hardware without them; same results.</summary>
internal static class Portable
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    [MethodImpl(Inline)]
    internal static Vector256<double> Scale(Vector256<double> x, Vector256<double> n)
    {
        // Two factors 2^(k/2) 2^(k - k/2), so that results from the subnormals to the largest number come out. The clamp keeps each exponent in range.
        Vector256<double> k = Vector256.Floor(Vector256.Min(Vector256.Max(n, Vector256.Create(-2000.0)), Vector256.Create(2000.0)));
        Vector256<double> half = Vector256.Floor(k * 0.5);
        return x * PowerOfTwo(half) * PowerOfTwo(k - half);
    }

    [MethodImpl(Inline)]
    private static Vector256<double> PowerOfTwo(Vector256<double> k)
    {
        // 1.5 2^52 + k has k in its low bits; 1023 + k moved to the exponent's place is 2^k.
        Vector256<long> bits = (k + Vector256.Create(6755399441055744.0 + 1023)).AsInt64();
        return (bits << 52).AsDouble();
    }

    [MethodImpl(Inline)]
    internal static Vector256<double> Exponent(Vector256<double> x)
    {
        // The biased exponent put under 2^52's exponent reads as 2^52 + biased.
        Vector256<long> biased = (x.AsInt64() >>> 52) & Vector256.Create(0x7FFL);
        Vector256<double> value = (biased | Vector256.Create(0x4330000000000000L)).AsDouble() - Vector256.Create(4503599627370496.0 + 1023);
        return Vector256.ConditionalSelect(
            Vector256.Equals(value, Vector256.Create(1024.0)), Vector256.Create(double.PositiveInfinity), value);
    }

    [MethodImpl(Inline)]
    internal static Vector256<double> Mantissa(Vector256<double> x) =>
        ((x.AsInt64() & Vector256.Create(0x000FFFFFFFFFFFFFL)) | Vector256.Create(0x3FF0000000000000L)).AsDouble();

    [MethodImpl(Inline)]
    internal static Vector256<double> LookUp8(ref readonly double table, Vector256<double> bits) =>
        Gather(in table, bits.AsInt64() & Vector256.Create(7L));

    [MethodImpl(Inline)]
    internal static Vector256<double> LookUp16(ref readonly double table, Vector256<double> x) =>
        Gather(in table, (x.AsInt64() >>> 48) & Vector256.Create(15L));

    [MethodImpl(Inline)]
    private static Vector256<double> Gather(ref readonly double source, Vector256<long> i)
    {
        ref double s = ref Unsafe.AsRef(in source);
        return Vector256.Create(Unsafe.Add(ref s, (int)i[0]), Unsafe.Add(ref s, (int)i[1]), Unsafe.Add(ref s, (int)i[2]), Unsafe.Add(ref s, (int)i[3]));
    }

    [MethodImpl(Inline)]
    internal static double Scale(double x, double n)
    {
        double k = Math.Floor(Math.Min(Math.Max(n, -2000.0), 2000.0));
        double half = Math.Floor(k * 0.5);
        return x * PowerOfTwo(half) * PowerOfTwo(k - half);
    }

    [MethodImpl(Inline)]
    private static double PowerOfTwo(double k) =>
        BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(k + (6755399441055744.0 + 1023)) << 52);
}
