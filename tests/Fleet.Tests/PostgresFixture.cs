using Marketplace.Fleet.Databases;
using Marketplace.Testing.Databases;

[assembly: AssemblyFixture(typeof(Marketplace.Fleet.Tests.PostgresFixture))]

namespace Marketplace.Fleet.Tests;

/// <summary>A cluster that all tests here share; each makes databases of its own.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private PostgresServer? _server;

    /// <summary>The cluster. A test that finds none is skipped, and says so.</summary>
    public PostgresServer Server
    {
        get
        {
            Assert.SkipWhen(_server is null, PostgresServer.WhyMissing ?? "");
            return _server!;
        }
    }

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
