namespace Marketplace.Chain.Rpc;

/// <summary>An event as a node reports it.</summary>
/// <param name="Address">The contract that emitted it.</param>
/// <param name="Topics">0 to 4 words; the first is the event's signature hash unless it is anonymous.</param>
/// <param name="Data">The ABI encoding of the parameters that are not indexed.</param>
/// <param name="BlockNumber">Number of its block.</param>
/// <param name="BlockHash">Hash of its block.</param>
/// <param name="TransactionHash">Hash of its transaction.</param>
/// <param name="TransactionIndex">Position of the transaction in the block.</param>
/// <param name="LogIndex">Position of the log in the block.</param>
/// <param name="IsRemoved">Whether a reorganization took it back.</param>
public sealed record Log(
    Address Address,
    IReadOnlyList<Bytes32> Topics,
    ReadOnlyMemory<byte> Data,
    ulong BlockNumber,
    Bytes32 BlockHash,
    Bytes32 TransactionHash,
    ulong TransactionIndex,
    ulong LogIndex,
    bool IsRemoved = false)
{
    /// <summary>Block and position, for messages.</summary>
    public override string ToString() => $"log {LogIndex} of block {BlockNumber} from {Address}";
}

/// <summary>An event of a contract as a C# type.</summary>
public interface IContractEvent
{
    /// <summary>The log it was decoded from.</summary>
    Log Log { get; }
}
