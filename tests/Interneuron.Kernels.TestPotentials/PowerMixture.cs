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
    public void Prepare<TLanes>(ref readonly TLanes theta, ref TLanes constants)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes zero = TLanes.Broadcast(0);
        TLanes one = TLanes.Broadcast(1);
        TLanes half = TLanes.Broadcast(0.5);
        TLanes logQ = TLanes.LogFloored(TLanes.Max(zero, theta + theta - TLanes.Broadcast(3.85)));
        TLanes a = TLanes.Exp(TLanes.Exp(TLanes.Broadcast(1.95) * logQ));
        TLanes aSlope = a * TLanes.Broadcast(3.9) * TLanes.Exp(TLanes.Broadcast(0.95) * logQ);
        TLanes v = TLanes.Exp(TLanes.Broadcast(2.32) * TLanes.LogFloored(theta));
        TLanes excess = v - TLanes.Broadcast(6);
        TLanes b = TLanes.Exp(TLanes.Max(zero, excess));
        TLanes bSlope = TLanes.Step(excess) * b * TLanes.Broadcast(2.32) * v / theta;
        TLanes p = theta + one;
        TLanes inverse = one / p;
        TLanes x = (p + one) * half;
        // E|z|^p = sqrt(2^p / pi) Gamma((p + 1)/2).
        TLanes moment = TLanes.Exp(p * TLanes.Broadcast(0.5 * Math.Log(2))) * TLanes.Broadcast(1 / Math.Sqrt(Math.PI)) * TLanes.Gamma(x);
        TLanes momentSlope = half * moment * (TLanes.Broadcast(Math.Log(2)) + TLanes.Polygamma(0, x));
        TLanes scaled = b * inverse;
        TLanes mixed = (bSlope - scaled) * inverse;
        constants = TLanes.FusedMultiplyAdd(half, a, scaled * moment);
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
    public void Activate<TLanes>(TLanes z, ref readonly double constants, out TLanes f, out TLanes slope)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes power = TLanes.Exp(Of<TLanes>(in constants, 4) * TLanes.LogFloored(TLanes.Abs(z)));
        f = z * TLanes.FusedMultiplyAdd(Of<TLanes>(in constants, 3), power, Of<TLanes>(in constants, 2));
        slope = TLanes.FusedMultiplyAdd(Of<TLanes>(in constants, 5), power, Of<TLanes>(in constants, 2));
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Curve<TLanes>(TLanes z, ref readonly double constants, out TLanes f, out TLanes slope, out TLanes bend)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes magnitude = TLanes.Abs(z);
        TLanes low = TLanes.Exp((Of<TLanes>(in constants, 4) - TLanes.Broadcast(1)) * TLanes.LogFloored(magnitude));
        TLanes power = low * magnitude;
        f = z * TLanes.FusedMultiplyAdd(Of<TLanes>(in constants, 3), power, Of<TLanes>(in constants, 2));
        slope = TLanes.FusedMultiplyAdd(Of<TLanes>(in constants, 5), power, Of<TLanes>(in constants, 2));
        bend = TLanes.Sign(z) * Of<TLanes>(in constants, 10) * low;
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Learn<TLanes>(TLanes z, ref readonly double constants, out TLanes f, out TLanes slope, ref TLanes terms)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes log = TLanes.LogFloored(TLanes.Abs(z));
        TLanes power = TLanes.Exp(Of<TLanes>(in constants, 4) * log);
        f = z * TLanes.FusedMultiplyAdd(Of<TLanes>(in constants, 3), power, Of<TLanes>(in constants, 2));
        slope = TLanes.FusedMultiplyAdd(Of<TLanes>(in constants, 5), power, Of<TLanes>(in constants, 2));
        TLanes square = z * z;
        TLanes high = power * square;
        terms = TLanes.FusedMultiplyAdd(Of<TLanes>(in constants, 9), square, Of<TLanes>(in constants, 6) * high);
        TLanes inner = TLanes.FusedMultiplyAdd(Of<TLanes>(in constants, 6), log, Of<TLanes>(in constants, 8));
        Unsafe.Add(ref terms, 1) = TLanes.FusedMultiplyAdd(Of<TLanes>(in constants, 7), square, high * inner);
    }
}
