using System.Numerics;
using Marketplace.Chain.Abi;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;
using Nethereum.ABI.Model;

namespace Marketplace.Chain.Contracts;

/// <summary>What generated contract classes share: a contract at an address, read through a node.</summary>
public abstract class ContractClient
{
    private readonly EthereumClient _client;

    /// <summary>A contract whose errors are named by <paramref name="abi"/>.</summary>
    protected ContractClient(EthereumClient client, Address address, ContractABI abi) =>
        (_client, Address, Errors) = (client, address, [abi]);

    public Address Address { get; }

    /// <summary>ABIs that name the errors of reverts; by default the contract's own. Add those of the contracts it calls.</summary>
    public IReadOnlyList<ContractABI> Errors { get; init; }

    /// <summary>Init code followed by the constructor's arguments.</summary>
    protected static byte[] InitCode(string bytecode, ContractABI abi, params IReadOnlyList<object> arguments) =>
        [.. Hex.Parse(bytecode), .. AbiEncoder.Encode(abi.ConstructorParameters(), arguments)];

    /// <summary>Calls a function without a transaction and returns what it returned, unchecked.</summary>
    /// <exception cref="ContractRevertedException">The contract refused.</exception>
    /// <exception cref="NoContractException">There is no contract at the address.</exception>
    protected async Task<byte[]> CallAsync(FunctionABI function, object[] arguments, BlockTag block, CancellationToken cancellationToken)
    {
        byte[] result = await _client.CallAsync(new CallRequest(Address, function.EncodeCall(arguments)), block, Errors, cancellationToken);
        // What has no code answers every call with nothing.
        if (result.Length == 0 && (await _client.GetCodeAsync(Address, block, cancellationToken)).Length == 0)
            throw new NoContractException(Address);
        return result;
    }

    /// <summary>A transaction that calls a function.</summary>
    protected TransactionRequest Request(byte[] calldata, BigInteger value = default) => new(Address, calldata) { Value = value, Errors = Errors };
}
