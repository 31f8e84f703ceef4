using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Interneuron.Kernels;

/// <summary>A buffer of doubles whose first element lies on a cache line, so that no register crosses one.</summary>
internal sealed unsafe class Aligned
{
    /// <summary>Pinned for as long as this object lives, so that <see cref="first"/> stays right.</summary>
    private readonly double[] values;
    private readonly double* first;

    internal Aligned(int length)
    {
        const int line = 64 / sizeof(double);
        values = GC.AllocateArray<double>(length + line, pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(values, 0);
        first = (double*)((address + 63) & ~(nint)63);
        Length = length;
    }

    internal int Length { get; }

    /// <summary>The first element. Valid while the object is reachable, which the workspace that holds it ensures.</summary>
    internal ref double First
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref *first;
    }

    internal Span<double> Span => new(first, Length);
}
