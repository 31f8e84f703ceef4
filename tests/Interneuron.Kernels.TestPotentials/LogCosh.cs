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
    public void Prepare<L>(ref readonly L theta, ref L constants)
        where L : struct, ILanes<L>
    {
        L inverse = L.Broadcast(1) / theta;
        constants = L.Broadcast(0);
        Unsafe.Add(ref constants, 1) = L.Broadcast(0);
        Unsafe.Add(ref constants, 2) = theta;
        Unsafe.Add(ref constants, 3) = inverse;
        Unsafe.Add(ref constants, 4) = inverse * inverse;
        Unsafe.Add(ref constants, 5) = L.Broadcast(-2) * inverse * inverse * inverse;
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Activate<L>(L z, ref readonly double constants, out L f, out L slope)
        where L : struct, ILanes<L>
    {
        L tanh = L.Tanh(Of<L>(in constants, 2) * z);
        f = tanh * Of<L>(in constants, 3);
        slope = L.FusedNegateMultiplyAdd(tanh, tanh, L.Broadcast(1));
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Curve<L>(L z, ref readonly double constants, out L f, out L slope, out L bend)
        where L : struct, ILanes<L>
    {
        L tanh = L.Tanh(Of<L>(in constants, 2) * z);
        f = tanh * Of<L>(in constants, 3);
        slope = L.FusedNegateMultiplyAdd(tanh, tanh, L.Broadcast(1));
        bend = L.Broadcast(-2) * Of<L>(in constants, 2) * tanh * slope;
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Learn<L>(L z, ref readonly double constants, out L f, out L slope, ref L terms)
        where L : struct, ILanes<L>
    {
        L x = Of<L>(in constants, 2) * z;
        L tanh = L.Tanh(x);
        f = tanh * Of<L>(in constants, 3);
        slope = L.FusedNegateMultiplyAdd(tanh, tanh, L.Broadcast(1));
        L log = L.Log(L.Cosh(x));
        terms = log * Of<L>(in constants, 4);
        Unsafe.Add(ref terms, 1) = L.FusedMultiplyAdd(log, Of<L>(in constants, 5), z * tanh * Of<L>(in constants, 4));
    }
}
