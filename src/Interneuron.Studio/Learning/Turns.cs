namespace Interneuron.Studio;

/// <summary>Turns at learning: as many pages at once as there are cores but one, the others after them in the order in which they asked, so that none starves and pages stay quick.</summary>
public sealed class Turns : IDisposable
{
    private readonly SemaphoreSlim _free = new(Math.Max(1, Environment.ProcessorCount - 1));

    /// <summary>Waits for a turn and takes it.</summary>
    public Task TakeAsync(CancellationToken cancellation) => _free.WaitAsync(cancellation);

    /// <summary>Gives it to the next.</summary>
    public void Give() => _free.Release();

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();
}
