using System.Collections.Concurrent;
using Marketplace.ReadModel.Stores;
using Marketplace.ReadModel.Tables;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.ReadModel.Databases;

/// <summary>
/// The connection over which a process writes. Who holds the advisory lock on it is the writer; the lock ends with the connection,
/// so that a writer that is gone is followed by another one, and one that lost its connection cannot write any more.
/// </summary>
internal sealed class PostgresTurn(NpgsqlDataSource source) : IAsyncDisposable
{
    private const long WriterLock = 0x6d61726b65740002;
    private const string Channel = "marketplace_changes";

    private readonly SemaphoreSlim _turn = new(1);
    private readonly ConcurrentQueue<MarketChange> _heard = new();
    private NpgsqlConnection? _connection;
    private bool _isWriter;

    /// <summary>Takes the lock, unless another process has it; hears what that one changes from then on.</summary>
    public async Task<bool> TryAcquireAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_connection is { State: System.Data.ConnectionState.Open } && _isWriter)
                return true;
            if (_connection is not { State: System.Data.ConnectionState.Open })
                await ConnectAsync(cancellationToken);
            _isWriter = (bool)(await ScalarAsync($"SELECT pg_try_advisory_lock({WriterLock})", cancellationToken))!;
            if (_isWriter)
                await ScalarAsync($"UNLISTEN {Channel}", cancellationToken);
            return _isWriter;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task<IReadOnlyList<MarketChange>> WaitForChangesAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_connection is not { State: System.Data.ConnectionState.Open })
                await ConnectAsync(cancellationToken);
            if (_heard.IsEmpty)
                await _connection!.WaitAsync(atMost, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
        List<MarketChange> changes = [];
        while (_heard.TryDequeue(out MarketChange? change))
            changes.Add(change);
        return changes;
    }

    /// <inheritdoc cref="IDatabase.WriteAsync"/>
    public async Task<MarketChange> WriteAsync(Func<MarketTables, Task<MarketChange>> write, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!_isWriter || _connection is not { State: System.Data.ConnectionState.Open })
                throw new NotWriterException();
            await using PostgresTables tables = new(PostgresTables.Options(_connection));
            await using var transaction = await tables.Database.BeginTransactionAsync(cancellationToken);
            MarketChange change = await write(tables);
            foreach (string part in ChangeMessage.Write(change))
                await tables.Database.ExecuteSqlAsync($"SELECT pg_notify({Channel}, {part})", cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return change;
        }
        catch (Exception e) when (DatabaseErrors.Find(e) is not null)
        {
            if (_connection is not { State: System.Data.ConnectionState.Open })
                throw new NotWriterException();
            throw DatabaseErrors.ToIOException(e);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is { State: System.Data.ConnectionState.Open } && _isWriter)
            await ScalarAsync($"SELECT pg_advisory_unlock({WriterLock})", CancellationToken.None);
        if (_connection is not null)
            await _connection.DisposeAsync();
        _turn.Dispose();
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        _isWriter = false;
        if (_connection is not null)
            await _connection.DisposeAsync();
        _connection = await source.OpenConnectionAsync(cancellationToken);
        _connection.Notification += (_, message) =>
        {
            if (ChangeMessage.TryRead(message.Payload) is { } change)
                _heard.Enqueue(change);
        };
        await ScalarAsync($"LISTEN {Channel}", cancellationToken);
    }

    private async Task<object?> ScalarAsync(string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(sql, _connection);
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
