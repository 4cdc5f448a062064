namespace Marketplace.ReadModel.Stores;

/// <summary>A store that several processes use. They take turns: one writes, the others show what it writes until it is gone.</summary>
internal interface ISharedStore
{
    /// <summary>Makes this process the writer, unless another one is.</summary>
    Task<bool> TryBecomeWriterAsync(CancellationToken cancellation);

    /// <summary>What the writer has changed, as soon as it tells; nothing when it tells nothing for some time.</summary>
    Task<IReadOnlyList<MarketChange>> WaitForChangesAsync(TimeSpan atMost, CancellationToken cancellation);
}
