using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.ReadModel.Postgres;

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
        catch (Exception e) when (IsDatabases(e))
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

    /// <summary>EF wraps what it holds for passing into an exception of its own.</summary>
    public static bool IsDatabases(Exception e) =>
        e is DbException or DbUpdateException || e is InvalidOperationException { InnerException: DbException };

    public static IOException ToIOException(Exception e) =>
        new($"the PostgreSQL database failed: {(e is DbException ? e.Message : e.InnerException?.Message ?? e.Message)}", e);
}
