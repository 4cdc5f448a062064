using System.Collections.Concurrent;
using System.Threading.Channels;
using Marketplace.Content;
using Marketplace.ReadModel.Following;
using Marketplace.ReadModel.Stores;
using Marketplace.ReadModel.Tables;
using Microsoft.Extensions.Logging;

namespace Marketplace.ReadModel.Documents;

/// <summary>
/// Reads in the background what projects publish: documents for their titles, reports for their metrics. Bounded in size, time and
/// number at once; what cannot be had is tried again, ever more rarely for some two hours, and then by the next writer.
/// </summary>
/// <remarks>
/// A market may name thousands of documents that are nowhere to be had, so trying one again neither asks nor writes the database, and
/// what was read is kept together.
/// </remarks>
internal sealed class DocumentReader(MarketStore store, ContentReader reader, FeedPublisher feed, ILogger logger, TimeProvider time)
{
    private const int AtOnce = 4;
    private const int MaxAttempts = 8;
    private const int MaxKeptTogether = 500;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);

    private readonly Channel<IReadOnlySet<long>?> _news = Channel.CreateUnbounded<IReadOnlySet<long>?>();
    private readonly Channel<Search> _due = Channel.CreateUnbounded<Search>();
    private readonly Channel<Search> _found = Channel.CreateUnbounded<Search>();

    /// <summary>Content that was named and is not yet read for good. What was given up stays, so that it is not begun again.</summary>
    private readonly ConcurrentDictionary<(ContentKind, Cid), Search> _searches = new();

    private volatile MarketChange? _own;

    /// <summary>Reads until it is cancelled. Once only.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        feed.Changed += Note;
        try
        {
            // What was named before this process began.
            _news.Writer.TryWrite(null);
            await Endless.RunAsync([LookAsync, ReadAsync, KeepAsync], cancellationToken);
        }
        finally
        {
            feed.Changed -= Note;
        }
    }

    /// <summary>What was read names nothing new, unlike what blocks bring.</summary>
    private void Note(MarketChange change)
    {
        if (!ReferenceEquals(change, _own))
            _news.Writer.TryWrite(change.Projects);
    }

    /// <summary>Begins to search for what projects name.</summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        await foreach (IReadOnlySet<long>? projects in _news.Reader.ReadAllAsync(cancellationToken))
        {
            foreach (ContentReference reference in await FindAsync(projects, cancellationToken))
            {
                Search search = new(reference);
                if (_searches.TryAdd((reference.Kind, reference.Cid), search))
                    _due.Writer.TryWrite(search);
            }
        }
    }

    private async Task<IReadOnlyList<ContentReference>> FindAsync(IReadOnlySet<long>? projects, CancellationToken cancellationToken)
    {
        try
        {
            return projects is { Count: 0 } ? [] : await store.FindUnreadAsync(projects, cancellationToken);
        }
        catch (Exception e) when (e is not NotWriterException && !cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning(e, "The store does not say which documents are unread");
            _ = LaterAsync(FirstPause, () => _news.Writer.TryWrite(projects), cancellationToken);
            return [];
        }
    }

    private Task ReadAsync(CancellationToken cancellationToken) => Parallel.ForEachAsync(
        _due.Reader.ReadAllAsync(cancellationToken),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
        async (search, cancellationToken) =>
        {
            search.Attempts++;
            try
            {
                ContentRow row = await reader.ReadAsync(search.Reference, cancellationToken);
                // Pages say why a title is missing, but nothing of a report that is. What is missing as before is no news either.
                if (row.IsFinal || row.Kind == ContentKind.Document && row.Problem != search.Kept?.Problem)
                {
                    search.Read = row;
                    _found.Writer.TryWrite(search);
                    return;
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                logger.LogWarning(e, "The {Kind} {Cid} could not be read", search.Reference.Kind, search.Reference.Cid);
            }
            TryAgainLater(search, cancellationToken);
        });

    /// <summary>Keeps what was read meanwhile in one transaction, and tells pages.</summary>
    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        while (await _found.Reader.WaitToReadAsync(cancellationToken))
        {
            List<Search> found = [];
            while (found.Count < MaxKeptTogether && _found.Reader.TryRead(out Search? search))
                found.Add(search);
            try
            {
                _own = await store.SaveAsync([.. found.Select(search => search.Read!)], cancellationToken);
            }
            catch (Exception e) when (e is not NotWriterException && !cancellationToken.IsCancellationRequested)
            {
                logger.LogWarning(e, "{Count} documents that were read could not be kept", found.Count);
                found.ForEach(search => TryAgainLater(search, cancellationToken));
                continue;
            }
            found.ForEach(search => End(search, cancellationToken));
            feed.Publish(_own);
        }
    }

    private void End(Search search, CancellationToken cancellationToken)
    {
        ContentReference reference = search.Reference;
        search.Kept = search.Read;
        if (search.Kept is { Problem: { } problem })
        {
            logger.LogInformation(
                "The {Kind} {Cid} of project {Project} cannot be shown: {Problem}", reference.Kind, reference.Cid, reference.Project, problem);
        }
        if (search.Kept is { IsFinal: true })
            _searches.TryRemove((reference.Kind, reference.Cid), out _);
        else
            TryAgainLater(search, cancellationToken);
    }

    /// <summary>Pauses are spread from once to twice their length, so that what was missing at once is not sought at once.</summary>
    private void TryAgainLater(Search search, CancellationToken cancellationToken)
    {
        TimeSpan pause = FirstPause * Math.Pow(3, search.Attempts - 1) * (1 + search.Reference.Cid.Digest[0] / 256.0);
        if (search.Attempts < MaxAttempts)
            _ = LaterAsync(pause, () => _due.Writer.TryWrite(search), cancellationToken);
    }

    private async Task LaterAsync(TimeSpan pause, Action act, CancellationToken cancellationToken)
    {
        await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        act();
    }

    /// <summary>One piece of content until it is read for good; in one place at a time.</summary>
    private sealed class Search(ContentReference reference)
    {
        /// <summary>As it was first named; others may name it too.</summary>
        public ContentReference Reference { get; } = reference;

        /// <summary>How often it was asked for.</summary>
        public int Attempts { get; set; }

        /// <summary>What is to be kept of it.</summary>
        public ContentRow? Read { get; set; }

        /// <summary>What was last kept of it.</summary>
        public ContentRow? Kept { get; set; }
    }
}
