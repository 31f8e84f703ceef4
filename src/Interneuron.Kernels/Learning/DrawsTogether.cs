using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Interneuron.Kernels;

/// <summary>The batches of several circuits, each drawn as <see cref="Draws"/> draws it: eight generators run in step.</summary>
internal sealed class DrawsTogether
{
    /// <summary>Generators in step; those beyond the circuits are idle.</summary>
    private const int Most = 8;

    private readonly int _width;
    private readonly int _batch;
    private readonly ulong[] _state = new ulong[4 * Most];
    private readonly ulong[] _counts = new ulong[Most];
    private ulong[] _rows;
    private ulong[] _ahead;

    internal DrawsTogether(int batch, ReadOnlySpan<ulong> seeds, int width)
    {
        _width = width;
        _batch = batch;
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

    /// <summary>The rows of the batch after it.</summary>
    internal ReadOnlySpan<ulong> Ahead => _ahead;

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
