using System.Diagnostics.CodeAnalysis;
using System.Net;
using Interneuron.Studio.Components;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interneuron.Studio;

/// <summary>The studio's server: pages for this machine alone, until it is disposed.</summary>
public sealed class Server : IAsyncDisposable
{
    private readonly WebApplication _application;

    private Server(WebApplication application) => _application = application;

    /// <summary>Where the page is.</summary>
    [SuppressMessage("Design", "CA1056", Justification = "Printed and opened, never taken apart.")]
    public string Url => $"http://localhost:{new Uri(Addresses.First()).Port}/";

    /// <summary>Whose turn it is to learn.</summary>
    internal Turns Turns => _application.Services.GetRequiredService<Turns>();

    /// <summary>Starts serving on the loopback.</summary>
    /// <param name="port">The port; 0 for any that is free.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<Server> StartAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // A free port is free on one of the two loopback addresses only.
            if (port == 0)
            {
                kestrel.Listen(IPAddress.Loopback, 0);
            }
            else
            {
                kestrel.ListenLocalhost(port);
            }
        });
        builder.Services.AddRazorComponents().AddInteractiveServerComponents(circuits =>
        {
            circuits.DisconnectedCircuitMaxRetained = 20;
            circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromSeconds(30);
        }).AddHubOptions(hub => hub.MaximumReceiveMessageSize = 256 * 1024);
        builder.Services.AddSingleton<Uploads>();
        builder.Services.AddSingleton<StimulusStore>();
        builder.Services.AddSingleton<Turns>();
        builder.Services.AddScoped<Presence>();
        builder.Services.AddScoped<CircuitHandler>(services => services.GetRequiredService<Presence>());
        var application = builder.Build();
        application.Use(Guarding.OnlyThisMachine);
        application.UseAntiforgery();
        Assets.Map(application);
        Downloads.Map(application);
        application.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = "'none'");
        try
        {
            await application.StartAsync();
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }

        return new Server(application);
    }

    /// <summary>Serves until it is asked to stop.</summary>
    /// <param name="port">The port.</param>
    /// <param name="say">Told the page's address, once it is there.</param>
    /// <param name="cancellation">Asks it to stop.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static void Run(int port, Action<string> say, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(say);
        RunAsync(port, say, cancellation).GetAwaiter().GetResult();
    }

    /// <summary>Stops serving.</summary>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private ICollection<string> Addresses =>
        _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;

    private static async Task RunAsync(int port, Action<string> say, CancellationToken cancellation)
    {
        await using Server server = await StartAsync(port);
        say(server.Url);
        await Task.Delay(Timeout.Infinite, cancellation).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }
}
