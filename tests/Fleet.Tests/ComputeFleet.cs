using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Marketplace.Chain;
using Marketplace.Fleet.Databases;
using Marketplace.Fleet.Proving;
using Marketplace.Fleet.Silos;
using Marketplace.Testing;
using Marketplace.Testing.Networks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;

namespace Marketplace.Fleet.Tests;

/// <summary>A silo that leads proofs, and silos that prove, all in this process; and rows to prove something about.</summary>
internal sealed class ComputeFleet : IAsyncDisposable
{
    private readonly FleetName _name = new(31337, Address.Zero, new Address(RandomNumberGenerator.GetBytes(Address.Size)));
    private readonly string _database;
    private readonly List<FleetSilo> _silos = [];
    private FleetSilo? _leader;

    private ComputeFleet(string database) => _database = database;

    /// <summary>What was said and warned of.</summary>
    public ConcurrentQueue<string> Said { get; } = [];

    public ComputeMachines Machines => _leader!.Services.GetRequiredService<ComputeMachines>();

    /// <summary>Called with every warning.</summary>
    public Action<string> Warned { get; set; } = _ => { };

    public static async Task<ComputeFleet> StartAsync(PostgresFixture postgres)
    {
        string database = await postgres.SharedDatabaseAsync();
        await using (FleetDatabase made = await FleetDatabase.OpenAsync(database, CancellationToken.None))
        {
            // Its tables are there now.
        }
        ComputeFleet fleet = new(database);
        fleet._leader = await fleet.StartAsync([], services => services.AddSingleton<ComputeMachines>());
        return fleet;
    }

    /// <summary>Starts a machine that proves, and waits until the leader knows it.</summary>
    /// <param name="filter">Comes between the machine and its callers; null for nothing.</param>
    /// <param name="srs">Given to it; null for the development string.</param>
    public async Task<SiloAddress> AddAsync(IIncomingGrainCallFilter? filter = null, string? srs = null)
    {
        var strings = ReferenceStrings.Open(_name, srs, NullLogger.Instance, CancellationToken.None);
        FleetSilo silo = await StartAsync(
            [typeof(ProofWorkerGrain)],
            services =>
            {
                services.AddSingleton(strings);
                if (filter is not null)
                    services.AddSingleton(filter);
            });
        SiloAddress address = silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        await Polling.WaitUntilAsync(() => Machines.Find().Contains(address), Payments.Patience, () => $"{address} is not one of the fleet");
        return address;
    }

    /// <summary>A prover that uses at most so many machines.</summary>
    public FleetProver Prover(ProofCase rows, int split) =>
        new(Machines, rows.Srs, split, null, Said.Enqueue, line =>
        {
            Said.Enqueue(line);
            Warned(line);
        });

    /// <summary>Which grains of ours each silo hosts, the leader first.</summary>
    public IReadOnlyList<string[]> Hosted()
    {
        var manifests = _leader!.Services.GetRequiredService<IClusterManifestProvider>().Current.Silos;
        string[] ours = ["account", "project", ProofWorkerGrain.TypeName];
        return
        [
            .. _silos.Select(silo => silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress)
                .Select(address => ours.Where(name => manifests[address].Grains.ContainsKey(GrainType.Create(name))).ToArray()),
        ];
    }

    public async Task<FleetSilo> StartAsync(Type[] grains, Action<IServiceCollection> services)
    {
        FleetOptions options = new(_database, IPAddress.Loopback, LoopbackPort.FindFree(), null, FleetRole.Control, 1);
        FleetSilo silo = await FleetSilo.StartAsync(
            options, _name, grains, logging => logging.SetMinimumLevel(LogLevel.Warning), services, CancellationToken.None);
        _silos.Add(silo);
        return silo;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (FleetSilo silo in Enumerable.Reverse(_silos))
        {
            await silo.StopAsync();
            await silo.DisposeAsync();
        }
    }
}
