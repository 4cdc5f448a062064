using System.Data.Common;
using Marketplace.Hosting;
using Npgsql;

namespace Marketplace.FleetHost;

/// <summary>The fleet's database.</summary>
/// <param name="Connection">The connection string; may hold a password.</param>
/// <param name="Server">The command line that runs its server; null when somebody else runs it.</param>
internal sealed record HostDatabase(string Connection, string[]? Server)
{
    /// <summary>Takes the user's database.</summary>
    /// <exception cref="UsageException">It is none, does not answer, or a fleet has used it.</exception>
    public static async Task<HostDatabase> OpenAsync(string connection, CancellationToken cancellationToken)
    {
        try
        {
            await using NpgsqlDataSource source = NpgsqlDataSource.Create(connection);
            await using NpgsqlCommand used = source.CreateCommand("SELECT to_regnamespace('fleet') IS NOT NULL");
            return await used.ExecuteScalarAsync(cancellationToken) is false
                ? new HostDatabase(connection, Server: null)
                : throw new UsageException(
                    "--database names a database that a fleet has used: its journal is of another chain. Give an empty one, or drop the schema "
                        + "'fleet'");
        }
        catch (Exception e) when (e is DbException or TimeoutException or ArgumentException or FormatException or KeyNotFoundException)
        {
            // The text is not repeated: it may hold a password.
            throw new UsageException($"--database cannot be used ({(e is DbException ? e.Message : "it is no connection string")})");
        }
    }

    /// <summary>Makes a database cluster out of the PostgreSQL that is installed; <see cref="Server"/> runs it.</summary>
    /// <param name="folder">Below which its files are; it is opened to the server's user where that is another one.</param>
    /// <param name="port">TCP port on the loopback interface.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="UsageException">None is installed, or it failed.</exception>
    public static async Task<HostDatabase> CreateAsync(string folder, int port, CancellationToken cancellationToken)
    {
        PostgresTools tools = PostgresTools.Find() ?? throw new UsageException(
            $"there is no PostgreSQL: install it (Debian: apt-get install postgresql), or name an empty database by {HostOptions.Database.Variable}");
        string data = Path.Combine(folder, "database");
        await tools.MakeClusterAsync(data, cancellationToken);
        return new HostDatabase(
            $"Host=127.0.0.1;Port={port};Username={PostgresTools.User};Database=postgres;Timeout=5",
            tools.CommandOf("postgres", "-D", data, "-p", $"{port}", "-h", "127.0.0.1", "-c", "unix_socket_directories=", "-F"));
    }

    /// <summary>Whether the server answers.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var opened = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Connection) { Pooling = false }.ConnectionString);
            await opened.OpenAsync(cancellationToken);
            return true;
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            return false;
        }
    }
}
