using Marketplace.Chain;
using Marketplace.ReadModel.Projection;

namespace Marketplace.ReadModel.Stores;

/// <summary>Which market a store is of; what it holds of another one is never mixed in.</summary>
public sealed record MarketIdentity(ulong ChainId, Address Market)
{
    public override string ToString() => $"market {Market} on chain {ChainId}";
}

/// <summary>A read model that can be written. There is one writer at a time; readers see all of a batch or nothing of it.</summary>
public interface IMarketStore : IReadModel, IAsyncDisposable
{
    /// <summary>Blocks that were reached, oldest first: where following may go on. The last is where the rows are.</summary>
    Task<IReadOnlyList<BlockPosition>> ReadPositionsAsync(CancellationToken cancellation);

    /// <summary>Takes in the blocks after the last position.</summary>
    Task<MarketChange> ApplyAsync(EventBatch batch, CancellationToken cancellation);

    /// <summary>Forgets what happened in a block and after it, as if it had never been, back to the end of an earlier batch.</summary>
    Task<MarketChange> RollBackAsync(ulong fromBlock, CancellationToken cancellation);

    /// <summary>Published content that the projects name and that was not read yet, or may be read later.</summary>
    /// <param name="projects">Whose content; null for that of all.</param>
    Task<IReadOnlyList<ContentReference>> FindUnreadAsync(IReadOnlyCollection<long>? projects, CancellationToken cancellation);

    /// <summary>Keeps what was read. It belongs to the content, not to a block, and outlasts every reorganization.</summary>
    Task SaveAsync(ContentRow content, CancellationToken cancellation);
}

/// <summary>What a piece of content is to a project.</summary>
public enum ContentKind : byte
{
    /// <summary>The project's document.</summary>
    Document,

    /// <summary>A round's report.</summary>
    Report,
}

/// <summary>Content that a project names.</summary>
public sealed record ContentReference(long Project, ContentKind Kind, Content.Cid Cid);
