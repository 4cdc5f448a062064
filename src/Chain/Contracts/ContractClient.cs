using System.Numerics;
using Marketplace.Chain.Abi;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;

namespace Marketplace.Chain.Contracts;

/// <summary>What generated contract classes share: a contract at an address, read through a node.</summary>
public abstract class ContractClient
{
    private readonly EthereumClient _client;

    /// <summary>A contract whose errors are named by <paramref name="abi"/>.</summary>
    protected ContractClient(EthereumClient client, Address address, ContractAbi abi) =>
        (_client, Address, Errors) = (client, address, [abi]);

    /// <summary>Where the contract is.</summary>
    public Address Address { get; }

    /// <summary>ABIs that name the errors of reverts; by default the contract's own. Add those of the contracts it calls.</summary>
    public IReadOnlyList<ContractAbi> Errors { get; init; }

    /// <summary>Calls a function without a transaction.</summary>
    /// <exception cref="ContractRevertedException">The contract refused.</exception>
    /// <exception cref="AbiException">What came back is not what the function returns.</exception>
    protected async Task<object[]> CallAsync(AbiFunction function, object[] arguments, BlockTag block, CancellationToken cancellationToken) =>
        function.DecodeResult(await _client.CallAsync(
            new CallRequest(Address, function.EncodeCall(arguments)), block, Errors, cancellationToken));

    /// <summary>A transaction that calls a function.</summary>
    protected TransactionRequest Request(byte[] calldata, BigInteger value = default) => new(Address, calldata) { Value = value, Errors = Errors };
}

/// <summary>Steps of generated conversions.</summary>
public static class AbiValues
{
    /// <summary>A decoded array with its elements converted.</summary>
    public static IReadOnlyList<T> List<T>(object array, Func<object, T> convert) => Array.ConvertAll((object[])array, e => convert(e));

    /// <summary>Topics of a filter, null meaning any.</summary>
    public static LogFilter Filter(Address? contract, IReadOnlyList<Bytes32?> topics) => new()
    {
        Addresses = contract is Address address ? [address] : [],
        Topics = [.. topics.Select(t => t is Bytes32 word ? new[] { word } : null)],
    };

    /// <summary>Init code followed by the constructor's arguments.</summary>
    public static byte[] InitCode(string bytecode, ContractAbi abi, params IReadOnlyList<object> arguments) =>
        [.. Hex.Parse(bytecode), .. AbiEncoder.Encode(abi.Constructor, arguments)];
}
