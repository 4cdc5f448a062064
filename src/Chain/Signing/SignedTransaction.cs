using System.Numerics;

namespace Marketplace.Chain.Signing;

/// <summary>A signed transaction.</summary>
public sealed class SignedTransaction
{
    private readonly byte[] _raw;

    /// <summary>Joins a transaction and its signature.</summary>
    public SignedTransaction(Transaction transaction, Signature signature)
    {
        (Transaction, Signature) = (transaction, signature);
        _raw = transaction.EncodeSigned(signature);
        Hash = Bytes32.Keccak(_raw);
    }

    /// <summary>What was signed.</summary>
    public Transaction Transaction { get; }

    /// <summary>The sender's signature.</summary>
    public Signature Signature { get; }

    /// <summary>The transaction's hash, by which nodes know it.</summary>
    public Bytes32 Hash { get; }

    /// <summary>The bytes for eth_sendRawTransaction.</summary>
    public ReadOnlyMemory<byte> Raw => _raw;

    /// <summary>The account that signed.</summary>
    /// <exception cref="FormatException">No key can have made this signature.</exception>
    public Address RecoverSender() => Signature.RecoverAddress(Transaction.SigningHash());

    /// <summary>Parses the bytes of eth_sendRawTransaction.</summary>
    /// <exception cref="FormatException">Malformed, not canonical, or of a type other than 0, 1 and 2.</exception>
    public static SignedTransaction Parse(ReadOnlyMemory<byte> raw)
    {
        if (raw.IsEmpty) throw new FormatException("Expected a signed transaction, got no bytes.");
        byte first = raw.Span[0];
        SignedTransaction parsed = first switch
        {
            >= 0xc0 => ParseLegacy(Fields(raw, 9)),
            1 => ParseTyped(TransactionType.AccessList, Fields(raw[1..], 11)),
            2 => ParseTyped(TransactionType.DynamicFee, Fields(raw[1..], 12)),
            _ => throw new FormatException($"Expected a transaction of type 0, 1 or 2, got the first byte 0x{first:x2}."),
        };
        return raw.Span.SequenceEqual(parsed._raw) ? parsed : throw new FormatException("The transaction's encoding is not canonical.");
    }

    private static IReadOnlyList<RlpItem> Fields(ReadOnlyMemory<byte> payload, int count)
    {
        IReadOnlyList<RlpItem> fields = Rlp.Decode(payload, maxDepth: 4).Items;
        return fields.Count == count ? fields : throw new FormatException($"Expected {count} fields, got {fields.Count}.");
    }

    private static SignedTransaction ParseLegacy(IReadOnlyList<RlpItem> fields)
    {
        BigInteger v = fields[6].ToInteger(9);
        bool isProtected = v >= 35;
        if (!isProtected && v != 27 && v != 28) throw new FormatException($"Expected v to be 27, 28 or at least 35, got {v}.");
        BigInteger chainId = (v - 35) / 2;
        if (chainId > ulong.MaxValue) throw new FormatException($"The chain id {chainId} exceeds 64 bits.");
        Transaction transaction = new()
        {
            Type = TransactionType.Legacy,
            ChainId = isProtected ? (ulong)chainId : null,
            Nonce = UInt64(fields[0]),
            GasPrice = fields[1].ToInteger(),
            GasLimit = UInt64(fields[2]),
            To = To(fields[3]),
            Value = fields[4].ToInteger(),
            Data = fields[5].Bytes,
        };
        return new SignedTransaction(transaction, SignatureOf(fields[7], fields[8], isProtected ? !((v - 35) % 2).IsZero : v == 28));
    }

    private static SignedTransaction ParseTyped(TransactionType type, IReadOnlyList<RlpItem> fields)
    {
        bool isDynamic = type == TransactionType.DynamicFee;
        int at = isDynamic ? 4 : 3;
        Transaction transaction = new()
        {
            Type = type,
            ChainId = UInt64(fields[0]),
            Nonce = UInt64(fields[1]),
            GasPrice = isDynamic ? 0 : fields[2].ToInteger(),
            MaxPriorityFeePerGas = isDynamic ? fields[2].ToInteger() : 0,
            MaxFeePerGas = isDynamic ? fields[3].ToInteger() : 0,
            GasLimit = UInt64(fields[at]),
            To = To(fields[at + 1]),
            Value = fields[at + 2].ToInteger(),
            Data = fields[at + 3].Bytes,
            AccessList = [.. fields[at + 4].Items.Select(ParseEntry)],
        };
        BigInteger parity = fields[at + 5].ToInteger(1);
        if (parity > 1) throw new FormatException($"Expected yParity 0 or 1, got {parity}.");
        return new SignedTransaction(transaction, SignatureOf(fields[at + 6], fields[at + 7], parity.IsOne));
    }

    private static AccessListEntry ParseEntry(RlpItem item)
    {
        IReadOnlyList<RlpItem> pair = item.Items;
        if (pair.Count != 2) throw new FormatException($"Expected an address and its storage keys, got {pair.Count} items.");
        Address address = To(pair[0]) ?? throw new FormatException("An entry of the access list has no address.");
        return new AccessListEntry(address, [.. pair[1].Items.Select(k => k.Bytes.Length == 32
            ? new Bytes32(k.Bytes.Span)
            : throw new FormatException($"A storage key has 32 bytes, got {k.Bytes.Length}."))]);
    }

    private static Signature SignatureOf(RlpItem r, RlpItem s, bool isYOdd) =>
        new(Bytes32.FromBigInteger(r.ToInteger()), Bytes32.FromBigInteger(s.ToInteger()), isYOdd);

    private static ulong UInt64(RlpItem item) => (ulong)item.ToInteger(8);

    private static Address? To(RlpItem item) => item.Bytes.Length switch
    {
        0 => null,
        Address.Size => new Address(item.Bytes.Span),
        int length => throw new FormatException($"An address has {Address.Size} bytes, got {length}."),
    };
}
