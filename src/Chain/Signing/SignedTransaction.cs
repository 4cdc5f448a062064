using System.Numerics;
using Nethereum.Model;

namespace Marketplace.Chain.Signing;

/// <summary>A signed transaction: what a node is given, and what the journal keeps.</summary>
public sealed class SignedTransaction
{
    internal SignedTransaction(Transaction transaction, byte[] raw) => (Transaction, Raw, Hash) = (transaction, raw, Bytes32.Keccak(raw));

    /// <summary>What was signed.</summary>
    public Transaction Transaction { get; }

    /// <summary>The encoded transaction.</summary>
    public ReadOnlyMemory<byte> Raw { get; }

    /// <summary>The hash by which the network knows it.</summary>
    public Bytes32 Hash { get; }

    /// <summary>Parses a transaction of the kinds that <see cref="Transaction"/> signs.</summary>
    /// <exception cref="FormatException">Another kind, or not the encoding of one.</exception>
    public static SignedTransaction Parse(ReadOnlySpan<byte> raw)
    {
        byte[] bytes = raw.ToArray();
        ISignedTransaction model;
        try
        {
            model = TransactionFactory.CreateTransaction(bytes);
            Transaction transaction = model switch
            {
                Transaction1559 t => ToTransaction(t),
                LegacyTransactionChainId t => ToTransaction(t),
                _ => throw new FormatException($"Expected a transaction of type 2, or a legacy one with a chain id, got {model.TransactionType}."),
            };
            // Nethereum takes leading zeros and bytes that follow; what is not signed this way would have another hash.
            SignedTransaction signed = new(transaction, transaction.Encode(model.Signature));
            return signed.Raw.Span.SequenceEqual(raw) ? signed : throw new FormatException("The transaction is not canonically encoded.");
        }
        catch (Exception e) when (e is not (FormatException or OutOfMemoryException))
        {
            throw new FormatException("Expected a signed transaction in RLP.", e);
        }
    }

    private static Transaction ToTransaction(Transaction1559 t) => new()
    {
        ChainId = (ulong)t.ChainId,
        Nonce = (ulong)(t.Nonce ?? 0),
        MaxPriorityFeePerGas = t.MaxPriorityFeePerGas ?? 0,
        MaxFeePerGas = t.MaxFeePerGas ?? 0,
        GasLimit = (ulong)(t.GasLimit ?? 0),
        To = string.IsNullOrEmpty(t.ReceiverAddress) ? null : Address.Parse(t.ReceiverAddress),
        Value = t.Amount ?? 0,
        Data = string.IsNullOrEmpty(t.Data)
            ? default
            : Convert.FromHexString(t.Data.AsSpan(t.Data.StartsWith("0x", StringComparison.Ordinal) ? 2 : 0)),
    };

    private static Transaction ToTransaction(LegacyTransactionChainId t) => new()
    {
        ChainId = (ulong)t.GetChainIdAsBigInteger(),
        Nonce = (ulong)Unsigned(t.Nonce),
        GasPrice = Unsigned(t.GasPrice),
        GasLimit = (ulong)Unsigned(t.GasLimit),
        To = t.ReceiveAddress is { Length: > 0 } to ? new Address(to) : null,
        Value = Unsigned(t.Value),
        Data = t.Data ?? [],
    };

    private static BigInteger Unsigned(byte[]? bytes) => new(bytes ?? [], isUnsigned: true, isBigEndian: true);
}
