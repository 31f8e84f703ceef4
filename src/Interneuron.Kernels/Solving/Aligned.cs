using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Interneuron.Kernels;

/// <summary>A buffer of doubles whose first element lies on a cache line, so that no register crosses one.</summary>
internal sealed unsafe class Aligned
{
    /// <summary>Pinned for as long as this object lives, so that <see cref="_first"/> stays right.</summary>
    private readonly double[] _values;
    private readonly double* _first;

    internal Aligned(int length)
    {
        const int line = 64 / sizeof(double);
        _values = GC.AllocateArray<double>(length + line, pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(_values, 0);
        _first = (double*)((address + 63) & ~(nint)63);
        Length = length;
    }

    internal int Length { get; }

    /// <summary>The first element. Valid while the object is reachable, which the workspace that holds it ensures.</summary>
    internal ref double First
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref *_first;
    }

    internal Span<double> Span => new(_first, Length);
}
