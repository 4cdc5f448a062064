using System.Text.Json;
using Marketplace.Chain.Signing;

namespace Marketplace.Chain.Tests;

public class TransactionVectorTests
{
    [Theory]
    [InlineData("Eip155", true)]
    [InlineData("London", false)]
    public void Signs_and_parses_byte_for_byte_as_ethers(string kind, bool isLegacy)
    {
        int count = 0;
        // Access lists are not used here: London's vectors that have one are left out.
        // Every fourth vector: one signature costs about a millisecond, and there are 3,200.
        foreach (JsonElement vector in Vectors.Load("ethers-transactions.json.gz").EnumerateArray().Where((_, i) => i % 4 == 0))
        {
            // Without a chain id there is no EIP-155 form; the vectors then hold empty texts.
            if (vector.Text("unsigned" + kind).Length == 0) continue;
            JsonElement t = vector.GetProperty("transaction");
            if (!isLegacy && t.TryGetProperty("accessList", out JsonElement list) && list.ValueKind == JsonValueKind.Array
                && list.GetArrayLength() > 0)
            {
                continue;
            }

            Transaction transaction = new()
            {
                ChainId = (ulong)t.Integer("chainId"),
                Nonce = (ulong)t.Integer("nonce"),
                GasPrice = isLegacy ? t.Integer("gasPrice") : null,
                MaxFeePerGas = isLegacy ? 0 : t.Integer("maxFeePerGas"),
                MaxPriorityFeePerGas = isLegacy ? 0 : t.Integer("maxPriorityFeePerGas"),
                GasLimit = (ulong)t.Integer("gasLimit"),
                To = t.TryGetProperty("to", out JsonElement to) && to.GetString() is string address ? Address.Parse(address) : null,
                Value = t.Integer("value"),
                Data = t.TryGetProperty("data", out JsonElement data) ? Hex.Parse(data.GetString()!) : [],
            };
            using PrivateKey key = PrivateKey.Parse(vector.Text("privateKey"));
            SignedTransaction signed = transaction.Sign(key);
            Assert.Equal(vector.Text("signed" + kind), Hex.Format(signed.Raw.Span));

            SignedTransaction parsed = SignedTransaction.Parse(signed.Raw.Span);
            Assert.Equal(signed.Hash, parsed.Hash);
            Assert.Equal(transaction with { Data = default }, parsed.Transaction with { Data = default });
            Assert.Equal(transaction.Data.ToArray(), parsed.Transaction.Data.ToArray());
            count++;
        }

        Assert.InRange(count, 100, 800);
    }

    [Fact]
    public void Refuses_every_truncation_extension_and_foreign_type()
    {
        using PrivateKey key = new(Bytes32.FromBigInteger(1).ToArray());
        byte[] raw = new Transaction { ChainId = 1, To = Address.Zero, Data = new byte[3] }.Sign(key).Raw.ToArray();
        for (int length = 0; length < raw.Length; length++)
            Assert.Throws<FormatException>(() => SignedTransaction.Parse(raw.AsSpan(0, length)));
        Assert.Throws<FormatException>(() => SignedTransaction.Parse([.. raw, 0]));
        raw[0] = 3;
        Assert.Throws<FormatException>(() => SignedTransaction.Parse(raw));
    }
}
