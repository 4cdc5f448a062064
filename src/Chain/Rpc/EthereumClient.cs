using System.Numerics;
using System.Text.Json;
using Marketplace.Chain.Abi;
using Nethereum.ABI.Model;
using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth;
using Nethereum.RPC.Eth.Blocks;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.RPC.Eth.Filters;
using Nethereum.RPC.Eth.Transactions;

namespace Marketplace.Chain.Rpc;

/// <summary>
/// Nethereum's services of a node behind the guarded transport, with answers as checked values
/// (https://ethereum.github.io/execution-apis/). All methods throw <see cref="RpcException"/> when the node refuses, and
/// <see cref="RpcTransportException"/> when no proper answer comes. Safe for concurrent use.
/// </summary>
public sealed class EthereumClient : IDisposable
{
    private readonly bool _ownsRpc;

    /// <summary>A client over a transport of its own.</summary>
    public EthereumClient(RpcOptions options)
        : this(new RpcTransport(options)) => _ownsRpc = true;

    /// <summary>A client over a transport with default options.</summary>
    public EthereumClient(Uri url)
        : this(new RpcOptions(url))
    {
    }

    /// <summary>A client over a given transport, which the caller disposes.</summary>
    public EthereumClient(RpcTransport rpc) => Rpc = rpc;

    /// <summary>The transport, for services that have no method here.</summary>
    public RpcTransport Rpc { get; }

    /// <summary>Sends any request and returns its result.</summary>
    public Task<JsonElement> SendAsync(string method, IReadOnlyList<object?> parameters, CancellationToken cancellationToken = default) =>
        Rpc.For(cancellationToken).SendRequestAsync<JsonElement>(method, null, [.. parameters]);

    /// <summary>The chain's id (EIP-155).</summary>
    public Task<ulong> GetChainIdAsync(CancellationToken cancellationToken = default) =>
        QueryAsync("eth_chainId", rpc => new EthChainId(rpc).SendRequestAsync(), NodeModels.UInt64, cancellationToken);

    /// <summary>Number of the newest block.</summary>
    public Task<ulong> GetBlockNumberAsync(CancellationToken cancellationToken = default) =>
        QueryAsync("eth_blockNumber", rpc => new EthBlockNumber(rpc).SendRequestAsync(), NodeModels.UInt64, cancellationToken);

    /// <summary>A block; null when the node has none of that number. The pending block has no hash and cannot be read so.</summary>
    public Task<Block?> GetBlockAsync(BlockTag block, CancellationToken cancellationToken = default) =>
        QueryAsync(
            "eth_getBlockByNumber",
            rpc => new EthGetBlockWithTransactionsHashesByNumber(rpc).SendRequestAsync(block.ToParameter()),
            BlockOrNull,
            cancellationToken);

    /// <summary>A block; null when the node has none of that hash.</summary>
    public Task<Block?> GetBlockAsync(Bytes32 hash, CancellationToken cancellationToken = default) =>
        QueryAsync(
            "eth_getBlockByHash",
            rpc => new EthGetBlockWithTransactionsHashesByHash(rpc).SendRequestAsync(hash.ToString()),
            BlockOrNull,
            cancellationToken);

    /// <summary>Several blocks at once, in the order of their hashes; null for those that the node does not have.</summary>
    public async Task<Block?[]> GetBlocksAsync(IReadOnlyList<Bytes32> hashes, CancellationToken cancellationToken = default)
    {
        EthGetBlockWithTransactionsHashesByHash service = new(Rpc.For(cancellationToken));
        IReadOnlyList<RpcAnswer> answers = await Rpc.SendBatchAsync([.. hashes.Select(h => service.BuildRequest(h.ToString()))], cancellationToken);
        return [.. answers.Select(answer => answer.Read<BlockWithTransactionHashes, Block?>(BlockOrNull))];
    }

    /// <summary>An account's balance in wei.</summary>
    public Task<BigInteger> GetBalanceAsync(Address account, BlockTag block = default, CancellationToken cancellationToken = default) =>
        QueryAsync(
            "eth_getBalance",
            rpc => new EthGetBalance(rpc).SendRequestAsync(account.ToString(), block.ToParameter()),
            NodeModels.Quantity,
            cancellationToken);

    /// <summary>A contract's code; empty for other accounts.</summary>
    public Task<byte[]> GetCodeAsync(Address account, BlockTag block = default, CancellationToken cancellationToken = default) =>
        QueryAsync(
            "eth_getCode",
            rpc => new EthGetCode(rpc).SendRequestAsync(account.ToString(), block.ToParameter()),
            NodeModels.Data,
            cancellationToken);

    /// <summary>Number of an account's transactions: the next nonce.</summary>
    public Task<ulong> GetTransactionCountAsync(Address account, BlockTag block = default, CancellationToken cancellationToken = default) =>
        QueryAsync(
            "eth_getTransactionCount",
            rpc => new EthGetTransactionCount(rpc).SendRequestAsync(account.ToString(), block.ToParameter()),
            NodeModels.UInt64,
            cancellationToken);

    /// <summary>Simulates a call and returns what it returned.</summary>
    /// <param name="call">The call.</param>
    /// <param name="block">The state to run it on.</param>
    /// <param name="errors">ABIs that name the errors the contract may revert with.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ContractRevertedException">The contract refused; carries the decoded error.</exception>
    public Task<byte[]> CallAsync(
        CallRequest call, BlockTag block = default, IReadOnlyList<ContractABI>? errors = null, CancellationToken cancellationToken = default) =>
        SimulateAsync(
            "eth_call", rpc => new EthCall(rpc).SendRequestAsync(NodeModels.ToInput(call), block.ToParameter()), call, errors,
            NodeModels.Data, cancellationToken);

    /// <summary>Gas that a transaction would need on the latest state.</summary>
    /// <exception cref="ContractRevertedException">The contract would refuse it; carries the decoded error.</exception>
    public Task<ulong> EstimateGasAsync(
        CallRequest call, IReadOnlyList<ContractABI>? errors = null, CancellationToken cancellationToken = default) =>
        SimulateAsync(
            "eth_estimateGas", rpc => new EthEstimateGas(rpc).SendRequestAsync(NodeModels.ToInput(call)), call, errors, NodeModels.UInt64,
            cancellationToken);

    /// <summary>The node's suggestion for a legacy transaction's gas price, in wei.</summary>
    public Task<BigInteger> GetGasPriceAsync(CancellationToken cancellationToken = default) =>
        QueryAsync("eth_gasPrice", rpc => new EthGasPrice(rpc).SendRequestAsync(), NodeModels.Quantity, cancellationToken);

    /// <summary>The node's suggestion for the priority fee, in wei.</summary>
    public Task<BigInteger> GetMaxPriorityFeePerGasAsync(CancellationToken cancellationToken = default) =>
        QueryAsync("eth_maxPriorityFeePerGas", rpc => new EthMaxPriorityFeePerGas(rpc).SendRequestAsync(), NodeModels.Quantity, cancellationToken);

    /// <summary>Priority fees of recent blocks, in wei: for each block that has transactions the one at the percentile.</summary>
    /// <param name="blocks">How many blocks up to the latest, 1 to 1024.</param>
    /// <param name="percentile">0 to 100.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<BigInteger[]> GetPriorityFeesAsync(int blocks, decimal percentile, CancellationToken cancellationToken = default) =>
        QueryAsync(
            "eth_feeHistory",
            rpc => new EthFeeHistory(rpc).SendRequestAsync(new HexBigInteger(blocks), BlockParameter.CreateLatest(), [percentile]),
            history => (history?.Reward ?? []).Where(fees => fees?.Length > 0).Select(fees => NodeModels.Quantity(fees[0])).ToArray(),
            cancellationToken);

    /// <summary>Broadcasts a signed transaction. Not repeated by itself when the connection fails: the outcome is then unknown.</summary>
    /// <returns>The transaction's hash.</returns>
    public Task<Bytes32> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellationToken = default) =>
        QueryAsync(
            "eth_sendRawTransaction",
            rpc => new EthSendRawTransaction(rpc).SendRequestAsync(Hex.Format(raw.Span)),
            NodeModels.Word,
            cancellationToken);

    /// <summary>A transaction, mined or pending; null when the node does not know it.</summary>
    public Task<TransactionInfo?> GetTransactionAsync(Bytes32 hash, CancellationToken cancellationToken = default) =>
        QueryAsync(
            "eth_getTransactionByHash",
            rpc => new EthGetTransactionByHash(rpc).SendRequestAsync(hash.ToString()),
            transaction => transaction is null ? null : NodeModels.ToTransaction(transaction),
            cancellationToken);

    /// <summary>A mined transaction's receipt; null while it is not mined.</summary>
    public Task<Receipt?> GetReceiptAsync(Bytes32 hash, CancellationToken cancellationToken = default) =>
        QueryAsync(
            "eth_getTransactionReceipt",
            rpc => new EthGetTransactionReceipt(rpc).SendRequestAsync(hash.ToString()),
            receipt => receipt is null ? null : NodeModels.ToReceipt(receipt),
            cancellationToken);

    /// <summary>The logs of a range of blocks, both ends included, in chain order. For long ranges use <see cref="Logs.LogReader"/>.</summary>
    public Task<Log[]> GetLogsAsync(LogFilter filter, ulong fromBlock, ulong toBlock, CancellationToken cancellationToken = default) =>
        QueryAsync(
            "eth_getLogs",
            rpc => new EthGetLogs(rpc).SendRequestAsync(NodeModels.ToInput(filter, fromBlock, toBlock)),
            logs => NodeModels.ToLogs(logs, filter, fromBlock, toBlock),
            cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ownsRpc) Rpc.Dispose();
    }

    internal static Block? BlockOrNull(BlockWithTransactionHashes? block) => block is null ? null : NodeModels.ToBlock(block);

    private async Task<T> QueryAsync<TDto, T>(
        string method, Func<IClient, Task<TDto>> send, Func<TDto?, T> convert, CancellationToken cancellationToken)
    {
        TDto answer = await send(Rpc.For(cancellationToken));
        try
        {
            return convert(answer);
        }
        catch (FormatException e)
        {
            throw new RpcTransportException(Rpc.Host, method, $"malformed result: {e.Message}", e);
        }
    }

    private async Task<T> SimulateAsync<TDto, T>(
        string method,
        Func<IClient, Task<TDto>> send,
        CallRequest call,
        IReadOnlyList<ContractABI>? errors,
        Func<TDto?, T> convert,
        CancellationToken cancellationToken)
    {
        try
        {
            return await QueryAsync(method, send, convert, cancellationToken);
        }
        catch (RpcException e) when (e.RevertData() is byte[] data)
        {
            string what = call.To is Address to ? $"A call of {to}" : "The creation of a contract";
            throw new ContractRevertedException(what, ContractError.Decode(data, errors ?? []), data, e);
        }
    }
}
