using Marketplace.ReadModel.Stores;
using Marketplace.ReadModel.Tables;

namespace Marketplace.ReadModel.Databases;

/// <summary>Where a market's tables are. It hands out snapshots to read and turns to write; what is asked and written is not its concern.</summary>
internal interface IDatabase : IAsyncDisposable
{
    /// <summary>
    /// Begins anew a database that was found damaged, which until then is neither read nor written. Does nothing to a sound one. For
    /// the writer alone, which has to look then where the rows are.
    /// </summary>
    Task RepairAsync(CancellationToken cancellationToken);

    /// <summary>Makes this process the writer, unless another one is.</summary>
    Task<bool> TryBecomeWriterAsync(CancellationToken cancellationToken);

    /// <summary>What another process has changed, as soon as it tells; nothing when it tells nothing for some time.</summary>
    Task<IReadOnlyList<MarketChange>> WaitForChangesAsync(TimeSpan atMost, CancellationToken cancellationToken);

    /// <summary>Asks within one snapshot, so that all parts of an answer are of one block.</summary>
    /// <exception cref="IOException">The database failed.</exception>
    Task<T> ReadAsync<T>(Func<MarketTables, Task<T>> query, CancellationToken cancellationToken);

    /// <summary>Writes in one transaction, one at a time, and tells other processes what has changed.</summary>
    /// <exception cref="IOException">The database failed; nothing was written.</exception>
    /// <exception cref="NotWriterException">Another process may be the writer by now.</exception>
    Task<MarketChange> WriteAsync(Func<MarketTables, Task<MarketChange>> write, CancellationToken cancellationToken);
}
