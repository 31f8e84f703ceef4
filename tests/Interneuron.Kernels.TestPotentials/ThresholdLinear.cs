using System.Runtime.CompilerServices;
using static Interneuron.Kernels.TestPotentials.Constant;

namespace Interneuron.Kernels.TestPotentials;

/// <summary>max(z - theta, 0)^2 / 2. Its target terms come from nodes.</summary>
public readonly struct ThresholdLinear : IPotentialKernel
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <inheritdoc/>
    public int Parameters => 1;

    /// <inheritdoc/>
    public int Constants => 3;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Prepare<L>(ref readonly L theta, ref L constants)
        where L : struct, ILanes<L>
    {
        constants = L.Broadcast(0);
        Unsafe.Add(ref constants, 1) = L.Broadcast(0);
        Unsafe.Add(ref constants, 2) = theta;
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Activate<L>(L z, ref readonly double constants, out L f, out L slope)
        where L : struct, ILanes<L>
    {
        L above = z - Of<L>(in constants, 2);
        f = L.Max(above, L.Broadcast(0));
        slope = L.Step(above);
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Curve<L>(L z, ref readonly double constants, out L f, out L slope, out L bend)
        where L : struct, ILanes<L>
    {
        Activate(z, in constants, out f, out slope);
        bend = L.Broadcast(0);
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Learn<L>(L z, ref readonly double constants, out L f, out L slope, ref L terms)
        where L : struct, ILanes<L>
    {
        Activate(z, in constants, out f, out slope);
        terms = L.Broadcast(0.5) * f * f;
        Unsafe.Add(ref terms, 1) = -f;
    }
}
