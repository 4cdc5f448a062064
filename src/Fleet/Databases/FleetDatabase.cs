using System.Data.Common;
using Marketplace.Fleet.Migrations;
using Npgsql;

namespace Marketplace.Fleet.Databases;

/// <summary>The PostgreSQL database that the machines of a fleet share. Everything of theirs is in its schema <c>fleet</c>.</summary>
public sealed class FleetDatabase : IAsyncDisposable
{
    /// <summary>Longest that a connection, and then one statement, is waited for, in seconds.</summary>
    private const int MostToConnect = 5, MostToAnswer = 10;

    private FleetDatabase(NpgsqlDataSource source, string location) => (Source, Location) = (source, location);

    /// <summary>Where it is, for messages: server and name, without credentials.</summary>
    public string Location { get; }

    internal NpgsqlDataSource Source { get; }

    /// <summary>Opens the database, and brings its tables up to date.</summary>
    /// <param name="connection">Connection string. No message repeats it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="IOException">The text is no connection string, or the database cannot be used.</exception>
    public static async Task<FleetDatabase> OpenAsync(string connection, CancellationToken cancellationToken)
    {
        FleetDatabase database = Connect(connection);
        try
        {
            await Migrator.ApplyAsync(database.Source, cancellationToken);
            return database;
        }
        catch (Exception e)
        {
            await database.DisposeAsync();
            if (e is InvalidDataException || IsFailure(e))
                throw new IOException($"the database {database.Location} cannot be used: {e.Message}", e);
            throw;
        }
    }

    public ValueTask DisposeAsync() => Source.DisposeAsync();

    /// <summary>Does something with the database.</summary>
    /// <param name="work">What to do.</param>
    /// <param name="unavailable">What is thrown when the database, which it is given the name of, failed.</param>
    internal async Task<T> GuardAsync<T>(Func<Task<T>> work, Func<string, Exception, IOException> unavailable)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw unavailable($"the database {Location}", e);
        }
    }

    /// <summary>Whether an error is the database's own, or one of the way to it.</summary>
    private static bool IsFailure(Exception e) => e is DbException or TimeoutException;

    /// <exception cref="IOException">The text is no connection string.</exception>
    private static FleetDatabase Connect(string connection)
    {
        try
        {
            NpgsqlConnectionStringBuilder settings = new(connection) { ApplicationName = "marketplace-fleet", IncludeErrorDetail = false };
            settings.Timeout = Bound(settings.Timeout, MostToConnect);
            settings.CommandTimeout = Bound(settings.CommandTimeout, MostToAnswer);
            // What was acknowledged is to outlast a crash of the server, and a machine that froze is to hold no lock.
            settings.Options =
                $"{settings.Options} -c synchronous_commit=on -c statement_timeout={MostToAnswer}s "
                + $"-c idle_in_transaction_session_timeout={MostToAnswer}s";
            NpgsqlDataSource source = new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
            return new FleetDatabase(source, $"{settings.Database} at {settings.Host}:{settings.Port}");
        }
        catch (Exception e) when (e is ArgumentException or FormatException or NotSupportedException)
        {
            // Without the library's exception: its message may repeat a part of the text, which may be the password.
            throw new IOException(
                "the PostgreSQL connection string is malformed; expected something like Host=localhost;Database=fleet;Username=me;Password=…");
        }
    }

    /// <summary>Zero stands for no bound, which is none of ours.</summary>
    private static int Bound(int given, int most) => given > 0 && given < most ? given : most;
}
