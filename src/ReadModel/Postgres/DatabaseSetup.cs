using Marketplace.ReadModel.Stores;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.ReadModel.Postgres;

/// <summary>Opening a database: its address, its tables, and whose it is.</summary>
internal static class DatabaseSetup
{
    /// <summary>Key of the advisory lock under which tables are changed, so that two dashboards can start together.</summary>
    private const long SetupLock = 0x6d61726b65740001;

    /// <exception cref="IOException">The text is no connection string.</exception>
    public static NpgsqlDataSource Connect(string connection)
    {
        try
        {
            NpgsqlConnectionStringBuilder settings = new(connection) { ApplicationName = "marketplace", IncludeErrorDetail = false };
            return new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
        }
        catch (Exception e) when (e is ArgumentException or FormatException or NotSupportedException)
        {
            // Without the library's exception: its message may repeat a part of the text, which may be the password.
            throw new IOException("the PostgreSQL connection string is malformed; expected something like Host=localhost;Database=market;Username=me;Password=…");
        }
    }

    /// <exception cref="IOException">The database is another market's.</exception>
    public static async Task PrepareAsync(
        NpgsqlDataSource source, DbContextOptions<MarketDatabase> options, MarketIdentity market, CancellationToken cancellation)
    {
        await using NpgsqlConnection locked = await source.OpenConnectionAsync(cancellation);
        await using (NpgsqlCommand command = new($"SELECT pg_advisory_lock({SetupLock})", locked))
            await command.ExecuteNonQueryAsync(cancellation);
        // Ends with the connection, whatever happens.
        await using MarketDatabase database = new(options);
        await database.Database.MigrateAsync(cancellation);
        MarketRow? found = await database.Market.AsNoTracking().SingleOrDefaultAsync(cancellation);
        if (found is null)
        {
            database.Market.Add(new MarketRow { ChainId = market.ChainId, Address = market.Market });
            await database.SaveChangesAsync(cancellation);
        }
        else if (found.Identity != market)
        {
            throw new IOException($"the PostgreSQL database is of the {found.Identity}, not of the {market}; give each market a database of its own");
        }
        await using NpgsqlCommand unlock = new($"SELECT pg_advisory_unlock({SetupLock})", locked);
        await unlock.ExecuteNonQueryAsync(cancellation);
    }
}
