using System.Numerics;
using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>
/// The generator xoshiro256++ of Blackman and Vigna (ACM Trans. Math. Softw. 47, 2021, article 36), its state filled by SplitMix64 from one seed.
/// </summary>
internal struct Xoshiro256
{
    private ulong s0;
    private ulong s1;
    private ulong s2;
    private ulong s3;

    internal Xoshiro256(ulong seed)
    {
        s0 = SplitMix(ref seed);
        s1 = SplitMix(ref seed);
        s2 = SplitMix(ref seed);
        s3 = SplitMix(ref seed);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ulong Next()
    {
        ulong result = BitOperations.RotateLeft(s0 + s3, 23) + s0;
        ulong t = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= t;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>An index in 0 .. count - 1 from a draw: the high word of the product, whose bias is below count/2^64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Below(ulong draw, int count) => (int)Math.BigMul(draw, (ulong)count, out _);

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
