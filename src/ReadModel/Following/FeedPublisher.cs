using Microsoft.Extensions.Logging;

namespace Marketplace.ReadModel.Following;

/// <summary>The feed's sending side.</summary>
internal sealed class FeedPublisher(TimeProvider time, ILogger logger) : IMarketFeed
{
    private volatile FollowStatus status = new(FollowState.CatchingUp, 0, null, 0, null, time.GetUtcNow());

    public event Action<MarketChange>? Changed;

    public event Action<FollowStatus>? StatusChanged;

    public FollowStatus Status => status;

    public void Publish(MarketChange change)
    {
        if (change.Projects.Count > 0 || change.Accounts.Count > 0)
            Tell(Changed, change);
    }

    /// <summary>Says that the blocks up to one are in the read model.</summary>
    public void Reached(FollowState state, ulong block, DateTimeOffset? blockTime, ulong head) =>
        Publish(new FollowStatus(state, block, blockTime, Math.Max(head, block), null, Since(state)));

    /// <summary>Says that nothing comes any more, and why.</summary>
    public void Lost(string problem) =>
        Publish(status with { State = FollowState.Disconnected, Problem = problem, Since = Since(FollowState.Disconnected) });

    private void Publish(FollowStatus next)
    {
        if (next == status)
            return;
        status = next;
        Tell(StatusChanged, next);
    }

    private DateTimeOffset Since(FollowState state) => state == status.State ? status.Since : time.GetUtcNow();

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
