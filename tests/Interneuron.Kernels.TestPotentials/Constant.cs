using System.Runtime.CompilerServices;

namespace Interneuron.Kernels.TestPotentials;

/// <summary>Reads a prepared constant into every lane.</summary>
internal static class Constant
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Of<TLanes>(ref readonly double constants, int index)
        where TLanes : struct, ILanes<TLanes> => TLanes.Broadcast(Unsafe.Add(ref Unsafe.AsRef(in constants), index));
}
