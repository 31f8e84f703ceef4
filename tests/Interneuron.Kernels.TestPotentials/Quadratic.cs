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
    public void Prepare<TLanes>(ref readonly TLanes theta, ref TLanes constants)
        where TLanes : struct, ILanes<TLanes> => constants = TLanes.Broadcast(0.5);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Activate<TLanes>(TLanes z, ref readonly double constants, out TLanes f, out TLanes slope)
        where TLanes : struct, ILanes<TLanes>
    {
        f = z;
        slope = TLanes.Broadcast(1);
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
        terms = TLanes.Broadcast(0.5) * z * z;
    }
}
