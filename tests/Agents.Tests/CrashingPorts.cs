using Marketplace.Content;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Agents.Tests;

/// <summary>A content store whose user can crash around what it adds.</summary>
internal sealed class CrashingContent(IContentStore store, Crashes crashes) : IContentStore
{
    public string Location => store.Location;

    public Task<Cid> AddAsync(Stream content, CancellationToken cancellationToken = default) =>
        crashes.AroundAsync("add", () => store.AddAsync(content, cancellationToken));

    public Task GetAsync(Cid cid, Stream destination, long maxBytes, CancellationToken cancellationToken = default) =>
        store.GetAsync(cid, destination, maxBytes, cancellationToken);


    public void Dispose()
    {
        // The store is its owner's.
    }
}

/// <summary>An update store whose user can crash around what it puts and drops.</summary>
internal sealed class CrashingUpdates(IUpdateStore store, Crashes crashes) : IUpdateStore
{
    public Task<StoredUpdate?> FindAsync(RoundId round, CancellationToken cancellationToken) => store.FindAsync(round, cancellationToken);

    public Task<StoredUpdate> DecideAsync(
        RoundId round, StoredUpdate update, Func<StoredUpdate, bool> fits, CancellationToken cancellationToken) =>
        crashes.AroundAsync("decide", () => store.DecideAsync(round, update, fits, cancellationToken));

    public Task ForgetBeforeAsync(RoundId round, CancellationToken cancellationToken) => crashes.AroundAsync("forget", async () =>
    {
        await store.ForgetBeforeAsync(round, cancellationToken);
        return true;
    });
}
