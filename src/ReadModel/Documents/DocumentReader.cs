using System.Collections.Concurrent;
using System.Threading.Channels;
using Marketplace.Content;
using Marketplace.Chain;
using Marketplace.ReadModel.Following;
using Marketplace.ReadModel.Stores;
using Microsoft.Extensions.Logging;

namespace Marketplace.ReadModel.Documents;

/// <summary>
/// Reads in the background what projects publish: documents for their titles, reports for their metrics. Bounded in size, time and
/// number at once; what can not be had is tried again, ever more rarely for an hour and a half, and then at the next start.
/// </summary>
internal sealed class DocumentReader(IMarketStore store, ContentReader reader, FeedPublisher feed, ILogger logger, TimeProvider time)
{
    private const int AtOnce = 4;
    private const int MaxAttempts = 8;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(ContentKind, Cid), Attempts> attempts = new();
    private readonly Channel<IReadOnlySet<long>?> news = Channel.CreateUnbounded<IReadOnlySet<long>?>();

    /// <summary>Reads until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        feed.Changed += Note;
        try
        {
            // What was named before this process began.
            news.Writer.TryWrite(null);
            await Parallel.ForEachAsync(
                DueAsync(cancellation),
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
                async (reference, token) => await ReadAsync(reference, token));
        }
        finally
        {
            feed.Changed -= Note;
        }
    }

    private void Note(MarketChange change) => news.Writer.TryWrite(change.Projects);

    /// <summary>References as they become due, without end.</summary>
    private async IAsyncEnumerable<ContentReference> DueAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (IReadOnlySet<long>? projects in news.Reader.ReadAllAsync(cancellation))
        {
            foreach (ContentReference reference in await FindAsync(projects, cancellation))
            {
                if (attempts.GetOrAdd((reference.Kind, reference.Cid), _ => new Attempts()).TryBegin(reference.Project))
                    yield return reference;
            }
        }
    }

    private async Task<IReadOnlyList<ContentReference>> FindAsync(IReadOnlySet<long>? projects, CancellationToken cancellation)
    {
        try
        {
            return projects is { Count: 0 } ? [] : await store.FindUnreadAsync(projects, cancellation);
        }
        catch (IOException e)
        {
            logger.LogWarning("The store does not say which documents are unread: {Problem}", e.Message);
            _ = AskAgainAsync(() => projects, FirstPause, cancellation);
            return [];
        }
    }

    private async Task ReadAsync(ContentReference reference, CancellationToken cancellation)
    {
        Attempts tried = attempts[(reference.Kind, reference.Cid)];
        bool isFinal = false;
        try
        {
            ContentRow row = await reader.ReadAsync(reference, cancellation);
            // What is still missing for the same reason is no news: a market has many such documents, and each is tried many times.
            if (row.IsFinal || row.Problem != tried.Problem)
            {
                await store.SaveAsync(row, cancellation);
                if (row.Problem is not null)
                    logger.LogInformation("The {Kind} {Cid} of project {Project} can not be shown: {Problem}", row.Kind, row.Cid, reference.Project, row.Problem);
                feed.Publish(new MarketChange(feed.Status.Block, tried.Projects, new HashSet<Address>()));
            }
            (isFinal, tried.Problem) = (row.IsFinal, row.Problem);
        }
        catch (IOException e)
        {
            logger.LogWarning("The {Kind} {Cid} could not be kept: {Problem}", reference.Kind, reference.Cid, e.Message);
        }
        if (isFinal)
            attempts.TryRemove((reference.Kind, reference.Cid), out _);
        else if (tried.Count < MaxAttempts)
            _ = AskAgainAsync(tried.End, FirstPause * Math.Pow(3, tried.Count - 1), cancellation);
    }

    /// <summary>Looks at projects again after a while.</summary>
    private async Task AskAgainAsync(Func<IReadOnlySet<long>?> projects, TimeSpan pause, CancellationToken cancellation)
    {
        await Task.Delay(pause, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        news.Writer.TryWrite(projects());
    }

    /// <summary>How often a piece of content was asked for. Until an attempt and the pause after it have ended, no other begins.</summary>
    private sealed class Attempts
    {
        private readonly HashSet<long> projects = [];
        private bool isPending;

        public int Count { get; private set; }

        /// <summary>Why the last attempt failed, as it was kept.</summary>
        public string? Problem { get; set; }

        /// <summary>The projects that name it.</summary>
        public IReadOnlySet<long> Projects
        {
            get
            {
                lock (projects)
                    return projects.ToHashSet();
            }
        }

        public bool TryBegin(long project)
        {
            lock (projects)
            {
                projects.Add(project);
                if (isPending)
                    return false;
                isPending = true;
                Count++;
                return true;
            }
        }

        public IReadOnlySet<long> End()
        {
            lock (projects)
                isPending = false;
            return Projects;
        }
    }
}
