using Marketplace.Fleet.Databases;
using Marketplace.Testing;
using Npgsql;

namespace Marketplace.Fleet.Tests;

/// <summary>Holds statements within the database, so that they overlap whatever the machine is doing.</summary>
internal static class DatabaseLocks
{
    /// <summary>Waits until as many statements wait for a lock.</summary>
    public static Task WaitForWaitingAsync(this FleetDatabase database, int waiting) => Polling.WaitUntilAsync(
        async () =>
        {
            await using NpgsqlCommand count = database.Source.CreateCommand(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()");
            return (long)(await count.ExecuteScalarAsync())! >= waiting;
        },
        Payments.Patience,
        () => $"less than {waiting} wait for a lock");

    /// <summary>Lets statements read a table and none write it, until all that are expected to have come to their write.</summary>
    public static async Task<T[]> OverlapAsync<T>(this FleetDatabase database, string table, int writers, Func<int, Task<T>> write)
    {
        await using NpgsqlConnection connection = await database.Source.OpenConnectionAsync();
        await using NpgsqlTransaction held = await connection.BeginTransactionAsync();
        await using (NpgsqlCommand hold = new($"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE", connection, held))
            await hold.ExecuteNonQueryAsync();
        Task<T>[] writing = [.. Enumerable.Range(0, writers).Select(k => Task.Run(() => write(k)))];
        await database.WaitForWaitingAsync(writers);
        await held.RollbackAsync();
        return await Task.WhenAll(writing);
    }
}
