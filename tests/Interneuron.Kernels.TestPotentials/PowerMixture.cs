using System.Runtime.CompilerServices;
using static Interneuron.Kernels.TestPotentials.Constant;

namespace Interneuron.Kernels.TestPotentials;

/// <summary>The paper's potential by hand: a z^2/2 + b |z|^(theta+1)/(theta+1), with its target terms under N(0, 1) in closed form.</summary>
public readonly struct PowerMixture : IPotentialKernel
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <inheritdoc/>
    public int Parameters => 1;

    /// <inheritdoc/>
    public int Constants => 11;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Prepare<L>(ref readonly L theta, ref L constants)
        where L : struct, ILanes<L>
    {
        L zero = L.Broadcast(0);
        L one = L.Broadcast(1);
        L half = L.Broadcast(0.5);
        L logQ = L.LogFloored(L.Max(zero, theta + theta - L.Broadcast(3.85)));
        L a = L.Exp(L.Exp(L.Broadcast(1.95) * logQ));
        L aSlope = a * L.Broadcast(3.9) * L.Exp(L.Broadcast(0.95) * logQ);
        L v = L.Exp(L.Broadcast(2.32) * L.LogFloored(theta));
        L excess = v - L.Broadcast(6);
        L b = L.Exp(L.Max(zero, excess));
        L bSlope = L.Step(excess) * b * L.Broadcast(2.32) * v / theta;
        L p = theta + one;
        L inverse = one / p;
        L x = (p + one) * half;
        // E|z|^p = sqrt(2^p / pi) Gamma((p + 1)/2).
        L moment = L.Exp(p * L.Broadcast(0.5 * Math.Log(2))) * L.Broadcast(1 / Math.Sqrt(Math.PI)) * L.Gamma(x);
        L momentSlope = half * moment * (L.Broadcast(Math.Log(2)) + L.Polygamma(0, x));
        L scaled = b * inverse;
        L mixed = (bSlope - scaled) * inverse;
        constants = L.FusedMultiplyAdd(half, a, scaled * moment);
        Unsafe.Add(ref constants, 1) = (half * aSlope) + (mixed * moment) + (scaled * momentSlope);
        Unsafe.Add(ref constants, 2) = a;
        Unsafe.Add(ref constants, 3) = b;
        Unsafe.Add(ref constants, 4) = theta - one;
        Unsafe.Add(ref constants, 5) = b * theta;
        Unsafe.Add(ref constants, 6) = scaled;
        Unsafe.Add(ref constants, 7) = half * aSlope;
        Unsafe.Add(ref constants, 8) = mixed;
        Unsafe.Add(ref constants, 9) = half * a;
        Unsafe.Add(ref constants, 10) = b * theta * (theta - one);
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Activate<L>(L z, ref readonly double constants, out L f, out L slope)
        where L : struct, ILanes<L>
    {
        L power = L.Exp(Of<L>(in constants, 4) * L.LogFloored(L.Abs(z)));
        f = z * L.FusedMultiplyAdd(Of<L>(in constants, 3), power, Of<L>(in constants, 2));
        slope = L.FusedMultiplyAdd(Of<L>(in constants, 5), power, Of<L>(in constants, 2));
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Curve<L>(L z, ref readonly double constants, out L f, out L slope, out L bend)
        where L : struct, ILanes<L>
    {
        L magnitude = L.Abs(z);
        L low = L.Exp((Of<L>(in constants, 4) - L.Broadcast(1)) * L.LogFloored(magnitude));
        L power = low * magnitude;
        f = z * L.FusedMultiplyAdd(Of<L>(in constants, 3), power, Of<L>(in constants, 2));
        slope = L.FusedMultiplyAdd(Of<L>(in constants, 5), power, Of<L>(in constants, 2));
        bend = L.Sign(z) * Of<L>(in constants, 10) * low;
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Learn<L>(L z, ref readonly double constants, out L f, out L slope, ref L terms)
        where L : struct, ILanes<L>
    {
        L log = L.LogFloored(L.Abs(z));
        L power = L.Exp(Of<L>(in constants, 4) * log);
        f = z * L.FusedMultiplyAdd(Of<L>(in constants, 3), power, Of<L>(in constants, 2));
        slope = L.FusedMultiplyAdd(Of<L>(in constants, 5), power, Of<L>(in constants, 2));
        L square = z * z;
        L high = power * square;
        terms = L.FusedMultiplyAdd(Of<L>(in constants, 9), square, Of<L>(in constants, 6) * high);
        L inner = L.FusedMultiplyAdd(Of<L>(in constants, 6), log, Of<L>(in constants, 8));
        Unsafe.Add(ref terms, 1) = L.FusedMultiplyAdd(Of<L>(in constants, 7), square, high * inner);
    }
}
