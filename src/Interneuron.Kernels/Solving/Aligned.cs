using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Interneuron.Kernels;

/// <summary>A buffer of doubles whose first element lies on a cache line, so that no register crosses one.</summary>
internal sealed class Aligned
{
    private readonly double[] values;
    private readonly int offset;

    internal Aligned(int length)
    {
        const int line = 64 / sizeof(double);
        values = GC.AllocateArray<double>(length + line, pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(values, 0);
        offset = (int)((64 - (address & 63)) & 63) / sizeof(double);
        Length = length;
    }

    internal int Length { get; }

    internal ref double First
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(values), offset);
    }

    internal Span<double> Span => values.AsSpan(offset, Length);
}
