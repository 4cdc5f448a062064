using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;

namespace Marketplace.Fleet.Accounts;

/// <summary>A receipt as Orleans carries it: the chain's types know nothing of it.</summary>
[GenerateSerializer, Immutable, Alias("Marketplace.Fleet.Receipt")]
internal readonly record struct ReceiptSurrogate(
    [property: Id(0)] string TransactionHash,
    [property: Id(1)] bool IsSuccess,
    [property: Id(2)] ulong BlockNumber,
    [property: Id(3)] string BlockHash,
    [property: Id(4)] ulong TransactionIndex,
    [property: Id(5)] string From,
    [property: Id(6)] string? To,
    [property: Id(7)] string? ContractAddress,
    [property: Id(8)] ulong GasUsed,
    [property: Id(9)] BigInteger EffectiveGasPrice,
    [property: Id(10)] LogSurrogate[] Logs);

/// <summary>An event of a receipt; block, transaction and their hashes are the receipt's.</summary>
[GenerateSerializer, Immutable, Alias("Marketplace.Fleet.Log")]
internal readonly record struct LogSurrogate(
    [property: Id(0)] string Address, [property: Id(1)] string[] Topics, [property: Id(2)] byte[] Data, [property: Id(3)] ulong LogIndex);

/// <summary>Between a receipt and what Orleans carries.</summary>
[RegisterConverter]
internal sealed class ReceiptConverter : IConverter<Receipt, ReceiptSurrogate>
{
    public ReceiptSurrogate ConvertToSurrogate(in Receipt value) => new(
        value.TransactionHash.ToString(),
        value.IsSuccess,
        value.BlockNumber,
        value.BlockHash.ToString(),
        value.TransactionIndex,
        value.From.ToString(),
        value.To?.ToString(),
        value.ContractAddress?.ToString(),
        value.GasUsed,
        value.EffectiveGasPrice,
        [
            .. value.Logs.Select(log => new LogSurrogate(
                log.Address.ToString(), [.. log.Topics.Select(topic => topic.ToString())], log.Data.ToArray(), log.LogIndex)),
        ]);

    public Receipt ConvertFromSurrogate(in ReceiptSurrogate surrogate)
    {
        ReceiptSurrogate from = surrogate;
        (Bytes32 transaction, Bytes32 block) = (Bytes32.Parse(from.TransactionHash), Bytes32.Parse(from.BlockHash));
        return new Receipt(
            transaction,
            from.IsSuccess,
            from.BlockNumber,
            block,
            from.TransactionIndex,
            Address.Parse(from.From),
            from.To is null ? null : Address.Parse(from.To),
            from.ContractAddress is null ? null : Address.Parse(from.ContractAddress),
            from.GasUsed,
            from.EffectiveGasPrice,
            [
                .. from.Logs.Select(log => new Log(
                    Address.Parse(log.Address),
                    [.. log.Topics.Select(Bytes32.Parse)],
                    log.Data,
                    from.BlockNumber,
                    block,
                    transaction,
                    from.TransactionIndex,
                    log.LogIndex)),
            ]);
    }
}
