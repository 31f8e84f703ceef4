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
    public void Prepare<TLanes>(ref readonly TLanes theta, ref TLanes constants)
        where TLanes : struct, ILanes<TLanes>
    {
        constants = TLanes.Broadcast(0);
        Unsafe.Add(ref constants, 1) = TLanes.Broadcast(0);
        Unsafe.Add(ref constants, 2) = theta;
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Activate<TLanes>(TLanes z, ref readonly double constants, out TLanes f, out TLanes slope)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes above = z - Of<TLanes>(in constants, 2);
        f = TLanes.Max(above, TLanes.Broadcast(0));
        slope = TLanes.Step(above);
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Curve<TLanes>(TLanes z, ref readonly double constants, out TLanes f, out TLanes slope, out TLanes bend)
        where TLanes : struct, ILanes<TLanes>
    {
        Activate(z, in constants, out f, out slope);
        bend = TLanes.Broadcast(0);
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Learn<TLanes>(TLanes z, ref readonly double constants, out TLanes f, out TLanes slope, ref TLanes terms)
        where TLanes : struct, ILanes<TLanes>
    {
        Activate(z, in constants, out f, out slope);
        terms = TLanes.Broadcast(0.5) * f * f;
        Unsafe.Add(ref terms, 1) = -f;
    }
}
