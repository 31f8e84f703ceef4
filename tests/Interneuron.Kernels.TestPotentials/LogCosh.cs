using System.Runtime.CompilerServices;
using static Interneuron.Kernels.TestPotentials.Constant;

namespace Interneuron.Kernels.TestPotentials;

/// <summary>log(cosh(theta z))/theta^2, whose activation saturates. Its target terms come from nodes.</summary>
public readonly struct LogCosh : IPotentialKernel
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <inheritdoc/>
    public int Parameters => 1;

    /// <inheritdoc/>
    public int Constants => 6;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Prepare<TLanes>(ref readonly TLanes theta, ref TLanes constants)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes inverse = TLanes.Broadcast(1) / theta;
        constants = TLanes.Broadcast(0);
        Unsafe.Add(ref constants, 1) = TLanes.Broadcast(0);
        Unsafe.Add(ref constants, 2) = theta;
        Unsafe.Add(ref constants, 3) = inverse;
        Unsafe.Add(ref constants, 4) = inverse * inverse;
        Unsafe.Add(ref constants, 5) = TLanes.Broadcast(-2) * inverse * inverse * inverse;
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Activate<TLanes>(TLanes z, ref readonly double constants, out TLanes f, out TLanes slope)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes tanh = TLanes.Tanh(Of<TLanes>(in constants, 2) * z);
        f = tanh * Of<TLanes>(in constants, 3);
        slope = TLanes.FusedNegateMultiplyAdd(tanh, tanh, TLanes.Broadcast(1));
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Curve<TLanes>(TLanes z, ref readonly double constants, out TLanes f, out TLanes slope, out TLanes bend)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes tanh = TLanes.Tanh(Of<TLanes>(in constants, 2) * z);
        f = tanh * Of<TLanes>(in constants, 3);
        slope = TLanes.FusedNegateMultiplyAdd(tanh, tanh, TLanes.Broadcast(1));
        bend = TLanes.Broadcast(-2) * Of<TLanes>(in constants, 2) * tanh * slope;
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Learn<TLanes>(TLanes z, ref readonly double constants, out TLanes f, out TLanes slope, ref TLanes terms)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes x = Of<TLanes>(in constants, 2) * z;
        TLanes tanh = TLanes.Tanh(x);
        f = tanh * Of<TLanes>(in constants, 3);
        slope = TLanes.FusedNegateMultiplyAdd(tanh, tanh, TLanes.Broadcast(1));
        TLanes log = TLanes.Log(TLanes.Cosh(x));
        terms = log * Of<TLanes>(in constants, 4);
        Unsafe.Add(ref terms, 1) = TLanes.FusedMultiplyAdd(log, Of<TLanes>(in constants, 5), z * tanh * Of<TLanes>(in constants, 4));
    }
}
