using System.Globalization;
using Nethereum.RPC.Eth.DTOs;

namespace Marketplace.Chain;

/// <summary>Which block a query is about: a number or one of JSON-RPC's names. The default is the latest block.</summary>
public readonly record struct BlockTag
{
    private readonly string? _name;
    private readonly ulong _number;

    private BlockTag(string? name, ulong number) => (_name, _number) = (name, number);

    /// <summary>The newest block.</summary>
    public static BlockTag Latest => default;

    /// <summary>The latest state with the node's pending transactions on top.</summary>
    public static BlockTag Pending => new("pending", 0);

    public static BlockTag Number(ulong number) => new("", number);

    /// <summary>A block number is a tag.</summary>
    public static implicit operator BlockTag(ulong number) => Number(number);

    /// <summary>The text JSON-RPC takes: a name, or the number as a quantity.</summary>
    public override string ToString() => _name switch
    {
        null => "latest",
        "" => "0x" + _number.ToString("x", CultureInfo.InvariantCulture),
        string name => name,
    };

    /// <summary>The same for Nethereum's services.</summary>
    internal BlockParameter ToParameter() => _name switch
    {
        null => BlockParameter.CreateLatest(),
        "" => new BlockParameter(_number),
        _ => BlockParameter.CreatePending(),
    };
}
