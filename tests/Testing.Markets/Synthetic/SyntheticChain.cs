using System.Globalization;
using Marketplace.Chain;
using Marketplace.Chain.Abi;
using Marketplace.Chain.Rpc;

namespace Marketplace.Testing.Markets.Synthetic;

/// <summary>A block with the logs of the market, and of its claims, in it.</summary>
public sealed record SyntheticBlock(ulong Number, Bytes32 Hash, Bytes32 ParentHash, ulong Timestamp, IReadOnlyList<Log> Logs);

/// <summary>Blocks that are filled with events one after the other. Hashes depend on everything before them.</summary>
public sealed class SyntheticChain
{
    /// <summary>Timestamp of block 0, Unix seconds.</summary>
    public const ulong Genesis = 1_700_000_000;

    /// <summary>Seconds from a block to the next.</summary>
    public const ulong BlockTime = 12;

    private readonly List<SyntheticBlock> _blocks = [];
    private readonly List<(Address Contract, AbiEvent Event, object[] Values, int Transaction)> _pending = [];
    private string _salt = "";
    private int _transactions;

    public SyntheticChain() => Mine();

    public static Address Market { get; } = new(Bytes32.Keccak("synthetic market").ToArray().AsSpan(12));

    /// <summary>The contract of the market's claims.</summary>
    public static Address Claims { get; } = new(Bytes32.Keccak("synthetic claims").ToArray().AsSpan(12));

    public const ulong ChainId = 31337;

    public IReadOnlyList<SyntheticBlock> Blocks => _blocks;

    /// <summary>Timestamp of the block that is being filled, Unix seconds.</summary>
    public ulong Now => Genesis + BlockTime * (ulong)_blocks.Count;

    /// <summary>Logs that wait for the next block.</summary>
    public int Pending => _pending.Count;

    /// <summary>From here on blocks differ from those of a chain that was the same so far.</summary>
    public void Fork(int seed) => _salt = seed.ToString(CultureInfo.InvariantCulture);

    /// <summary>Begins a transaction: the events until the next one are its.</summary>
    public void BeginTransaction() => _transactions++;

    public void Emit(AbiEvent @event, params object[] values) => _pending.Add((Market, @event, values, _transactions));

    public void EmitOfClaims(AbiEvent @event, params object[] values) => _pending.Add((Claims, @event, values, _transactions));

    /// <summary>Closes the block.</summary>
    public void Mine()
    {
        ulong number = (ulong)_blocks.Count;
        Bytes32 parent = number == 0 ? default : _blocks[^1].Hash;
        var hash = Bytes32.Keccak($"{number} {parent} {_salt} {_pending.Count} {_transactions}");
        List<Log> logs = new(_pending.Count);
        foreach ((Address contract, AbiEvent @event, object[] values, int transaction) in _pending)
        {
            logs.Add(ToLog(contract, @event, values) with
            {
                BlockNumber = number,
                BlockHash = hash,
                TransactionHash = Bytes32.Keccak($"{hash} {transaction}"),
                TransactionIndex = (ulong)(transaction - _pending[0].Transaction),
                LogIndex = (ulong)logs.Count,
            });
        }
        _blocks.Add(new SyntheticBlock(number, hash, parent, Genesis + BlockTime * number, logs));
        _pending.Clear();
    }

    private static Log ToLog(Address contract, AbiEvent @event, object[] values)
    {
        object[] indexed = [.. values.Where((_, i) => @event.Inputs[i].Indexed)];
        object[] data = [.. values.Where((_, i) => !@event.Inputs[i].Indexed)];
        return new Log(
            contract,
            [.. @event.EncodeTopics(indexed).Select(topic => topic!.Value)],
            AbiEncoder.Encode(@event.Data, data),
            0,
            default,
            default,
            0,
            0);
    }
}
