using Marketplace.Chain;
using Marketplace.Chain.Rpc;

namespace Marketplace.Web.Transactions;

/// <summary>How far a transaction has come.</summary>
public enum TransactionState
{
    /// <summary>Tried on the node, without sending it.</summary>
    Checking,

    /// <summary>The trial failed, or the wallet did: nothing was sent.</summary>
    Refused,

    AwaitingSignature,

    /// <summary>The account's owner said no.</summary>
    Rejected,

    /// <summary>Sent, and in no block yet.</summary>
    Pending,

    Confirmed,

    /// <summary>In a block, but the contract refused it: only gas was paid.</summary>
    Reverted,

    /// <summary>Replaced by another transaction of the account, or forgotten by the network.</summary>
    Lost,
}

/// <summary>One transaction from the click to its end.</summary>
/// <param name="title">What it does, as a person would say it.</param>
public sealed class TrackedTransaction(string title)
{
    public Guid Id { get; } = Guid.NewGuid();

    public string Title { get; } = title;

    public TransactionState State { get; internal set; } = TransactionState.Checking;

    /// <summary>Null until it was sent.</summary>
    public Bytes32? Hash { get; internal set; }

    /// <summary>Null until it is in a block.</summary>
    public Receipt? Receipt { get; internal set; }

    /// <summary>Why it did not end well; null while it may. May repeat what a wallet says: hostile text.</summary>
    public string? Problem { get; internal set; }

    public bool IsFinished => State is not (TransactionState.Checking or TransactionState.AwaitingSignature or TransactionState.Pending);
}
