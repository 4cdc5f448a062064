using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Marketplace.ReadModel.Stores;
using Marketplace.ReadModel.Tables;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Marketplace.ReadModel.Databases;

/// <summary>
/// A market's SQLite file in a folder, for one process. Its write-ahead log lets readers go on while blocks are written, and gives a
/// process or a machine that ends in the middle its last whole transaction back.
/// </summary>
/// <remarks>
/// All that is in the file can be read from the chain again, so one that is damaged or of another version is not mended or migrated:
/// it is set aside, and a new one is begun.
/// </remarks>
internal sealed class SqliteDatabase : IDatabase
{
    /// <summary>How long a connection waits for another one of this process.</summary>
    private const int BusySeconds = 30;

    // SQLite's result codes.
    private const int Corrupt = 11, NotADatabase = 26;

    private readonly string _path;
    private readonly MarketIdentity _market;
    private readonly ILogger _logger;
    private readonly string _reading;
    private readonly DbContextOptions<SqliteTables> _options;
    private readonly FileStream _held;
    private readonly SemaphoreSlim _turn = new(1);
    private SqliteConnection? _writer;
    private volatile Exception? _damage;

    private SqliteDatabase(string path, MarketIdentity market, ILogger logger)
    {
        _path = path;
        _market = market;
        _logger = logger;
        _reading = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = BusySeconds }.ToString();
        _options = SqliteTables.Options(_reading);
        _held = Hold($"{path}.lock", path);
    }

    /// <summary>Opens a market's file.</summary>
    /// <param name="folder">Made when there is none.</param>
    /// <exception cref="IOException">The file cannot be used, or another process uses it.</exception>
    public static async Task<SqliteDatabase> OpenAsync(
        string folder, MarketIdentity market, ILogger logger, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, $"market-{market.ChainId}-{market.Market.ToString().ToLowerInvariant()}.db");
        SqliteDatabase database = new(path, market, logger);
        try
        {
            await DatabaseErrors.GuardAsync(() => database.PrepareAsync(cancellationToken));
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    public async Task RepairAsync(CancellationToken cancellationToken)
    {
        if (_damage is null)
            return;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_damage is { } damage)
                await DatabaseErrors.GuardAsync(() => BeginAnewAsync(damage, cancellationToken));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>True: nobody else can open the file.</summary>
    public Task<bool> TryBecomeWriterAsync(CancellationToken cancellationToken) => Task.FromResult(true);

    /// <summary>None: nobody else can open the file.</summary>
    public async Task<IReadOnlyList<MarketChange>> WaitForChangesAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        await Task.Delay(atMost, cancellationToken);
        return [];
    }

    public Task<T> ReadAsync<T>(Func<MarketTables, Task<T>> query, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        await using SqliteTables tables = new(_options);
        await tables.Database.OpenConnectionAsync(cancellationToken);
        // A deferred transaction takes its snapshot with the first query, and no lock that a writer would wait for.
        await using SqliteTransaction snapshot = ((SqliteConnection)tables.Database.GetDbConnection()).BeginTransaction(deferred: true);
        await tables.Database.UseTransactionAsync(snapshot, cancellationToken);
        return await query(tables);
    });

    public async Task<MarketChange> WriteAsync(Func<MarketTables, Task<MarketChange>> write, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await GuardAsync(async () =>
            {
                await using SqliteTables tables = new(SqliteTables.Options(_writer ?? throw new IOException($"{_path} is closed")));
                await using var transaction = await tables.Database.BeginTransactionAsync(cancellationToken);
                MarketChange change = await write(tables);
                await transaction.CommitAsync(cancellationToken);
                return change;
            });
        }
        finally
        {
            _turn.Release();
        }
    }

    public ValueTask DisposeAsync()
    {
        Close();
        _held.Dispose();
        _turn.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Keeps other processes off the file, for as long as this one lives.</summary>
    private static FileStream Hold(string path, string what)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException(
                $"the read model {what} cannot be opened: {e.Message} When another dashboard uses it, give this one another folder, or let both "
                    + "use PostgreSQL.",
                e);
        }
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ConnectAsync(cancellationToken);
        }
        catch (Exception e) when (IsDamage(e))
        {
            await BeginAnewAsync(e, cancellationToken);
        }
    }

    private async Task BeginAnewAsync(Exception damage, CancellationToken cancellationToken)
    {
        Close();
        if (File.Exists(_path))
            File.Move(_path, $"{_path}.aside", overwrite: true);
        File.Delete($"{_path}-wal");
        File.Delete($"{_path}-shm");
        _logger.LogWarning(
            "The read model {Path} cannot be used: {Problem}. It was moved to {Aside} and is made anew from the chain",
            _path, (DatabaseErrors.Find(damage) ?? damage).Message, $"{_path}.aside");
        await ConnectAsync(cancellationToken);
        _damage = null;
    }

    /// <summary>Opens the file for writing, and looks whether it is this market's, whole and of this version.</summary>
    /// <exception cref="InvalidDataException">It is not.</exception>
    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        // Whoever closes the file last takes the log in. Where there is one, the last process did not end by itself.
        bool wasAbandoned = File.Exists($"{_path}-wal");
        _writer = new SqliteConnection(new SqliteConnectionStringBuilder(_reading) { Pooling = false }.ToString());
        await _writer.OpenAsync(cancellationToken);
        // NORMAL: a power cut may take the last transactions, but leaves the file whole; the chain gives them back. Pages in KiB.
        Ask("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536");
        if (wasAbandoned && Ask("PRAGMA quick_check(1)") is var found and not "ok")
            throw new InvalidDataException($"it is damaged: {found}");
        await using SqliteTables tables = new(SqliteTables.Options(_writer));
        long version = SchemaVersion(tables);
        if (Ask("SELECT count(*) FROM sqlite_master") is 0L)
        {
            await tables.Database.EnsureCreatedAsync(cancellationToken);
            // Last, so that tables of which only a part was made have no version.
            Ask($"PRAGMA user_version = {version}");
        }
        else if (!version.Equals(Ask("PRAGMA user_version")))
        {
            throw new InvalidDataException("its tables are of another version");
        }
        MarketIdentity owner = await tables.ClaimAsync(_market, cancellationToken);
        if (owner != _market)
            throw new InvalidDataException($"it is of the {owner}");
    }

    /// <summary>Another number for every other schema, in the 31 bits that SQLite keeps for it.</summary>
    private static long SchemaVersion(SqliteTables tables) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(tables.Database.GenerateCreateScript()))) >> 1;

    private object? Ask(string sql)
    {
        using SqliteCommand command = _writer!.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    /// <summary>Once damage was found nothing is read or written any more, until <see cref="RepairAsync"/>.</summary>
    private Task<T> GuardAsync<T>(Func<Task<T>> work) => DatabaseErrors.GuardAsync(async () =>
    {
        if (_damage is { } found)
            throw ToIOException(found);
        try
        {
            return await work();
        }
        catch (Exception e) when (IsDamage(e))
        {
            _damage = e;
            throw ToIOException(e);
        }
    });

    private IOException ToIOException(Exception damage) =>
        new($"the read model {_path} is damaged ({(DatabaseErrors.Find(damage) ?? damage).Message}); it is made anew from the chain", damage);

    private static bool IsDamage(Exception e) =>
        e is InvalidDataException || DatabaseErrors.Find(e) is SqliteException { SqliteErrorCode: Corrupt or NotADatabase };

    private void Close()
    {
        using (SqliteConnection reader = new(_reading))
            SqliteConnection.ClearPool(reader);
        _writer?.Dispose();
        _writer = null;
    }
}
