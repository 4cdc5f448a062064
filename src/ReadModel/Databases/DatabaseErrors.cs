using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.ReadModel.Databases;

/// <summary>What goes wrong with a database, in words that hold no connection string.</summary>
internal static class DatabaseErrors
{
    /// <summary>The database's own errors as ones of the store.</summary>
    /// <exception cref="IOException">The database failed.</exception>
    public static async Task<T> GuardAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (Find(e) is not null)
        {
            throw ToIOException(e);
        }
    }

    /// <inheritdoc cref="GuardAsync{T}"/>
    public static Task GuardAsync(Func<Task> work) => GuardAsync(async () =>
    {
        await work();
        return true;
    });

    /// <summary>The database's own error; null for one that is not its. EF wraps some of them.</summary>
    public static DbException? Find(Exception e) =>
        e as DbException ?? (e is DbUpdateException or InvalidOperationException ? e.InnerException as DbException : null);

    public static IOException ToIOException(Exception e) => new($"the database failed: {(Find(e) ?? e).Message}", e);
}
