using System.Text.Json;
using Marketplace.Chain.Signing;

namespace Marketplace.Chain.Tests;

public class TransactionVectorTests
{
    [Theory]
    [InlineData("Legacy", TransactionType.Legacy, false)]
    [InlineData("Eip155", TransactionType.Legacy, true)]
    [InlineData("Berlin", TransactionType.AccessList, true)]
    [InlineData("London", TransactionType.DynamicFee, true)]
    public void Signs_and_parses_byte_for_byte_as_ethers(string kind, TransactionType type, bool isProtected)
    {
        int count = 0;
        // Every fourth vector: one signature costs about a millisecond, and there are 3,200.
        foreach (JsonElement vector in Vectors.Load("ethers-transactions.json.gz").EnumerateArray().Where((_, i) => i % 4 == 0))
        {
            // Without a chain id there is no EIP-155 form; the vectors then hold empty texts.
            if (vector.Text("unsigned" + kind).Length == 0) continue;
            JsonElement t = vector.GetProperty("transaction");
            Transaction transaction = new()
            {
                Type = type,
                ChainId = isProtected ? (ulong)t.Integer("chainId") : null,
                Nonce = (ulong)t.Integer("nonce"),
                GasPrice = type == TransactionType.DynamicFee ? 0 : t.Integer("gasPrice"),
                MaxFeePerGas = type == TransactionType.DynamicFee ? t.Integer("maxFeePerGas") : 0,
                MaxPriorityFeePerGas = type == TransactionType.DynamicFee ? t.Integer("maxPriorityFeePerGas") : 0,
                GasLimit = (ulong)t.Integer("gasLimit"),
                To = t.TryGetProperty("to", out JsonElement to) && to.GetString() is string address ? Address.Parse(address) : null,
                Value = t.Integer("value"),
                Data = t.TryGetProperty("data", out JsonElement data) ? Hex.Parse(data.GetString()!) : [],
                AccessList = type != TransactionType.Legacy && t.TryGetProperty("accessList", out JsonElement list)
                    ? [.. list.EnumerateArray().Select(e => new AccessListEntry(
                        Address.Parse(e.Text("address")),
                        [.. e.GetProperty("storageKeys").EnumerateArray().Select(k => Bytes32.Parse(k.GetString()!))]))]
                    : [],
            };
            using PrivateKey key = PrivateKey.Parse(vector.Text("privateKey"));
            Assert.Equal(vector.Text("unsigned" + kind), Hex.Format(transaction.EncodeUnsigned()));

            SignedTransaction signed = transaction.Sign(key);
            Assert.Equal(vector.Text("signed" + kind), Hex.Format(signed.Raw.Span));

            SignedTransaction parsed = SignedTransaction.Parse(signed.Raw);
            Assert.Equal(key.Address, parsed.RecoverSender());
            Assert.Equal(signed.Hash, parsed.Hash);
            Assert.Equal(transaction.SigningHash(), parsed.Transaction.SigningHash());
            count++;
        }

        Assert.InRange(count, 400, 800);
    }

    [Fact]
    public void Refuses_every_truncation_and_foreign_types()
    {
        using PrivateKey key = new(Bytes32.FromBigInteger(1).ToArray());
        byte[] raw = new Transaction { ChainId = 1, To = Address.Zero, Data = new byte[3] }.Sign(key).Raw.ToArray();
        for (int length = 0; length < raw.Length; length++)
            Assert.Throws<FormatException>(() => SignedTransaction.Parse(raw.AsMemory(0, length)));
        raw[0] = 3;
        Assert.Throws<FormatException>(() => SignedTransaction.Parse(raw));
        Assert.Throws<InvalidOperationException>(() => new Transaction().EncodeUnsigned());
    }
}
