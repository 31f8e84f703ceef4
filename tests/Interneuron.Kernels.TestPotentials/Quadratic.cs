using System.Runtime.CompilerServices;

namespace Interneuron.Kernels.TestPotentials;

/// <summary>z^2/2, without parameters; E z^2/2 = 1/2 under any target of unit variance.</summary>
public readonly struct Quadratic : IPotentialKernel
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <inheritdoc/>
    public int Parameters => 0;

    /// <inheritdoc/>
    public int Constants => 1;

    /// <inheritdoc/>
    public void Prepare<L>(ref readonly L theta, ref L constants)
        where L : struct, ILanes<L> => constants = L.Broadcast(0.5);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Activate<L>(L z, ref readonly double constants, out L f, out L slope)
        where L : struct, ILanes<L>
    {
        f = z;
        slope = L.Broadcast(1);
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
        terms = L.Broadcast(0.5) * z * z;
    }
}
