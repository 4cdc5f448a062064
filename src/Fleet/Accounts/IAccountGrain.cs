using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;
using Marketplace.Protocol.Markets;

namespace Marketplace.Fleet.Accounts;

/// <summary>The one sender of an account in a fleet; its key is an <see cref="AccountKey"/>. It sends for the projects of all silos.</summary>
[Alias("Marketplace.Fleet.Account")]
internal interface IAccountGrain : IGrainWithStringKey
{
    /// <summary>Carries an intent out, or waits for what was signed for it. Answers within seconds, if need be that it is still pending.</summary>
    /// <exception cref="AccountUnavailableException">The journal cannot be had now, or has another owner; asking again finds that one.</exception>
    [Alias("Send")]
    Task<TransactionAnswer> SendAsync(TransactionOrder order);

    /// <summary>Whether the intent's transaction is confirmed.</summary>
    [Alias("IsConfirmed")]
    Task<bool> IsConfirmedAsync(string intent);

    /// <summary>The epoch in which the account is owned, found to last still; what is decided about rounds is written in it.</summary>
    /// <exception cref="AccountUnavailableException">As for sending.</exception>
    [Alias("ReadEpoch")]
    Task<AccountEpoch> ReadEpochAsync();

    /// <summary>Takes the account's money for the hold, or says that another hold has it. Taken again by the same hold, it lasts longer.</summary>
    [Alias("TryHoldMoney")]
    Task<bool> TryHoldMoneyAsync(Guid hold);

    /// <summary>Lets go of the money, if the hold has it.</summary>
    [Alias("ReleaseMoney")]
    Task ReleaseMoneyAsync(Guid hold);
}

/// <summary>Which account's journal: on one chain, of one account.</summary>
internal readonly record struct AccountKey(ulong ChainId, Address Account)
{
    public override string ToString() => $"{ChainId}/{Account}";
}

/// <summary>A transaction to send, as it goes from silo to silo.</summary>
/// <param name="Intent">What is to happen once.</param>
/// <param name="To">The contract; null creates one.</param>
/// <param name="Data">Calldata.</param>
/// <param name="Value">Wei.</param>
/// <param name="GasLimit">Most gas; null to estimate it.</param>
/// <param name="SpareGas">Added to the estimate.</param>
/// <param name="Hold">The hold of the account's money under which alone it may be sent; null where it needs none.</param>
[GenerateSerializer, Immutable, Alias("Marketplace.Fleet.TransactionOrder")]
internal sealed record TransactionOrder(
    [property: Id(0)] string Intent,
    [property: Id(1)] string? To,
    [property: Id(2)] byte[] Data,
    [property: Id(3)] BigInteger Value,
    [property: Id(4)] ulong? GasLimit,
    [property: Id(5)] ulong SpareGas,
    [property: Id(6)] Guid? Hold)
{
    public static TransactionOrder Of(string intent, TransactionRequest request, Guid? hold) => new(
        intent, request.To?.ToString(), request.Data.ToArray(), request.Value, request.GasLimit, request.SpareGas, hold);

    public TransactionRequest ToRequest() => new(To is null ? null : Address.Parse(To), Data)
    {
        Value = Value,
        GasLimit = GasLimit,
        SpareGas = SpareGas,
        Errors = MarketChain.Errors,
    };
}

/// <summary>What became of an order.</summary>
internal enum TransactionOutcome
{
    /// <summary>Signed, or about to be; ask again.</summary>
    Pending,

    /// <summary>Confirmed.</summary>
    Mined,

    /// <summary>Confirmed, and reverted: the intent is spent.</summary>
    Reverted,

    /// <summary>The contract would refuse it; nothing was signed.</summary>
    Refused,

    /// <summary>The node or the journal cannot be reached; ask again.</summary>
    Unreachable,

    /// <summary>The account's money is not held by the order's hold any more; nothing was signed.</summary>
    HoldLost,

    /// <summary>The account has too little, or the node does not take it.</summary>
    Failed,
}

/// <summary>The answer to an order.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Receipt">Where it was mined.</param>
/// <param name="RevertData">What the contract reverted with.</param>
/// <param name="Message">Why it failed.</param>
[GenerateSerializer, Immutable, Alias("Marketplace.Fleet.TransactionAnswer")]
internal sealed record TransactionAnswer(
    [property: Id(0)] TransactionOutcome Outcome,
    [property: Id(1)] Receipt? Receipt = null,
    [property: Id(2)] byte[]? RevertData = null,
    [property: Id(3)] string? Message = null);

/// <summary>The account's journal cannot be had by this activation. Asking again finds, or makes, the one that has it.</summary>
[GenerateSerializer, Alias("Marketplace.Fleet.AccountUnavailable")]
internal sealed class AccountUnavailableException(string message) : Exception(message);
