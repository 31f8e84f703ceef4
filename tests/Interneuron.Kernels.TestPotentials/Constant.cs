using System.Runtime.CompilerServices;

namespace Interneuron.Kernels.TestPotentials;

/// <summary>Reads a prepared constant into every lane.</summary>
internal static class Constant
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static L Of<L>(ref readonly double constants, int index)
        where L : struct, ILanes<L> => L.Broadcast(Unsafe.Add(ref Unsafe.AsRef(in constants), index));
}
