using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Interneuron.Kernels;

/// <summary>Batches drawn with replacement, one ahead, whose stimuli are prefetched while the present one is learned from.</summary>
internal sealed class Draws
{
    private readonly int[] _drawn;
    private readonly ulong[] _ahead;
    private Xoshiro256 _random;

    internal Draws(int batch, ulong seed)
    {
        _random = new(seed);
        _drawn = new int[batch];
        _ahead = new ulong[batch];
        for (int j = 0; j < batch; j++)
        {
            _ahead[j] = _random.Next();
        }
    }

    /// <summary>The present batch: rows of the stimuli.</summary>
    internal ReadOnlySpan<int> Rows => _drawn;

    /// <summary>Draws a batch from n rows of N stimuli, and the next one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Next(ReadOnlySpan<double> stimuli, int samples, int primaries)
    {
        ref double first = ref MemoryMarshal.GetReference(stimuli);
        Xoshiro256 generator = _random;
        for (int j = 0; j < _drawn.Length; j++)
        {
            _drawn[j] = Xoshiro256.Below(_ahead[j], samples);
            ulong next = generator.Next();
            _ahead[j] = next;
            Prefetch(ref Unsafe.Add(ref first, (nint)Xoshiro256.Below(next, samples) * primaries));
        }

        _random = generator;
    }

    internal void Save(BinaryWriter writer)
    {
        _random.Save(writer);
        writer.WriteAll<ulong>(_ahead);
    }

    internal void Load(BinaryReader reader)
    {
        _random = Xoshiro256.Load(reader);
        reader.ReadAll<ulong>(_ahead);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Prefetch(ref double sample)
    {
        // Only a hint: it does no harm if the array moves between taking the address and using it.
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref sample));
        }
    }
}
