using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Chain.Abi;
using Marketplace.Chain.Keystores;
using Marketplace.Chain.Signing;

namespace Marketplace.Chain.Tests;

/// <summary>Random inputs, both ways, against ethers.</summary>
public class EthersDifferentialTests(EthersPeer ethers) : IClassFixture<EthersPeer>
{
    private readonly int _seed = Random.Shared.Next();

    [Fact]
    public async Task Abi()
    {
        RandomAbi random = new(new Random(_seed));
        for (int i = 0; i < 250; i++)
        {
            string[] types = [.. Enumerable.Range(0, 1 + i % 3).Select(_ => random.Type())];
            string context = $"seed {_seed}, case {i}: {string.Join(", ", types)}";
            AbiParameter[] parameters = [.. types.Select(t => new AbiParameter("", AbiType.Parse(t)))];
            object[] values = [.. parameters.Select(p => random.Value(p.Type))];
            string encoded = Hex.Format(AbiEncoder.Encode(parameters, values));

            JsonElement theirs = await ethers.AskAsync("abiEncode", new JsonObject { ["types"] = Array(types), ["values"] = RandomAbi.ToJson(values) });
            Assert.True(theirs.GetString() == encoded, $"{context}: expected {theirs}, got {encoded}");

            object[] decoded = AbiDecoder.Decode(parameters, Hex.Parse(encoded));
            string expected = RandomAbi.ToJson(values).ToJsonString();
            Assert.True(expected == RandomAbi.ToJson(decoded).ToJsonString(), $"{context}: decoding {encoded}");

            JsonElement back = await ethers.AskAsync("abiDecode", new JsonObject { ["types"] = Array(types), ["data"] = encoded });
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(back.GetRawText())), $"{context}: ethers decodes {back}");
        }
    }

    [Fact]
    public async Task Rlp()
    {
        Random random = new(_seed);
        for (int i = 0; i < 200; i++)
        {
            JsonNode value = RandomRlp(random, 4);
            string theirs = (await ethers.AskAsync("rlpEncode", new JsonObject { ["value"] = value.DeepClone() })).GetString()!;
            string ours = Hex.Format(Marketplace.Chain.Rlp.Encode(ToItem(value)));
            Assert.True(theirs == ours, $"seed {_seed}, case {i}: {value.ToJsonString()}: expected {theirs}, got {ours}");
            Assert.Equal(value.ToJsonString(), ToJson(Marketplace.Chain.Rlp.Decode(Hex.Parse(theirs))).ToJsonString());
        }
    }

    [Fact]
    public async Task Signatures()
    {
        RandomAbi random = new(new Random(_seed));
        for (int i = 0; i < 60; i++)
        {
            byte[] secret = random.Bytes(32);
            secret[0] &= 0x7f; // below the group's order
            using PrivateKey key = new(secret);
            string hex = Hex.Format(secret);
            Bytes32 hash = i == 0 ? Bytes32.FromBigInteger(Words.MaxUInt256) : new Bytes32(random.Bytes(32));
            string context = $"seed {_seed}, case {i}";

            Assert.Equal((await ethers.AskAsync("address", new JsonObject { ["key"] = hex })).GetString(), key.Address.ToString());
            Signature signature = key.Sign(hash);
            string theirs = (await ethers.AskAsync("signHash", new JsonObject { ["key"] = hex, ["hash"] = hash.ToString() })).GetString()!;
            Assert.True(theirs == signature.ToString(), $"{context}: expected {theirs}, got {signature}");
            JsonElement publicKey = await ethers.AskAsync("recover", new JsonObject { ["hash"] = hash.ToString(), ["signature"] = theirs });
            Assert.Equal("0x04" + Convert.ToHexStringLower(signature.RecoverPublicKey(hash)), publicKey.GetString());
            Assert.True(key.PublicKey.SequenceEqual(signature.RecoverPublicKey(hash)), context);

            string message = new('m', i);
            JsonElement signed = await ethers.AskAsync("signMessage", new JsonObject { ["key"] = hex, ["message"] = message });
            Assert.Equal(signed.GetString(), key.SignMessage(message).ToString());
            Assert.Equal(key.Address, SignedMessage.Recover(System.Text.Encoding.UTF8.GetBytes(message), Signature.FromBytes(Hex.Parse(signed.GetString()!))));
        }
    }

    [Fact]
    public async Task Transactions()
    {
        Random random = new(_seed);
        RandomAbi values = new(random);
        for (int i = 0; i < 90; i++)
        {
            using PrivateKey key = new([1, .. values.Bytes(31)]);
            byte[] secret = new byte[32];
            key.ExportTo(secret);
            Transaction transaction = new()
            {
                Type = (TransactionType)(i % 3),
                ChainId = (ulong)random.NextInt64(1, 1L << 40),
                Nonce = (ulong)random.Next(),
                GasLimit = (ulong)random.NextInt64(1, 1L << 33),
                GasPrice = i % 3 == 2 ? 0 : random.NextInt64(),
                MaxFeePerGas = i % 3 == 2 ? random.NextInt64(1L << 40, long.MaxValue) : 0,
                MaxPriorityFeePerGas = i % 3 == 2 ? random.NextInt64(1L << 40) : 0,
                To = i % 4 == 0 ? null : new Address(values.Bytes(20)),
                Value = new BigInteger(values.Bytes(random.Next(1, 12)), isUnsigned: true),
                Data = values.Bytes(random.Next(100)),
                AccessList = i % 3 == 0 ? [] : [new AccessListEntry(new Address(values.Bytes(20)), [new Bytes32(values.Bytes(32))])],
            };
            SignedTransaction ours = transaction.Sign(key);
            JsonElement theirs = await ethers.AskAsync(
                "signTransaction", new JsonObject { ["key"] = Hex.Format(secret), ["transaction"] = ToJson(transaction) });
            Assert.True(theirs.Text("raw") == Hex.Format(ours.Raw.Span), $"seed {_seed}, case {i}: expected {theirs}, got {Hex.Format(ours.Raw.Span)}");
            Assert.Equal(theirs.Text("hash"), ours.Hash.ToString());

            JsonElement parsed = await ethers.AskAsync("parseTransaction", new JsonObject { ["raw"] = Hex.Format(ours.Raw.Span) });
            Assert.Equal(key.Address.ToString(), parsed.Text("from"));
            Assert.Equal(transaction.Value.ToString(), parsed.Text("value"));
        }
    }

    [Fact]
    public async Task Keystores()
    {
        using PrivateKey key = PrivateKey.Generate();
        byte[] secret = new byte[32];
        key.ExportTo(secret);
        string ours = Keystore.Encrypt(key, "pässword", new KeystoreOptions(N: 1 << 10));
        JsonElement opened = await ethers.AskAsync("decryptKeystore", new JsonObject { ["json"] = ours, ["password"] = "pässword" });
        Assert.Equal(Hex.Format(secret), opened.GetString());

        JsonElement theirs = await ethers.AskAsync(
            "encryptKeystore", new JsonObject { ["key"] = Hex.Format(secret), ["password"] = "pässword", ["n"] = 1 << 10 });
        using PrivateKey back = Keystore.Decrypt(theirs.GetString()!, "pässword");
        Assert.Equal(key.Address, back.Address);
    }

    private static JsonArray Array(string[] texts) => new([.. texts.Select(t => (JsonNode)t)]);

    private static JsonObject ToJson(Transaction t)
    {
        JsonObject json = new()
        {
            ["type"] = (int)t.Type,
            ["chainId"] = t.ChainId!.Value,
            ["nonce"] = t.Nonce,
            ["gasLimit"] = t.GasLimit,
            ["value"] = t.Value.ToString(),
            ["data"] = Hex.Format(t.Data.Span),
        };
        if (t.To is Address to) json["to"] = to.ToString();
        if (t.Type == TransactionType.DynamicFee)
        {
            json["maxFeePerGas"] = t.MaxFeePerGas.ToString();
            json["maxPriorityFeePerGas"] = t.MaxPriorityFeePerGas.ToString();
        }
        else
        {
            json["gasPrice"] = t.GasPrice.ToString();
        }

        if (t.AccessList.Count > 0)
        {
            json["accessList"] = new JsonArray([.. t.AccessList.Select(e => new JsonObject
            {
                ["address"] = e.Address.ToString(),
                ["storageKeys"] = new JsonArray([.. e.StorageKeys.Select(k => (JsonNode)k.ToString())]),
            })]);
        }

        return json;
    }

    private static JsonNode RandomRlp(Random random, int depth)
    {
        if (depth > 0 && random.Next(2) == 0)
            return new JsonArray([.. Enumerable.Range(0, random.Next(5)).Select(_ => RandomRlp(random, depth - 1))]);
        byte[] bytes = new byte[random.Next(5) == 0 ? random.Next(300) : random.Next(3)];
        random.NextBytes(bytes);
        return Hex.Format(bytes);
    }

    private static RlpItem ToItem(JsonNode value) => value is JsonArray list
        ? RlpItem.List([.. list.Select(v => ToItem(v!))])
        : RlpItem.FromBytes(Hex.Parse(value.GetValue<string>()));

    private static JsonNode ToJson(RlpItem item) =>
        item.IsList ? new JsonArray([.. item.Items.Select(ToJson)]) : Hex.Format(item.Bytes.Span);
}
