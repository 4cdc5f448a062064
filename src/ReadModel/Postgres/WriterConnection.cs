using System.Collections.Concurrent;
using Marketplace.ReadModel.Stores;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.ReadModel.Postgres;

/// <summary>
/// The connection over which a process writes. Who holds the advisory lock on it is the writer; the lock ends with the connection,
/// so that a writer that is gone is followed by another one, and one that lost its connection can not write any more.
/// </summary>
internal sealed class WriterConnection(NpgsqlDataSource source) : IAsyncDisposable
{
    private const long WriterLock = 0x6d61726b65740002;
    private const string Channel = "marketplace_changes";

    private readonly SemaphoreSlim turn = new(1);
    private readonly ConcurrentQueue<MarketChange> heard = new();
    private NpgsqlConnection? connection;
    private bool isWriter;

    /// <summary>Takes the lock, unless another process has it; hears what that one changes from then on.</summary>
    public async Task<bool> TryAcquireAsync(CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            if (connection is { State: System.Data.ConnectionState.Open } && isWriter)
                return true;
            if (connection is not { State: System.Data.ConnectionState.Open })
                await ConnectAsync(cancellation);
            isWriter = (bool)(await ScalarAsync($"SELECT pg_try_advisory_lock({WriterLock})", cancellation))!;
            if (isWriter)
                await ScalarAsync($"UNLISTEN {Channel}", cancellation);
            return isWriter;
        }
        finally
        {
            turn.Release();
        }
    }

    public async Task<IReadOnlyList<MarketChange>> WaitForChangesAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            if (connection is not { State: System.Data.ConnectionState.Open })
                await ConnectAsync(cancellation);
            if (heard.IsEmpty)
                await connection!.WaitAsync(atMost, cancellation);
        }
        finally
        {
            turn.Release();
        }
        List<MarketChange> changes = [];
        while (heard.TryDequeue(out MarketChange? change))
            changes.Add(change);
        return changes;
    }

    /// <summary>Writes in one transaction, and tells the other processes.</summary>
    /// <param name="write">Returns what it has changed; null for nothing that is to be told.</param>
    /// <exception cref="NotWriterException">Another process may be the writer by now.</exception>
    public async Task<MarketChange> WriteAsync(Func<MarketDatabase, Task<MarketChange>> write, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            if (!isWriter || connection is not { State: System.Data.ConnectionState.Open })
                throw new NotWriterException();
            var options = new DbContextOptionsBuilder<MarketDatabase>().UseNpgsql(connection).Options;
            await using MarketDatabase database = new(options);
            database.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
            await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
            MarketChange change = await write(database);
            foreach (string part in ChangeMessage.Write(change))
                await database.Database.ExecuteSqlAsync($"SELECT pg_notify({Channel}, {part})", cancellation);
            await transaction.CommitAsync(cancellation);
            return change;
        }
        catch (Exception e) when (DatabaseErrors.IsDatabases(e))
        {
            if (connection is not { State: System.Data.ConnectionState.Open })
                throw new NotWriterException();
            throw DatabaseErrors.ToIOException(e);
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is { State: System.Data.ConnectionState.Open } && isWriter)
            await ScalarAsync($"SELECT pg_advisory_unlock({WriterLock})", CancellationToken.None);
        if (connection is not null)
            await connection.DisposeAsync();
        turn.Dispose();
    }

    private async Task ConnectAsync(CancellationToken cancellation)
    {
        isWriter = false;
        if (connection is not null)
            await connection.DisposeAsync();
        connection = await source.OpenConnectionAsync(cancellation);
        connection.Notification += (_, message) =>
        {
            if (ChangeMessage.TryRead(message.Payload) is { } change)
                heard.Enqueue(change);
        };
        await ScalarAsync($"LISTEN {Channel}", cancellation);
    }

    private async Task<object?> ScalarAsync(string sql, CancellationToken cancellation)
    {
        await using NpgsqlCommand command = new(sql, connection);
        return await command.ExecuteScalarAsync(cancellation);
    }
}
