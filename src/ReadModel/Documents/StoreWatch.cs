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
    private readonly AnswerWatch _watch = new(options, time);

    /// <summary>Watches until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _watch.RunAsync(LookAsync, cancellationToken);

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is { } document)
        {
            feed.StoreProblem(await _watch.AskAsync(
                "the content store", cancellationToken => AskAsync(document, cancellationToken), cancellationToken));
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

    private async Task<string?> AskAsync(Cid document, CancellationToken cancellationToken)
    {
        try
        {
            await content.GetAsync(document, ProjectDocument.MaxBytes, cancellationToken);
            return null;
        }
        catch (ContentStoreException e)
        {
            // Without the store's address, which is the dashboard's own affair.
            return $"the content store gives no longer what it gave before: {e.Problem}";
        }
    }
}
