using System.Numerics;
using Nethereum.Model;
using Model = Nethereum.Model.SignedTransaction;

namespace Marketplace.Chain.Signing;

/// <summary>
/// A transaction before it is signed, of type 2 (EIP-1559), or legacy with replay protection (EIP-155) when it has a gas price.
/// Amounts are in wei.
/// </summary>
public sealed record Transaction
{
    /// <summary>The only chain on which its signature counts (EIP-155).</summary>
    public required ulong ChainId { get; init; }

    /// <summary>Number of the account's earlier transactions.</summary>
    public ulong Nonce { get; init; }

    /// <summary>Price of a unit of gas of a legacy transaction; null for the others.</summary>
    public BigInteger? GasPrice { get; init; }

    /// <summary>Most paid for a unit of gas above the base fee; type 2.</summary>
    public BigInteger MaxPriorityFeePerGas { get; init; }

    /// <summary>Most paid for a unit of gas in all; type 2.</summary>
    public BigInteger MaxFeePerGas { get; init; }

    /// <summary>Most gas it may use.</summary>
    public ulong GasLimit { get; init; }

    /// <summary>The receiver; null creates a contract.</summary>
    public Address? To { get; init; }

    /// <summary>In wei.</summary>
    public BigInteger Value { get; init; }

    /// <summary>Call data or init code.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Signs with the sender's key.</summary>
    public SignedTransaction Sign(PrivateKey key)
    {
        (byte[] r, byte[] s, int parity) = key.Sign(new Bytes32(ToModel().RawHash));
        BigInteger v = GasPrice is null ? parity : 35 + 2 * (BigInteger)ChainId + parity;
        return new SignedTransaction(this, Encode(new Signature(r, s, v.IsZero ? [] : v.ToByteArray(isUnsigned: true, isBigEndian: true))));
    }

    /// <summary>What is sent to a node: the fields and the signature, as RLP.</summary>
    internal byte[] Encode(ISignature signature)
    {
        Model model = ToModel();
        model.SetSignature(signature);
        return model.GetRLPEncoded();
    }

    private Model ToModel()
    {
        string? to = To?.ToString();
        string data = Hex.Format(Data.Span);
        return GasPrice is BigInteger gasPrice
            ? new LegacyTransactionChainId(to, Value, Nonce, gasPrice, GasLimit, data, ChainId)
            : new Transaction1559(ChainId, Nonce, MaxPriorityFeePerGas, MaxFeePerGas, GasLimit, to, Value, data, []);
    }
}
