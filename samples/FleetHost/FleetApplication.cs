using System.Security.Cryptography;
using Marketplace.Hosting;
using Marketplace.LocalMarket;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.FleetHost;

/// <summary>Aspire with the fleet's model: started, watched, and stopped so that everything ends well.</summary>
internal sealed class FleetApplication : IAsyncDisposable
{
    private readonly DistributedApplication _application;
    private readonly FleetModel _model;
    private readonly ResourceWatch _watch;
    private Task _started = Task.CompletedTask;

    private FleetApplication(DistributedApplication application, FleetModel model, ResourceWatch watch, Uri aspireUrl) =>
        (_application, _model, _watch, AspireUrl) = (application, model, watch, aspireUrl);

    /// <summary>Where a browser finds Aspire's dashboard, with what lets it in.</summary>
    public Uri AspireUrl { get; }

    /// <summary>Where the market's own dashboard is, once it runs.</summary>
    public Uri DashboardUrl => _model.DashboardUrl;

    /// <summary>Ends when the market runs, or has failed.</summary>
    public Task<RunningMarket> Market => _model.Market.Running;

    /// <summary>Starts all resources, those that wait for others later.</summary>
    /// <param name="options">What the user chose.</param>
    /// <param name="folder">Of all data.</param>
    /// <param name="context">Has the log.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <exception cref="LocalMarketException">Something cannot be had; the message says what.</exception>
    public static async Task<FleetApplication> StartAsync(
        HostOptions options, string folder, CommandContext context, CancellationToken cancellationToken)
    {
        (string repository, string node) = await LocalChain.PrepareAsync(cancellationToken);
        HostDatabase database = options.Connection is { } connection
            ? await HostDatabase.OpenAsync(connection, cancellationToken)
            : await HostDatabase.CreateAsync(folder, LoopbackPort.FindFree(), cancellationToken);
        var url = new Uri($"http://127.0.0.1:{(options.Port == 0 ? LoopbackPort.FindFree() : options.Port)}");
        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        IDistributedApplicationBuilder builder = CreateBuilder(url, token, context.Settings);
        var model = new FleetModel(builder, options, folder, repository, node, database);
        DistributedApplication application = builder.Build();
        var fleet = new FleetApplication(
            application,
            model,
            new ResourceWatch(application.Services, [.. model.Surroundings, model.Market, .. model.Programs], folder, context.Say),
            new Uri(url, $"login?t={token}"));
        try
        {
            await fleet.StartAsync(cancellationToken);
            return fleet;
        }
        catch
        {
            await fleet.StopAsync();
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the programs first: they hand over and leave while database and chain are still there.</summary>
    public async Task StopAsync()
    {
        // A start that is cancelled leaves resources that cannot be stopped; one whose market has failed ends.
        await _model.Market.DisposeAsync();
        await _started.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await StopAsync(_model.Programs);
        await StopAsync(_model.Surroundings);
        await _application.StopAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        await _application.DisposeAsync();
    }

    /// <summary>Starts, and waits for the dashboard alone: the whole start ends only when all resources have what they wait for.</summary>
    private async Task StartAsync(CancellationToken cancellationToken)
    {
        _started = _application.StartAsync(CancellationToken.None);
        Task dashboard = _watch.DashboardAsync(cancellationToken);
        await (_started == await Task.WhenAny(_started, dashboard) && _started.IsFaulted ? _started : dashboard);
    }

    private static IDistributedApplicationBuilder CreateBuilder(Uri url, string token, SettingsReader settings)
    {
        IDistributedApplicationBuilder builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            // All of it is on the loopback interface.
            AllowUnsecuredTransport = true,
            DashboardApplicationName = "fleet",
            Args =
            [
                $"--ASPNETCORE_URLS={url.GetLeftPart(UriPartial.Authority)}",
                $"--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://127.0.0.1:{LoopbackPort.FindFree()}",
                $"--ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL=http://127.0.0.1:{LoopbackPort.FindFree()}",
                $"--AppHost:BrowserToken={token}",
            ],
        });
        builder.Services.AddLogging(logging => logging.AddConsoleLog(settings)
            .AddFilter("Aspire", LogLevel.Error)
            // What these call errors is what every start and every end is like: something does not answer yet, or no more.
            .AddFilter("Aspire.Hosting.Dashboard", LogLevel.None)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None));
        // The command listens for signals, and stops everything in its order.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        return builder;
    }

    private async Task StopAsync(IReadOnlyList<IResource> resources)
    {
        var commands = _application.Services.GetRequiredService<ResourceCommandService>();
        IResource[] running = [.. resources.Where(_watch.IsRunning)];
        await Task.WhenAll(running.Select(resource => commands.ExecuteCommandAsync(resource, KnownResourceCommands.StopCommand)));
        await Task.WhenAll(running.Select(_watch.EndedAsync));
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
