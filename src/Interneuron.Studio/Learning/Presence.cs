using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Interneuron.Studio;

/// <summary>Whether the browser of a page is there. Where it is gone, for good or for a moment, learning stops: nobody watches.</summary>
public sealed class Presence : CircuitHandler
{
    /// <summary>Told when the browser has gone.</summary>
    public event Func<Task>? Gone;

    /// <inheritdoc/>
    public override Task OnConnectionDownAsync(Microsoft.AspNetCore.Components.Server.Circuits.Circuit circuit, CancellationToken cancellationToken) => Gone?.Invoke() ?? Task.CompletedTask;
}
