using System.Net;
using Marketplace.Fleet.Accounts;
using Marketplace.Fleet.Projects;
using Marketplace.Fleet.Proving;
using Marketplace.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Configuration;

namespace Marketplace.Fleet.Silos;

/// <summary>One machine's part of a fleet.</summary>
public sealed class FleetSilo : IAsyncDisposable
{
    private const string Postgres = "Npgsql";

    /// <summary>How long a silo that is stopped may take to hand over what it serves; less than a command is given to end.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(8);

    /// <summary>Threads of a silo that proves, beside one for each core.</summary>
    private const int SpareThreads = 8;

    private readonly IHost _host;

    private FleetSilo(IHost host) => _host = host;

    /// <summary>Starts a silo that serves projects: it joins the others of its fleet and begins.</summary>
    /// <param name="options">How it is reached, and whether it proves itself.</param>
    /// <param name="market">What it serves; its key and its session are closed with the silo.</param>
    /// <param name="logging">Where it logs to.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    public static Task<FleetSilo> StartAsync(
        FleetOptions options, ServedMarket market, Action<ILoggingBuilder> logging, CancellationToken cancellationToken)
    {
        return StartAsync(options, market.Fleet, [typeof(AccountGrain), typeof(ProjectGrain)], logging, Add, cancellationToken);

        void Add(IServiceCollection services)
        {
            services.AddSingleton(market);
            services.AddSingleton<GrainSender>();
            services.AddSingleton(provider =>
            {
                GrainSender account = provider.GetRequiredService<GrainSender>();
                return new Party(market.Session, market.Key, account, market.StateBy(account), market.StateFolder);
            });
            services.AddSingleton<ComputeMachines>();
            services.AddSingleton(provider => new FleetProvers(provider.GetRequiredService<ComputeMachines>(), market.Srs, options));
            services.AddHostedService<ProjectFinder>();
        }
    }

    /// <summary>Starts a silo that proves for the others of its fleet.</summary>
    /// <param name="options">How it is reached.</param>
    /// <param name="fleet">Which fleet.</param>
    /// <param name="strings">What it proves with.</param>
    /// <param name="logging">Where it logs to.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    public static Task<FleetSilo> StartComputeAsync(
        FleetOptions options, FleetName fleet, ReferenceStrings strings, Action<ILoggingBuilder> logging, CancellationToken cancellationToken)
    {
        // A proof keeps a thread of every core busy; the others' probes are answered on threads that are there already.
        ThreadPool.SetMinThreads(Environment.ProcessorCount + SpareThreads, Environment.ProcessorCount + SpareThreads);
        return StartAsync(
            options, fleet, [typeof(ProofWorkerGrain)], logging, services => services.AddSingleton(strings), cancellationToken);
    }

    /// <summary>Starts a silo.</summary>
    /// <param name="options">How it is reached.</param>
    /// <param name="fleet">Which fleet.</param>
    /// <param name="grains">What it hosts.</param>
    /// <param name="logging">Where it logs to.</param>
    /// <param name="services">Adds what these grains need.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    internal static async Task<FleetSilo> StartAsync(
        FleetOptions options,
        FleetName fleet,
        Type[] grains,
        Action<ILoggingBuilder> logging,
        Action<IServiceCollection> services,
        CancellationToken cancellationToken)
    {
        var silo = new FleetSilo(Build(options, fleet, grains, logging, services));
        try
        {
            await silo._host.StartAsync(cancellationToken);
            return silo;
        }
        catch
        {
            await silo.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the silo is to be stopped, for as long as it can go on.</summary>
    /// <exception cref="IOException">It cannot: mostly, the others have not heard of it for seconds, and have declared it dead.</exception>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        Task<string> failed = _host.Services.GetRequiredService<FatalErrors>().First;
        await Task.WhenAny(failed, Task.Delay(Timeout.Infinite, cancellationToken));
        if (failed.IsCompleted)
            throw new IOException($"this machine is none of the fleet any more, start it again: {await failed}");
    }

    /// <summary>What the silo is made of.</summary>
    internal IServiceProvider Services => _host.Services;

    /// <summary>Hands over what is served here, and leaves the fleet.</summary>
    /// <returns>Whether that was done in time. If it was not, the others take over once they miss this machine.</returns>
    public async Task<bool> StopAsync()
    {
        try
        {
            await _host.StopAsync();
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public ValueTask DisposeAsync() => ((IAsyncDisposable)_host).DisposeAsync();

    private static IHost Build(
        FleetOptions options, FleetName fleet, Type[] grains, Action<ILoggingBuilder> logging, Action<IServiceCollection> services)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        // Orleans tells much of what passes by itself; what counts is said in this project's own lines. Settings can ask for more.
        builder.Logging.AddFilter("Orleans", LogLevel.Error);
        logging(builder.Logging);
        builder.Logging.AddFilter("Polly", LogLevel.Error);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainLimit);
        // The command listens for signals, and stops the silo.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton<FatalErrors>();
        builder.Services.AddSingleton<IFatalErrorHandler>(provider => provider.GetRequiredService<FatalErrors>());
        builder.UseOrleans(silo => Configure(silo, options, fleet, grains));
        // After Orleans: hosted services start in order, and stop in the opposite one.
        builder.Services.AddHostedService<MemberLog>();
        services(builder.Services);
        return builder.Build();
    }

    private static void Configure(ISiloBuilder silo, FleetOptions options, FleetName fleet, Type[] grains)
    {
        silo.Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = fleet.ToString());
        // What a silo does not host is placed on others.
        silo.Services.PostConfigure<GrainTypeOptions>(
            types => types.Classes.RemoveWhere(type => type.Assembly == typeof(FleetSilo).Assembly && !grains.Contains(type)));
        OwnMachinePlacement.AddTo(silo);
        // Its tables are in the fleet's schema, as all of ours; Orleans names them without one.
        string database = new NpgsqlConnectionStringBuilder(options.Database) { SearchPath = "fleet", IncludeErrorDetail = false }.ConnectionString;
        silo.UseAdoNetClustering(clustering => (clustering.Invariant, clustering.ConnectionString) = (Postgres, database));
        silo.UseAdoNetReminderService(reminders => (reminders.Invariant, reminders.ConnectionString) = (Postgres, database));
        silo.Configure<EndpointOptions>(endpoint =>
        {
            endpoint.AdvertisedIPAddress = options.Address;
            endpoint.SiloPort = options.Port;
            endpoint.SiloListeningEndpoint = new IPEndPoint(options.Address, options.Port);
            // Nobody but silos has anything to say here.
            endpoint.GatewayPort = 0;
        });
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            // A silo that misses three probes is voted out. One that computes on all of its cores answers late, and probes wait longer for it,
            // up to the longest; so long, three times over, is a frozen one taken for alive, whose connections stay open.
            membership.ProbeTimeout = TimeSpan.FromSeconds(1.5);
            membership.MaxProbeTimeout = TimeSpan.FromSeconds(3);
            membership.NumMissedProbesLimit = 3;
            membership.TableRefreshTimeout = TimeSpan.FromSeconds(15);
            membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(15);
            membership.DefunctSiloExpiration = TimeSpan.FromDays(1);
        });
        // Proofs' rows and blocks go in pieces of 1 MB; what is much larger would hold up all that comes after it, signs of life too.
        silo.Configure<SiloMessagingOptions>(messaging => messaging.MaxMessageBodySize = 4 * SliceRows.PieceLength);
        if (options.Certificates is { } certificates)
            silo.UseTls(certificates.Configure);
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
