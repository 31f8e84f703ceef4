using System.Runtime.CompilerServices;

namespace Interneuron.Kernels.TestPotentials;

/// <summary>Reads a prepared constant of each lane's circuit.</summary>
internal static class Constant
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Of<TLanes>(ref readonly double constants, int index)
        where TLanes : struct, ILanes<TLanes> => TLanes.Constant(in constants, index);
}
