using Marketplace.Fleet.Databases;
using Marketplace.Testing.Databases;

[assembly: AssemblyFixture(typeof(Marketplace.Fleet.Tests.PostgresFixture))]

namespace Marketplace.Fleet.Tests;

/// <summary>A cluster that all tests here share; each makes databases of its own.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private readonly Lazy<Task<string>> _shared;
    private PostgresServer? _server;

    public PostgresFixture() => _shared = new Lazy<Task<string>>(() => Server.CreateDatabaseAsync());

    /// <summary>The cluster. A test that finds none is skipped, and says so.</summary>
    public PostgresServer Server
    {
        get
        {
            Assert.SkipWhen(_server is null, PostgresServer.WhyMissing ?? "");
            return _server!;
        }
    }

    /// <summary>The connection string of one database for all fleets: each of its own would have as many connections of its own.</summary>
    public Task<string> SharedDatabaseAsync() => _shared.Value;

    public async Task<FleetDatabase> CreateDatabaseAsync() =>
        await FleetDatabase.OpenAsync(await Server.CreateDatabaseAsync(), CancellationToken.None);

    public async ValueTask InitializeAsync()
    {
        if (PostgresServer.WhyMissing is null)
            _server = await PostgresServer.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
