using System.Buffers;

namespace Interneuron;

/// <summary>Pinned numbers of a caller's span as memory, for a call into the floors below, which share it among cores. Not to be kept beyond the call.</summary>
internal sealed unsafe class Pinned(double* first, int length) : MemoryManager<double>
{
    /// <inheritdoc/>
    public override Span<double> GetSpan() => new(first, length);

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(first + elementIndex);

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }
}
