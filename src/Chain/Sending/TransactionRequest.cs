using System.Numerics;
using Marketplace.Chain.Abi;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Signing;
using Nethereum.ABI.Model;

namespace Marketplace.Chain.Sending;

/// <summary>What to do on chain, before gas, fees and nonce are chosen.</summary>
/// <param name="To">The contract or account; null creates a contract.</param>
/// <param name="Data">Selector and arguments, or init code.</param>
public sealed record TransactionRequest(Address? To, ReadOnlyMemory<byte> Data)
{
    /// <summary>Wei sent along.</summary>
    public BigInteger Value { get; init; }

    /// <summary>Most gas; null to estimate it, with the sender's margin.</summary>
    public ulong? GasLimit { get; init; }

    /// <summary>Added to the estimate: what a transaction of somebody else's, mined before this one, can make it cost more.</summary>
    public ulong SpareGas { get; init; }

    /// <summary>ABIs that name the errors the contract may revert with.</summary>
    public IReadOnlyList<ContractABI> Errors { get; init; } = [];

    /// <summary>The same as a call to simulate.</summary>
    public CallRequest ToCall(Address from) => new(To, Data) { From = from, Value = Value, Gas = GasLimit };
}

/// <summary>How transactions are priced, watched and repeated.</summary>
public sealed record TransactionSenderOptions
{
    /// <summary>Blocks, its own included, after which a transaction counts as done; default 1.</summary>
    public ulong Confirmations { get; init; } = 1;

    /// <summary>Pause between looks at the chain while something is pending; default 1 s.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Added to the estimated gas, in percent; default 20.</summary>
    public ulong GasMarginPercent { get; init; } = 20;

    /// <summary>How long the next transaction in line may stay pending before its fees are raised; default 60 s.</summary>
    public TimeSpan BumpAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>By how much fees are raised, in percent; nodes demand at least 10; default 25.</summary>
    public int BumpPercent { get; init; } = 25;

    /// <summary>How often the fees of one transaction are raised at most; default 10.</summary>
    public int MaxRaises { get; init; } = 10;

    /// <summary>Most paid for a unit of gas, in wei; default 500 gwei.</summary>
    public BigInteger MaxFeePerGas { get; init; } = Units.ParseGwei("500");

    /// <summary>
    /// Blocks that must lie on top of a foreign transaction with the same nonce before ours counts as impossible, and its intent
    /// may be signed anew; default 12. Too few, and a reorganization could execute both.
    /// </summary>
    public ulong ReplacedDepth { get; init; } = 12;

    /// <summary>Hears about rebroadcasts, raised fees and trouble with the node, one line each.</summary>
    public IProgress<string>? Progress { get; init; }

    /// <summary>Called at every step whose interruption must be survived; tests throw here.</summary>
    internal Action<string>? Checkpoint { get; init; }
}

/// <summary>A transaction was mined and reverted.</summary>
public sealed class TransactionRevertedException(string intentKey, Receipt receipt, ContractError error, ReadOnlyMemory<byte> revertData)
    : ContractRevertedException($"The transaction {receipt.TransactionHash} for {intentKey}", error, revertData)
{
    /// <summary>It was mined, and its gas was paid for.</summary>
    public Receipt Receipt { get; } = receipt;
}

/// <summary>An account has too little of the native currency for a transaction.</summary>
public sealed class InsufficientFundsException(Address account, BigInteger balance, BigInteger need, Exception innerException)
    : Exception(
        $"insufficient funds: the account {account} has {Units.FormatEther(balance)} ETH and needs at least {Units.FormatEther(need)} ETH for this "
            + "transaction and its gas; send it more.",
        innerException);

/// <summary>Another process sends from the account: two would use each other's nonces.</summary>
public sealed class AccountInUseException(string journal, Exception innerException)
    : Exception(
        $"The journal {journal} is in use: another process sends from the same account. Stop it, or give this one another key.",
        innerException);

/// <summary>The sender could not keep its journal, and signs nothing more.</summary>
public sealed class SenderStoppedException(Exception innerException)
    : Exception($"Sending stopped after an error: {innerException.Message} Start the program again.", innerException);

/// <summary>The nonce was used by a transaction that this journal does not know; the intent was not executed by ours.</summary>
internal sealed class IntentReplacedException(string key) : Exception($"The nonce of {key} was used by another transaction.");

/// <summary>Fees of one transaction, in wei for a unit of gas.</summary>
internal readonly record struct Fees(bool IsLegacy, BigInteger MaxFee, BigInteger PriorityFee)
{
    public Transaction Apply(Transaction transaction) => IsLegacy
        ? transaction with { GasPrice = MaxFee }
        : transaction with { MaxFeePerGas = MaxFee, MaxPriorityFeePerGas = PriorityFee };

    public static Fees Of(Transaction transaction) => transaction.GasPrice is BigInteger price
        ? new Fees(true, price, price)
        : new Fees(false, transaction.MaxFeePerGas, transaction.MaxPriorityFeePerGas);

    /// <summary>What the network asks for now: twice the base fee, which survives six full blocks, plus the usual tip.</summary>
    public static async Task<Fees> SuggestAsync(EthereumClient client, BigInteger cap, CancellationToken cancellationToken)
    {
        Block head = await client.GetBlockAsync(BlockTag.Latest, cancellationToken)
            ?? throw new RpcTransportException(client.Rpc.Host, "eth_getBlockByNumber", "the node has no latest block.");
        if (head.BaseFeePerGas is not BigInteger baseFee)
        {
            BigInteger price = BigInteger.Min(await client.GetGasPriceAsync(cancellationToken), cap);
            return new Fees(true, price, price);
        }

        BigInteger tip = await SuggestTipAsync(client, cancellationToken);
        BigInteger max = BigInteger.Min(2 * baseFee + tip, cap);
        return new Fees(false, max, BigInteger.Min(tip, max));
    }

    /// <summary>These fees raised by the percentage that makes nodes accept a replacement, or the suggested ones if higher.</summary>
    public Fees Raise(Fees suggested, int percent)
    {
        static BigInteger Max(BigInteger old, BigInteger suggested, int percent) => BigInteger.Max(suggested, old * (100 + percent) / 100 + 1);
        return new Fees(IsLegacy, Max(MaxFee, suggested.MaxFee, percent), Max(PriorityFee, suggested.PriorityFee, percent));
    }

    private static async Task<BigInteger> SuggestTipAsync(EthereumClient client, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetMaxPriorityFeePerGasAsync(cancellationToken);
        }
        catch (RpcException)
        {
            // Not every node has the method; the median tip of recent blocks says the same.
            BigInteger[] tips = [.. (await client.GetPriorityFeesAsync(10, 50, cancellationToken)).Where(t => !t.IsZero).Order()];
            return tips.Length > 0 ? tips[tips.Length / 2] : Units.ParseGwei("1");
        }
    }
}
