using Marketplace.ReadModel.Projection;
using Microsoft.Extensions.Logging;

namespace Marketplace.ReadModel.Following;

/// <summary>The feed's sending side.</summary>
internal sealed class FeedPublisher(TimeProvider time, ILogger logger) : IMarketFeed
{
    private readonly Lock _lock = new();
    private volatile FollowStatus _status = new(FollowState.CatchingUp, 0, null, 0, null, time.GetUtcNow());
    private FollowStatus _followed = new(FollowState.CatchingUp, 0, null, 0, null, default);
    private string? _nodeProblem, _storeProblem;

    public event Action<MarketChange>? Changed;

    public event Action<FollowStatus>? StatusChanged;

    public FollowStatus Status => _status;

    public void Publish(MarketChange change)
    {
        if (change.Projects.Count > 0 || change.Accounts.Count > 0)
            Tell(Changed, change);
    }

    /// <summary>
    /// Says that the blocks up to one are in the read model, and what has changed. The block that is named is never ahead of the rows:
    /// an earlier one is named before its successors' rows go, a later one when pages have been told of its rows.
    /// </summary>
    /// <param name="position">The last block; null before the first.</param>
    /// <param name="head">The chain's newest block, as last seen.</param>
    public void Reached(BlockPosition? position, ulong head, params IEnumerable<MarketChange> changes)
    {
        ulong block = position?.Number ?? 0;
        FollowState state = position is not null && block >= head ? FollowState.Live : FollowState.CatchingUp;
        FollowStatus next = new(state, block, position?.Time, Math.Max(head, block), null, default);
        if (block < _status.Block)
            Publish(next);
        foreach (MarketChange change in changes)
            Publish(change);
        Publish(next);
    }

    /// <summary>Says that nothing comes any more, and why.</summary>
    public void Lost(string problem)
    {
        lock (_lock)
            Publish(_followed with { State = FollowState.Disconnected, Problem = problem });
    }

    /// <summary>Says whether the node answers, also while following still waits for it.</summary>
    /// <param name="problem">Why it does not; null when it does.</param>
    public void NodeProblem(string? problem)
    {
        lock (_lock)
        {
            _nodeProblem = problem;
            Publish(_followed);
        }
    }

    /// <summary>Says whether the content store answers.</summary>
    /// <param name="problem">Why it does not; null when it does.</param>
    public void StoreProblem(string? problem)
    {
        lock (_lock)
        {
            _storeProblem = problem;
            Publish(_followed);
        }
    }

    /// <summary>Tells what following has come to, together with what is known of node and store.</summary>
    private void Publish(FollowStatus followed)
    {
        lock (_lock)
        {
            _followed = followed;
            FollowStatus next = followed with { StoreProblem = _storeProblem };
            if (_nodeProblem is { } problem && next.State != FollowState.Disconnected)
                next = next with { State = FollowState.Disconnected, Problem = problem };
            next = next with { Since = next.State == _status.State ? _status.Since : time.GetUtcNow() };
            if (next == _status)
                return;
            _status = next;
            Tell(StatusChanged, next);
        }
    }

    /// <summary>Tells every handler, whatever another one does: a page that fails must not stop the others, nor the follower.</summary>
    private void Tell<T>(Action<T>? handlers, T news)
    {
        foreach (Action<T> handler in Delegate.EnumerateInvocationList(handlers))
        {
            try
            {
                handler(news);
            }
            catch (Exception e)
            {
                logger.LogError(e, "A listener to the market's feed failed");
            }
        }
    }
}
