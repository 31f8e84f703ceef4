namespace Interneuron.Studio;

/// <summary>Turns at learning: as many pages at once as there are cores but one, the others after them in the order in which they asked, so that none starves and pages stay quick.</summary>
public sealed class Turns : IDisposable
{
    private readonly SemaphoreSlim _free = new(Math.Max(1, Environment.ProcessorCount - 1));

    private long _taken;

    /// <summary>How many turns have been taken: while that stands still, nothing learns.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Waits for a turn and takes it.</summary>
    public async Task TakeAsync(CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation);
        Interlocked.Increment(ref _taken);
    }

    /// <summary>Gives it to the next.</summary>
    public void Give() => _free.Release();

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();
}
