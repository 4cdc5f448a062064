using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.ReadModel.Following;
using Marketplace.ReadModel.Stores;
using Marketplace.ReadModel.Tables;
using Microsoft.Extensions.Logging;

namespace Marketplace.ReadModel.Documents;

/// <summary>
/// Reads in the background what projects publish: documents for their titles, reports for their metrics. Bounded in size, time and
/// number at once; what cannot be had is tried again, ever more rarely for an hour and a half, and then at the next start.
/// </summary>
internal sealed class DocumentReader(MarketStore store, ContentReader reader, FeedPublisher feed, ILogger logger, TimeProvider time)
{
    private const int AtOnce = 4;
    private const int MaxAttempts = 8;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(ContentKind, Cid), Attempts> _attempts = new();
    private readonly Channel<IReadOnlySet<long>?> _news = Channel.CreateUnbounded<IReadOnlySet<long>?>();

    /// <summary>Reads until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        feed.Changed += Note;
        try
        {
            // What was named before this process began.
            _news.Writer.TryWrite(null);
            await Parallel.ForEachAsync(
                DueAsync(cancellationToken),
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
                async (reference, cancellationToken) => await ReadAsync(reference, cancellationToken));
        }
        finally
        {
            feed.Changed -= Note;
        }
    }

    private void Note(MarketChange change) => _news.Writer.TryWrite(change.Projects);

    /// <summary>References as they become due, without end.</summary>
    private async IAsyncEnumerable<ContentReference> DueAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (IReadOnlySet<long>? projects in _news.Reader.ReadAllAsync(cancellationToken))
        {
            foreach (ContentReference reference in await FindAsync(projects, cancellationToken))
            {
                if (_attempts.GetOrAdd((reference.Kind, reference.Cid), _ => new Attempts()).TryBegin(reference.Project))
                    yield return reference;
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
            _ = AskAgainAsync(() => projects, FirstPause, cancellationToken);
            return [];
        }
    }

    private async Task ReadAsync(ContentReference reference, CancellationToken cancellationToken)
    {
        Attempts tried = _attempts[(reference.Kind, reference.Cid)];
        bool isFinal = false;
        try
        {
            ContentRow row = await reader.ReadAsync(reference, cancellationToken);
            // What is still missing for the same reason is no news: a market has many such documents, and each is tried many times.
            if (row.IsFinal || row.Problem != tried.Problem)
            {
                await store.SaveAsync(row, cancellationToken);
                if (row.Problem is not null)
                {
                    logger.LogInformation(
                        "The {Kind} {Cid} of project {Project} cannot be shown: {Problem}", row.Kind, row.Cid, reference.Project, row.Problem);
                }

                feed.Publish(new MarketChange(feed.Status.Block, tried.Projects, new HashSet<Address>()));
            }
            (isFinal, tried.Problem) = (row.IsFinal, row.Problem);
        }
        catch (Exception e) when (e is not NotWriterException && !cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning(e, "The {Kind} {Cid} could not be read or kept", reference.Kind, reference.Cid);
        }
        if (isFinal)
            _attempts.TryRemove((reference.Kind, reference.Cid), out _);
        else if (tried.Count < MaxAttempts)
            _ = AskAgainAsync(tried.End, FirstPause * Math.Pow(3, tried.Count - 1), cancellationToken);
    }

    /// <summary>Looks at projects again after a while.</summary>
    private async Task AskAgainAsync(Func<IReadOnlySet<long>?> projects, TimeSpan pause, CancellationToken cancellationToken)
    {
        await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _news.Writer.TryWrite(projects());
    }

    /// <summary>How often a piece of content was asked for. Until an attempt and the pause after it have ended, no other begins.</summary>
    private sealed class Attempts
    {
        private readonly HashSet<long> _projects = [];
        private bool _isPending;

        public int Count { get; private set; }

        /// <summary>Why the last attempt failed, as it was kept.</summary>
        public string? Problem { get; set; }

        /// <summary>The projects that name it.</summary>
        public IReadOnlySet<long> Projects
        {
            get
            {
                lock (_projects)
                    return _projects.ToHashSet();
            }
        }

        public bool TryBegin(long project)
        {
            lock (_projects)
            {
                _projects.Add(project);
                if (_isPending)
                    return false;
                _isPending = true;
                Count++;
                return true;
            }
        }

        public IReadOnlySet<long> End()
        {
            lock (_projects)
                _isPending = false;
            return Projects;
        }
    }
}
