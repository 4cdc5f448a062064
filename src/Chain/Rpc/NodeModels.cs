using System.Numerics;
using System.Text.Json;
using Nethereum.Hex.HexTypes;
using Nethereum.RPC.Eth.DTOs;

namespace Marketplace.Chain.Rpc;

/// <summary>
/// Between Nethereum's data transfer objects, whose every field may be missing or any text, and the models. Throws
/// <see cref="FormatException"/> naming the field.
/// </summary>
internal static class NodeModels
{
    public static BigInteger Quantity(HexBigInteger? value) => Quantity(value, "result");

    public static ulong UInt64(HexBigInteger? value) => UInt64(value, "result");

    public static byte[] Data(string? value) => Data(value, "result");

    public static Bytes32 Word(string? value) => Word(value, "result");

    public static Block ToBlock(BlockWithTransactionHashes block) => new(
        UInt64(block.Number, "number"),
        Word(block.BlockHash, "hash"),
        Word(block.ParentHash, "parentHash"),
        UInt64(block.Timestamp, "timestamp"),
        block.BaseFeePerGas?.Value,
        UInt64(block.GasLimit, "gasLimit"),
        UInt64(block.GasUsed, "gasUsed"),
        Account(block.Miner, "miner"),
        Array.ConvertAll(Present(block.TransactionHashes, "transactions"), hash => Word(hash, "transactions")));

    public static TransactionInfo ToTransaction(Transaction transaction) => new(
        Word(transaction.TransactionHash, "hash"),
        Account(transaction.From, "from"),
        AccountOrNull(transaction.To, "to"),
        UInt64(transaction.Nonce, "nonce"),
        Quantity(transaction.Value, "value"),
        Data(transaction.Input, "input"),
        UInt64(transaction.Gas, "gas"),
        transaction.BlockNumber is null ? null : UInt64(transaction.BlockNumber, "blockNumber"));

    public static Receipt ToReceipt(TransactionReceipt receipt) => new(
        Word(receipt.TransactionHash, "transactionHash"),
        Quantity(receipt.Status, "status").IsOne,
        UInt64(receipt.BlockNumber, "blockNumber"),
        Word(receipt.BlockHash, "blockHash"),
        UInt64(receipt.TransactionIndex, "transactionIndex"),
        Account(receipt.From, "from"),
        AccountOrNull(receipt.To, "to"),
        AccountOrNull(receipt.ContractAddress, "contractAddress"),
        UInt64(receipt.GasUsed, "gasUsed"),
        receipt.EffectiveGasPrice?.Value ?? 0,
        Array.ConvertAll(Present(receipt.Logs, "logs"), ToLog));

    public static Log ToLog(FilterLog log)
    {
        object[] topics = Present(Present(log, "log").Topics, "topics");
        if (topics.Length > 4) throw new FormatException($"A log has at most 4 topics, got {topics.Length}.");
        return new Log(
            Account(log.Address, "address"),
            Array.ConvertAll(topics, topic => Word(topic is JsonElement json ? JsonText.TryRead(json) : null, "topics")),
            Data(log.Data, "data"),
            UInt64(log.BlockNumber, "blockNumber"),
            Word(log.BlockHash, "blockHash"),
            Word(log.TransactionHash, "transactionHash"),
            UInt64(log.TransactionIndex, "transactionIndex"),
            UInt64(log.LogIndex, "logIndex"),
            log.Removed);
    }

    /// <summary>The logs in chain order.</summary>
    /// <exception cref="FormatException">One is not of what was asked for.</exception>
    public static Log[] ToLogs(FilterLog[]? answer, LogFilter filter, ulong fromBlock, ulong toBlock)
    {
        Log[] logs = Array.ConvertAll(Present(answer, "result"), ToLog);
        foreach (Log log in logs)
        {
            if (log.BlockNumber < fromBlock || log.BlockNumber > toBlock || log.IsRemoved || !filter.Matches(log))
                throw new FormatException($"Blocks {fromBlock} to {toBlock} were asked for; {log} does not match the filter.");
        }

        Array.Sort(logs, (a, b) => (a.BlockNumber, a.LogIndex).CompareTo((b.BlockNumber, b.LogIndex)));
        return logs;
    }

    public static CallInput ToInput(CallRequest call) => new()
    {
        To = call.To?.ToString(),
        From = call.From?.ToString(),
        Data = Hex.Format(call.Data.Span),
        Value = call.Value.IsZero ? null : new HexBigInteger(call.Value),
        Gas = call.Gas is ulong gas ? new HexBigInteger(gas) : null,
    };

    public static NewFilterInput ToInput(LogFilter filter, ulong fromBlock, ulong toBlock) => new()
    {
        FromBlock = new BlockParameter(fromBlock),
        ToBlock = new BlockParameter(toBlock),
        Address = filter.Addresses.Count == 0 ? null : [.. filter.Addresses.Select(a => a.ToString())],
        Topics = filter.Topics.Count == 0
            ? null
            : [.. filter.Topics.Select(t => t is { Count: > 0 } ? (object)t.Select(w => w.ToString()).ToArray() : null!)],
    };

    private static T Present<T>(T? value, string field)
        where T : class =>
        value ?? throw new FormatException($"The field {field} is missing.");

    private static BigInteger Quantity(HexBigInteger? value, string field) => Present(value, field).Value;

    private static ulong UInt64(HexBigInteger? value, string field)
    {
        BigInteger number = Quantity(value, field);
        return number <= ulong.MaxValue ? (ulong)number : throw new FormatException($"{field}: expected at most 64 bits, got {number}.");
    }

    private static byte[] Data(string? value, string field) =>
        Hex.TryParse(Present(value, field), out byte[]? bytes)
            ? bytes
            : throw new FormatException($"{field}: expected 0x and hex, got {Hex.Excerpt(value)}.");

    private static Bytes32 Word(string? value, string field) =>
        Bytes32.TryParse(Present(value, field), out Bytes32 word)
            ? word
            : throw new FormatException($"{field}: expected 32 bytes of hex, got {Hex.Excerpt(value)}.");

    private static Address Account(string? value, string field)
    {
        // Nodes' addresses are lower case as a rule; a wrong checksum in them would still name the account.
        byte[] bytes = Data(value, field);
        return bytes.Length == Address.Size
            ? new Address(bytes)
            : throw new FormatException($"{field}: expected an address, got {bytes.Length} bytes.");
    }

    private static Address? AccountOrNull(string? value, string field) => value is null ? null : Account(value, field);
}
