using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Interneuron.Kernels;

/// <summary>The batches of several circuits, each drawn as <see cref="Draws"/> draws it: eight generators run in step.</summary>
internal sealed class DrawsTogether
{
    /// <summary>Generators in step; those beyond the circuits are idle.</summary>
    private const int Most = 8;

    private readonly int _width;
    private readonly int _batch;
    private readonly int _primaries;
    private readonly nint[] _stimuli;
    private readonly ulong[] _state = new ulong[4 * Most];
    private readonly ulong[] _counts = new ulong[Most];
    private ulong[] _rows;
    private ulong[] _ahead;

    internal DrawsTogether(int batch, ReadOnlySpan<ulong> seeds, int width, int primaries)
    {
        _width = width;
        _batch = batch;
        _primaries = primaries;
        _stimuli = new nint[seeds.Length];
        _rows = new ulong[(batch * width) + Most];
        _ahead = new ulong[(batch * width) + Most];
        Span<ulong> state = stackalloc ulong[4];
        for (int c = 0; c < seeds.Length; c++)
        {
            new Xoshiro256(seeds[c]).Write(state);
            for (int word = 0; word < 4; word++)
            {
                _state[(word * Most) + c] = state[word];
            }
        }
    }

    /// <summary>The rows of the present batch: sample j of circuit c at j times the width plus c.</summary>
    internal ReadOnlySpan<ulong> Rows => _rows;

    /// <summary>Sets the number of stimuli of circuit c; before the first batch, of all.</summary>
    internal void Count(int c, int samples) => _counts[c] = (ulong)samples;

    /// <summary>Draws the first batch ahead.</summary>
    internal void Begin() => Draw(_ahead);

    /// <summary>Goes to the batch that was ahead, and draws the one after it.</summary>
    internal void Next()
    {
        (_rows, _ahead) = (_ahead, _rows);
        Draw(_ahead);
    }

    /// <summary>Notes where the stimuli of each circuit lie, for as long as they are pinned there.</summary>
    internal unsafe void Point(ReadOnlySpan<MemoryHandle> stimuli)
    {
        for (int c = 0; c < stimuli.Length; c++)
        {
            _stimuli[c] = (nint)stimuli[c].Pointer;
        }
    }

    /// <summary>The stimuli of circuit c.</summary>
    internal unsafe ref double Stimuli(int c) => ref *(double*)_stimuli[c];

    /// <summary>Asks for sample j of the batch ahead of every circuit: a few at a time, between other work, since a processor waits for only so many at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal unsafe void Fetch(int j)
    {
        if (Sse.IsSupported)
        {
            ref ulong row = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_ahead), j * _width);
            for (int c = 0; c < _stimuli.Length; c++)
            {
                Sse.Prefetch0((double*)_stimuli[c] + ((nint)Unsafe.Add(ref row, c) * _primaries));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Draw(ulong[] rows)
    {
        ref ulong state = ref MemoryMarshal.GetArrayDataReference(_state);
        Vector512<ulong> s0 = Vector512.LoadUnsafe(ref state);
        Vector512<ulong> s1 = Vector512.LoadUnsafe(ref state, Most);
        Vector512<ulong> s2 = Vector512.LoadUnsafe(ref state, 2 * Most);
        Vector512<ulong> s3 = Vector512.LoadUnsafe(ref state, 3 * Most);
        Vector512<ulong> count = Vector512.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_counts));
        ref ulong row = ref MemoryMarshal.GetArrayDataReference(rows);
        for (int j = 0; j < _batch; j++)
        {
            Vector512<ulong> sum = s0 + s3;
            Vector512<ulong> draw = ((sum << 23) | (sum >>> 41)) + s0;
            Vector512<ulong> t = s1 << 17;
            s2 ^= s0;
            s3 ^= s1;
            s1 ^= s2;
            s0 ^= s3;
            s2 ^= t;
            s3 = (s3 << 45) | (s3 >>> 19);
            // The high word of draw times count, which has 31 bits, in two halves.
            Vector512<ulong> low = ((draw & Vector512.Create(0xFFFFFFFFul)) * count) >>> 32;
            ((((draw >>> 32) * count) + low) >>> 32).StoreUnsafe(ref Unsafe.Add(ref row, j * _width));
        }

        s0.StoreUnsafe(ref state);
        s1.StoreUnsafe(ref state, Most);
        s2.StoreUnsafe(ref state, 2 * Most);
        s3.StoreUnsafe(ref state, 3 * Most);
    }
}
