using System.Numerics;

namespace Marketplace.Chain.Rpc;

/// <summary>A block's header and the hashes of its transactions. Times are Unix seconds, prices wei.</summary>
public sealed record Block(
    ulong Number,
    Bytes32 Hash,
    Bytes32 ParentHash,
    ulong Timestamp,
    BigInteger? BaseFeePerGas,
    ulong GasLimit,
    ulong GasUsed,
    Address Miner,
    IReadOnlyList<Bytes32> Transactions);

/// <summary>A transaction as a node knows it; the block is null while it is pending.</summary>
public sealed record TransactionInfo(
    Bytes32 Hash,
    Address From,
    Address? To,
    ulong Nonce,
    BigInteger Value,
    ReadOnlyMemory<byte> Data,
    ulong GasLimit,
    ulong? BlockNumber);

/// <summary>What became of a mined transaction.</summary>
public sealed record Receipt(
    Bytes32 TransactionHash,
    bool IsSuccess,
    ulong BlockNumber,
    Bytes32 BlockHash,
    ulong TransactionIndex,
    Address From,
    Address? To,
    Address? ContractAddress,
    ulong GasUsed,
    BigInteger EffectiveGasPrice,
    IReadOnlyList<Log> Logs);

/// <summary>A call to simulate.</summary>
public sealed record CallRequest(Address? To, ReadOnlyMemory<byte> Data)
{
    /// <summary>The caller; null for the zero address.</summary>
    public Address? From { get; init; }

    /// <summary>Wei sent along.</summary>
    public BigInteger Value { get; init; }

    /// <summary>Most gas; null leaves it to the node.</summary>
    public ulong? Gas { get; init; }
}

/// <summary>Which logs to return. Empty lists and null entries match everything.</summary>
public sealed record LogFilter
{
    /// <summary>Contracts; empty for all.</summary>
    public IReadOnlyList<Address> Addresses { get; init; } = [];

    /// <summary>For each topic position the words that match; null or empty for any.</summary>
    public IReadOnlyList<IReadOnlyList<Bytes32>?> Topics { get; init; } = [];

    /// <summary>Whether the log matches, checked on this side too: a node may answer too much.</summary>
    public bool Matches(Log log)
    {
        if (Addresses.Count > 0 && !Addresses.Contains(log.Address)) return false;
        for (int i = 0; i < Topics.Count; i++)
        {
            if (Topics[i] is { Count: > 0 } wanted && (i >= log.Topics.Count || !wanted.Contains(log.Topics[i]))) return false;
        }

        return true;
    }
}
