using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Interneuron.Studio;

/// <summary>Whether the browser of a page is there. Where it is gone, for good or for a moment, learning stops: nobody watches.</summary>
public sealed class Presence : CircuitHandler
{
    /// <summary>Told when the browser has gone.</summary>
    public event Func<Task>? Gone;

    /// <summary>Told when it is there, at first and again.</summary>
    public event Func<Task>? Back;

    /// <inheritdoc/>
    public override Task OnConnectionDownAsync(Microsoft.AspNetCore.Components.Server.Circuits.Circuit circuit, CancellationToken cancellationToken) => Gone?.Invoke() ?? Task.CompletedTask;

    /// <inheritdoc/>
    public override Task OnConnectionUpAsync(Microsoft.AspNetCore.Components.Server.Circuits.Circuit circuit, CancellationToken cancellationToken) =>
        Back?.Invoke() ?? Task.CompletedTask;
}
