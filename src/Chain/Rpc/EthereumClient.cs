using System.Numerics;
using System.Text.Json;
using Marketplace.Chain.Abi;

namespace Marketplace.Chain.Rpc;

/// <summary>
/// The methods of a node, typed (https://ethereum.github.io/execution-apis/). All of them throw <see cref="RpcException"/> when
/// the node refuses, and <see cref="RpcTransportException"/> when no proper answer comes. Safe for concurrent use.
/// </summary>
public sealed class EthereumClient : IDisposable
{
    private readonly bool _ownsRpc;

    /// <summary>A client over a transport of its own.</summary>
    public EthereumClient(RpcOptions options)
        : this(new JsonRpcClient(options)) => _ownsRpc = true;

    /// <summary>A client over a transport with default options.</summary>
    public EthereumClient(Uri url)
        : this(new RpcOptions(url))
    {
    }

    /// <summary>A client over a given transport, which the caller disposes.</summary>
    public EthereumClient(JsonRpcClient rpc) => Rpc = rpc;

    /// <summary>The transport, for methods that have no typed form and for batches.</summary>
    public JsonRpcClient Rpc { get; }

    /// <summary>Sends any request and returns its result.</summary>
    public Task<JsonElement> SendAsync(string method, IReadOnlyList<object?> parameters, CancellationToken cancellationToken = default) =>
        Rpc.SendAsync(new RpcRequest(method, parameters), cancellationToken);

    /// <summary>The chain's id (EIP-155).</summary>
    public Task<ulong> GetChainIdAsync(CancellationToken cancellationToken = default) =>
        QueryAsync("eth_chainId", [], RpcJson.UInt64, cancellationToken);

    /// <summary>Number of the newest block.</summary>
    public Task<ulong> GetBlockNumberAsync(CancellationToken cancellationToken = default) =>
        QueryAsync("eth_blockNumber", [], RpcJson.UInt64, cancellationToken);

    /// <summary>A block; null when the node has none of that number. The pending block has no hash and can not be read so.</summary>
    public Task<Block?> GetBlockAsync(BlockTag block, CancellationToken cancellationToken = default) =>
        QueryAsync("eth_getBlockByNumber", [block.ToString(), false], BlockOrNull, cancellationToken);

    /// <summary>A block; null when the node has none of that hash.</summary>
    public Task<Block?> GetBlockAsync(Bytes32 hash, CancellationToken cancellationToken = default) =>
        QueryAsync("eth_getBlockByHash", [hash.ToString(), false], BlockOrNull, cancellationToken);

    /// <summary>Several blocks at once, in the order of their hashes; null for those that the node does not have.</summary>
    public async Task<Block?[]> GetBlocksAsync(IReadOnlyList<Bytes32> hashes, CancellationToken cancellationToken = default)
    {
        const string Method = "eth_getBlockByHash";
        IReadOnlyList<RpcResponse> responses = await Rpc.SendBatchAsync(
            [.. hashes.Select(hash => new RpcRequest(Method, hash.ToString(), false))], cancellationToken);
        return [.. responses.Select(response => Read(Method, response.GetResult(), BlockOrNull))];
    }

    /// <summary>An account's balance in wei.</summary>
    public Task<BigInteger> GetBalanceAsync(Address account, BlockTag block = default, CancellationToken cancellationToken = default) =>
        QueryAsync("eth_getBalance", [account.ToString(), block.ToString()], RpcJson.Quantity, cancellationToken);

    /// <summary>A contract's code; empty for other accounts.</summary>
    public Task<byte[]> GetCodeAsync(Address account, BlockTag block = default, CancellationToken cancellationToken = default) =>
        QueryAsync("eth_getCode", [account.ToString(), block.ToString()], RpcJson.Data, cancellationToken);

    /// <summary>Number of an account's transactions: the next nonce.</summary>
    public Task<ulong> GetTransactionCountAsync(Address account, BlockTag block = default, CancellationToken cancellationToken = default) =>
        QueryAsync("eth_getTransactionCount", [account.ToString(), block.ToString()], RpcJson.UInt64, cancellationToken);

    /// <summary>Simulates a call and returns what it returned.</summary>
    /// <param name="call">The call.</param>
    /// <param name="block">The state to run it on.</param>
    /// <param name="errors">ABIs that name the errors the contract may revert with.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ContractRevertedException">The contract refused; carries the decoded error.</exception>
    public Task<byte[]> CallAsync(
        CallRequest call, BlockTag block = default, IReadOnlyList<ContractAbi>? errors = null, CancellationToken cancellationToken = default) =>
        SimulateAsync("eth_call", [RpcJson.Call(call), block.ToString()], call, errors, RpcJson.Data, cancellationToken);

    /// <summary>Gas that a transaction would need on the latest state.</summary>
    /// <exception cref="ContractRevertedException">The contract would refuse it; carries the decoded error.</exception>
    public Task<ulong> EstimateGasAsync(
        CallRequest call, IReadOnlyList<ContractAbi>? errors = null, CancellationToken cancellationToken = default) =>
        SimulateAsync("eth_estimateGas", [RpcJson.Call(call)], call, errors, RpcJson.UInt64, cancellationToken);

    /// <summary>The node's suggestion for a legacy transaction's gas price, in wei.</summary>
    public Task<BigInteger> GetGasPriceAsync(CancellationToken cancellationToken = default) =>
        QueryAsync("eth_gasPrice", [], RpcJson.Quantity, cancellationToken);

    /// <summary>The node's suggestion for the priority fee, in wei.</summary>
    public Task<BigInteger> GetMaxPriorityFeePerGasAsync(CancellationToken cancellationToken = default) =>
        QueryAsync("eth_maxPriorityFeePerGas", [], RpcJson.Quantity, cancellationToken);

    /// <summary>Fees of recent blocks.</summary>
    /// <param name="blocks">How many blocks, 1 to 1024.</param>
    /// <param name="newest">The last of them.</param>
    /// <param name="percentiles">Ascending percentiles, 0 to 100, of the priority fees.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<FeeHistory> GetFeeHistoryAsync(
        int blocks, BlockTag newest, IReadOnlyList<double> percentiles, CancellationToken cancellationToken = default) =>
        QueryAsync("eth_feeHistory", [Hex.FormatQuantity(blocks), newest.ToString(), percentiles], RpcJson.FeeHistory, cancellationToken);

    /// <summary>Broadcasts a signed transaction. Not repeated by itself when the connection fails: the outcome is then unknown.</summary>
    /// <returns>The transaction's hash.</returns>
    public Task<Bytes32> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellationToken = default) =>
        QueryAsync("eth_sendRawTransaction", [Hex.Format(raw.Span)], RpcJson.Word, cancellationToken);

    /// <summary>A transaction, mined or pending; null when the node does not know it.</summary>
    public Task<TransactionInfo?> GetTransactionAsync(Bytes32 hash, CancellationToken cancellationToken = default) =>
        QueryAsync("eth_getTransactionByHash", [hash.ToString()], v => RpcJson.Nullable(v, RpcJson.Transaction, null), cancellationToken);

    /// <summary>A mined transaction's receipt; null while it is not mined.</summary>
    public Task<Receipt?> GetReceiptAsync(Bytes32 hash, CancellationToken cancellationToken = default) =>
        QueryAsync("eth_getTransactionReceipt", [hash.ToString()], v => RpcJson.Nullable(v, RpcJson.Receipt, null), cancellationToken);

    /// <summary>The logs of a range of blocks, both ends included, in chain order. For long ranges use <see cref="Logs.LogReader"/>.</summary>
    public Task<Log[]> GetLogsAsync(LogFilter filter, ulong fromBlock, ulong toBlock, CancellationToken cancellationToken = default) =>
        QueryAsync("eth_getLogs", [RpcJson.Filter(filter, fromBlock, toBlock)], v => LogsOf(v, filter, fromBlock, toBlock), cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ownsRpc) Rpc.Dispose();
    }

    /// <summary>Reads a result; a wrong shape is the node's fault.</summary>
    internal T Read<T>(string method, JsonElement result, Func<JsonElement, T> read)
    {
        try
        {
            return read(result);
        }
        catch (FormatException e)
        {
            throw new RpcTransportException(Rpc.Host, method, $"malformed result: {e.Message}", e);
        }
    }

    internal static Block? BlockOrNull(JsonElement json) => RpcJson.Nullable(json, RpcJson.Block, null);

    internal static Log[] LogsOf(JsonElement json, LogFilter filter, ulong fromBlock, ulong toBlock)
    {
        Log[] logs = RpcJson.List(json, RpcJson.Log);
        foreach (Log log in logs)
        {
            if (log.BlockNumber < fromBlock || log.BlockNumber > toBlock || log.IsRemoved || !filter.Matches(log))
                throw new FormatException($"Blocks {fromBlock} to {toBlock} were asked for; {log} does not match the filter.");
        }

        Array.Sort(logs, (a, b) => (a.BlockNumber, a.LogIndex).CompareTo((b.BlockNumber, b.LogIndex)));
        return logs;
    }

    private async Task<T> QueryAsync<T>(
        string method, IReadOnlyList<object?> parameters, Func<JsonElement, T> read, CancellationToken cancellationToken) =>
        Read(method, await Rpc.SendAsync(new RpcRequest(method, parameters), cancellationToken), read);

    private async Task<T> SimulateAsync<T>(
        string method,
        IReadOnlyList<object?> parameters,
        CallRequest call,
        IReadOnlyList<ContractAbi>? errors,
        Func<JsonElement, T> read,
        CancellationToken cancellationToken)
    {
        try
        {
            return await QueryAsync(method, parameters, read, cancellationToken);
        }
        catch (RpcException e) when (e.RevertData() is byte[] data)
        {
            string what = call.To is Address to ? $"A call of {to}" : "The creation of a contract";
            throw new ContractRevertedException(what, ContractError.Decode(data, errors ?? []), data, e);
        }
    }
}
