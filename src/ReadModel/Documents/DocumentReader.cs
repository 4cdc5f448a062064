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

    /// <summary>The most pieces of content that are kept together.</summary>
    private const int MaxTogether = 500;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(ContentKind, Cid), Attempts> _attempts = new();
    private readonly Channel<Due> _due = Channel.CreateUnbounded<Due>();
    private readonly Channel<Read> _read = Channel.CreateBounded<Read>(MaxTogether);

    /// <summary>Reads until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // What an earlier run was about when it was cancelled is named again.
        _attempts.Clear();
        while (_read.Reader.TryRead(out _))
            continue;
        feed.Changed += Note;
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            // What was named before this process began.
            _due.Writer.TryWrite(new Named(null));
            Task keeping = KeepAsync(both.Token);
            Task reading = Parallel.ForEachAsync(
                DueAsync(both.Token),
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = both.Token },
                async (reference, cancellationToken) => await ReadAsync(reference, cancellationToken));
            Task ended = await Task.WhenAny(keeping, reading);
            await both.CancelAsync();
            await Task.WhenAll(keeping, reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ended;
        }
        finally
        {
            feed.Changed -= Note;
        }
    }

    private void Note(MarketChange change) => _due.Writer.TryWrite(new Named(change.Projects));

    /// <summary>References as they become due, without end.</summary>
    private async IAsyncEnumerable<ContentReference> DueAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Due due in _due.Reader.ReadAllAsync(cancellationToken))
        {
            IReadOnlyList<ContentReference> references = due switch
            {
                Again again => [again.Reference],
                Named named => await FindAsync(named.Projects, cancellationToken),
                _ => [],
            };
            foreach (ContentReference reference in references)
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
            _ = LookLaterAsync(new Named(projects), FirstPause, cancellationToken);
            return [];
        }
    }

    private async Task ReadAsync(ContentReference reference, CancellationToken cancellationToken)
    {
        Attempts tried = _attempts[(reference.Kind, reference.Cid)];
        ContentRow row;
        try
        {
            row = await reader.ReadAsync(reference, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning(e, "The {Kind} {Cid} could not be read", reference.Kind, reference.Cid);
            TryLater(reference, tried, cancellationToken);
            return;
        }
        // What is still missing for the same reason is no news: a market has many such documents, and each is tried many times.
        if (row.IsFinal || row.Problem != tried.Problem)
            await _read.Writer.WriteAsync(new Read(reference, row, tried), cancellationToken);
        else
            TryLater(reference, tried, cancellationToken);
    }

    /// <summary>Keeps what was read, as much as there is in one transaction: a market that is new names thousands of documents.</summary>
    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        List<Read> together = [];
        while (await _read.Reader.WaitToReadAsync(cancellationToken))
        {
            together.Clear();
            while (together.Count < MaxTogether && _read.Reader.TryRead(out Read? read))
                together.Add(read);
            try
            {
                await store.SaveAsync([.. together.Select(read => read.Row)], cancellationToken);
            }
            catch (Exception e) when (e is not NotWriterException && !cancellationToken.IsCancellationRequested)
            {
                logger.LogWarning(e, "{Count} documents could not be kept", together.Count);
                together.ForEach(read => TryLater(read.Reference, read.Tried, cancellationToken));
                continue;
            }
            foreach (Read read in together)
                Finish(read, cancellationToken);
            HashSet<long> projects = [.. together.SelectMany(read => read.Tried.Projects)];
            feed.Publish(new MarketChange(feed.Status.Block, projects, new HashSet<Address>()));
        }
    }

    private void Finish(Read read, CancellationToken cancellationToken)
    {
        (ContentReference reference, ContentRow row, Attempts tried) = read;
        if (row.Problem is not null)
        {
            logger.LogInformation(
                "The {Kind} {Cid} of project {Project} cannot be shown: {Problem}", row.Kind, row.Cid, reference.Project, row.Problem);
        }
        tried.Problem = row.Problem;
        if (row.IsFinal)
            _attempts.TryRemove((reference.Kind, reference.Cid), out _);
        else
            TryLater(reference, tried, cancellationToken);
    }

    private void TryLater(ContentReference reference, Attempts tried, CancellationToken cancellationToken)
    {
        if (tried.Count < MaxAttempts)
            _ = LookLaterAsync(new Again(reference), FirstPause * Math.Pow(3, tried.Count - 1), cancellationToken);
    }

    private async Task LookLaterAsync(Due due, TimeSpan pause, CancellationToken cancellationToken)
    {
        await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (due is Again { Reference: var reference } && _attempts.TryGetValue((reference.Kind, reference.Cid), out Attempts? tried))
            tried.End();
        _due.Writer.TryWrite(due);
    }

    /// <summary>What is to be looked at.</summary>
    private abstract record Due;

    /// <summary>What projects name.</summary>
    /// <param name="Projects">Null for all.</param>
    private sealed record Named(IReadOnlySet<long>? Projects) : Due;

    /// <summary>A piece of content that could not be had.</summary>
    private sealed record Again(ContentReference Reference) : Due;

    /// <summary>A piece of content that is to be kept.</summary>
    private sealed record Read(ContentReference Reference, ContentRow Row, Attempts Tried);

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

        public void End()
        {
            lock (_projects)
                _isPending = false;
        }
    }
}
