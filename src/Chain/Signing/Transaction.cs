// Transactions of types 0 (legacy, EIP-155), 1 (EIP-2930) and 2 (EIP-1559), in the envelope of EIP-2718.

using System.Numerics;

namespace Marketplace.Chain.Signing;

/// <summary>Kind of a transaction, as EIP-2718 numbers them.</summary>
public enum TransactionType : byte
{
    /// <summary>A single gas price and no type byte.</summary>
    Legacy = 0,

    /// <summary>With an access list (EIP-2930).</summary>
    AccessList = 1,

    /// <summary>With a base fee and a priority fee (EIP-1559).</summary>
    DynamicFee = 2,
}

/// <summary>An account and storage slots that a transaction announces it will touch.</summary>
public sealed record AccessListEntry(Address Address, IReadOnlyList<Bytes32> StorageKeys);

/// <summary>A transaction before it is signed. Amounts are in wei.</summary>
public sealed record Transaction
{
    /// <summary>Kind; decides which fees count.</summary>
    public TransactionType Type { get; init; } = TransactionType.DynamicFee;

    /// <summary>The chain it is for; null only for legacy transactions without replay protection.</summary>
    public ulong? ChainId { get; init; }

    /// <summary>Number of the account's earlier transactions.</summary>
    public ulong Nonce { get; init; }

    /// <summary>Price of a unit of gas; types 0 and 1.</summary>
    public BigInteger GasPrice { get; init; }

    /// <summary>Most paid for a unit of gas above the base fee; type 2.</summary>
    public BigInteger MaxPriorityFeePerGas { get; init; }

    /// <summary>Most paid for a unit of gas in all; type 2.</summary>
    public BigInteger MaxFeePerGas { get; init; }

    /// <summary>Most gas it may use.</summary>
    public ulong GasLimit { get; init; }

    /// <summary>The receiver; null creates a contract.</summary>
    public Address? To { get; init; }

    /// <summary>What is transferred.</summary>
    public BigInteger Value { get; init; }

    /// <summary>Call data or init code.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Announced accounts; types 1 and 2.</summary>
    public IReadOnlyList<AccessListEntry> AccessList { get; init; } = [];

    /// <summary>The bytes whose hash is signed.</summary>
    /// <exception cref="InvalidOperationException">A typed transaction lacks a chain id.</exception>
    public byte[] EncodeUnsigned()
    {
        List<RlpItem> fields = Fields();
        if (Type == TransactionType.Legacy && ChainId is ulong chainId)
            fields.AddRange([RlpItem.FromInteger(chainId), RlpItem.FromInteger(0), RlpItem.FromInteger(0)]);
        return Envelope(fields);
    }

    /// <summary>What the sender signs.</summary>
    public Bytes32 SigningHash() => Bytes32.Keccak(EncodeUnsigned());

    /// <summary>Signs with the sender's key.</summary>
    public SignedTransaction Sign(PrivateKey key) => new(this, key.Sign(SigningHash()));

    internal byte[] EncodeSigned(Signature signature)
    {
        List<RlpItem> fields = Fields();
        BigInteger parity = signature.IsYOdd ? 1 : 0;
        BigInteger v = Type != TransactionType.Legacy ? parity : ChainId is ulong chainId ? 35 + 2 * (BigInteger)chainId + parity : 27 + parity;
        fields.AddRange(
            [RlpItem.FromInteger(v), RlpItem.FromInteger(signature.R.ToBigInteger()), RlpItem.FromInteger(signature.S.ToBigInteger())]);
        return Envelope(fields);
    }

    private byte[] Envelope(List<RlpItem> fields)
    {
        byte[] payload = Rlp.Encode(RlpItem.List(fields));
        return Type == TransactionType.Legacy ? payload : [(byte)Type, .. payload];
    }

    private List<RlpItem> Fields()
    {
        List<RlpItem> fields = [];
        if (Type != TransactionType.Legacy)
        {
            fields.Add(RlpItem.FromInteger(
                ChainId ?? throw new InvalidOperationException($"A transaction of type {Type} needs a chain id.")));
        }

        fields.Add(RlpItem.FromInteger(Nonce));
        if (Type == TransactionType.DynamicFee)
            fields.AddRange([RlpItem.FromInteger(MaxPriorityFeePerGas), RlpItem.FromInteger(MaxFeePerGas)]);
        else
            fields.Add(RlpItem.FromInteger(GasPrice));
        fields.AddRange(
            [RlpItem.FromInteger(GasLimit), RlpItem.FromAddress(To), RlpItem.FromInteger(Value), RlpItem.FromBytes(Data)]);
        if (Type != TransactionType.Legacy)
        {
            fields.Add(RlpItem.List([.. AccessList.Select(e => RlpItem.List(
                RlpItem.FromAddress(e.Address),
                RlpItem.List([.. e.StorageKeys.Select(k => RlpItem.FromBytes(k.ToArray()))])))]));
        }

        return fields;
    }
}
