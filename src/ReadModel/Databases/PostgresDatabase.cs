using Marketplace.ReadModel.Stores;
using Marketplace.ReadModel.Tables;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.ReadModel.Databases;

/// <summary>A PostgreSQL database for one market. Several processes can share it; one of them writes.</summary>
internal sealed class PostgresDatabase : IDatabase
{
    /// <summary>Key of the advisory lock under which tables are changed, so that two dashboards can start together.</summary>
    private const long SetupLock = 0x6d61726b65740001;

    private readonly NpgsqlDataSource _source;
    private readonly DbContextOptions<PostgresTables> _options;
    private readonly PostgresTurn _turn;

    private PostgresDatabase(NpgsqlDataSource source)
    {
        _source = source;
        _options = PostgresTables.Options(source);
        _turn = new PostgresTurn(source);
    }

    /// <summary>Opens a market's database, and brings its tables up to date.</summary>
    /// <param name="connection">Connection string. No message repeats it.</param>
    /// <exception cref="IOException">The database cannot be used, or is of another market.</exception>
    public static async Task<PostgresDatabase> OpenAsync(string connection, MarketIdentity market, CancellationToken cancellationToken)
    {
        PostgresDatabase database = new(Connect(connection));
        try
        {
            await DatabaseErrors.GuardAsync(() => database.PrepareAsync(market, cancellationToken));
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>A server looks after its files; there is nothing to be done from here.</summary>
    public Task RepairAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<bool> TryBecomeWriterAsync(CancellationToken cancellationToken) =>
        DatabaseErrors.GuardAsync(() => _turn.TryAcquireAsync(cancellationToken));

    public Task<IReadOnlyList<MarketChange>> WaitForChangesAsync(TimeSpan atMost, CancellationToken cancellationToken) =>
        DatabaseErrors.GuardAsync(() => _turn.WaitForChangesAsync(atMost, cancellationToken));

    public Task<T> ReadAsync<T>(Func<MarketTables, Task<T>> query, CancellationToken cancellationToken) => DatabaseErrors.GuardAsync(async () =>
    {
        await using PostgresTables tables = new(_options);
        await using var snapshot = await tables.Database.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        return await query(tables);
    });

    public Task<MarketChange> WriteAsync(Func<MarketTables, Task<MarketChange>> write, CancellationToken cancellationToken) =>
        _turn.WriteAsync(write, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _turn.DisposeAsync();
        await _source.DisposeAsync();
    }

    /// <exception cref="IOException">The text is no connection string.</exception>
    private static NpgsqlDataSource Connect(string connection)
    {
        try
        {
            NpgsqlConnectionStringBuilder settings = new(connection) { ApplicationName = "marketplace", IncludeErrorDetail = false };
            return new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
        }
        catch (Exception e) when (e is ArgumentException or FormatException or NotSupportedException)
        {
            // Without the library's exception: its message may repeat a part of the text, which may be the password.
            throw new IOException(
                "the PostgreSQL connection string is malformed; expected something like Host=localhost;Database=market;Username=me;Password=…");
        }
    }

    private async Task PrepareAsync(MarketIdentity market, CancellationToken cancellationToken)
    {
        // Its lock ends with the connection, whatever happens.
        await using NpgsqlConnection locked = await _source.OpenConnectionAsync(cancellationToken);
        await using (NpgsqlCommand command = new($"SELECT pg_advisory_lock({SetupLock})", locked))
            await command.ExecuteNonQueryAsync(cancellationToken);
        await using PostgresTables tables = new(_options);
        await tables.Database.MigrateAsync(cancellationToken);
        MarketIdentity found = await tables.ClaimAsync(market, cancellationToken);
        if (found != market)
            throw new IOException($"the PostgreSQL database is of the {found}, not of the {market}; give each market a database of its own");
        await using NpgsqlCommand unlock = new($"SELECT pg_advisory_unlock({SetupLock})", locked);
        await unlock.ExecuteNonQueryAsync(cancellationToken);
    }
}
