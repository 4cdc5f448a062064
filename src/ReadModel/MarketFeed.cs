using Marketplace.Chain;

namespace Marketplace.ReadModel;

/// <summary>What a block, a reorganization or a document that was read has changed.</summary>
/// <param name="Block">The last block that is in the read model now.</param>
/// <param name="Projects">Projects that look different now.</param>
/// <param name="Accounts">Accounts that something has happened to, or whose credits, withdrawals, participations or claims changed.</param>
public sealed record MarketChange(ulong Block, IReadOnlySet<long> Projects, IReadOnlySet<Address> Accounts);

/// <summary>How well the read model keeps up with the chain.</summary>
public enum FollowState
{
    /// <summary>Reading history; what is shown is complete up to <see cref="FollowStatus.Block"/>.</summary>
    CatchingUp,

    /// <summary>At the chain's head, or one polling interval behind.</summary>
    Live,

    /// <summary>The node does not answer; see <see cref="FollowStatus.Problem"/>.</summary>
    Disconnected,
}

/// <param name="Block">The last block that is in the read model.</param>
/// <param name="BlockTime">Its timestamp; null before the first.</param>
/// <param name="Head">The chain's newest block, as last seen.</param>
/// <param name="Problem">Why nothing comes any more, without credentials; null when all is well.</param>
/// <param name="Since">Since when it has been in this state.</param>
/// <param name="StoreProblem">Why published content cannot be read just now, without the store's address; null when all is well.</param>
public sealed record FollowStatus(
    FollowState State, ulong Block, DateTimeOffset? BlockTime, ulong Head, string? Problem, DateTimeOffset Since, string? StoreProblem = null);

/// <summary>Tells pages that something has changed. Handlers run on the follower's thread: they take note and return.</summary>
public interface IMarketFeed
{
    FollowStatus Status { get; }

    event Action<MarketChange> Changed;

    event Action<FollowStatus> StatusChanged;
}
