using Marketplace.Content;
using Marketplace.Protocol.Projects;
using Marketplace.ReadModel.Following;
using Marketplace.ReadModel.Stores;
using Microsoft.Extensions.Logging;

namespace Marketplace.ReadModel.Documents;

/// <summary>
/// Notices within two polls that the content store answers no longer: it is asked for the newest project document that it has served before.
/// </summary>
internal sealed class StoreWatch(
    MarketStore store, IContentStore content, FeedPublisher feed, ReadModelOptions options, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan LeastLimit = TimeSpan.FromSeconds(3);

    /// <summary>Watches until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        TimeSpan limit = options.Poll > LeastLimit ? options.Poll : LeastLimit;
        while (true)
        {
            if (await FindAsync(cancellationToken) is { } document)
                feed.StoreProblem(await AskAsync(document, limit, cancellationToken));
            await Task.Delay(options.Poll, time, cancellationToken);
        }
    }

    private async Task<Cid?> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await store.FindReadDocumentAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Whoever needs the database says what is wrong with it; the watch is not to end by that.
            logger.LogDebug(e, "The database does not say what the content store has served");
            return null;
        }
    }

    /// <returns>Why there is no answer; null when there is one.</returns>
    private async Task<string?> AskAsync(Cid document, TimeSpan limit, CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = new(limit, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            await content.GetAsync(document, ProjectDocument.MaxBytes, either.Token);
            return null;
        }
        catch (ContentStoreException e)
        {
            // Without the store's address, which is the dashboard's own affair.
            return $"the content store gives no longer what it gave before: {e.Problem}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"the content store has not answered for {limit.TotalSeconds:0} seconds";
        }
    }
}
