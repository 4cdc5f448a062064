using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Chain.Abi;
using Marketplace.Chain.Keystores;
using Marketplace.Chain.Signing;
using Nethereum.ABI.Model;

namespace Marketplace.Chain.Tests;

/// <summary>Random inputs, both ways, against ethers.</summary>
public class EthersDifferentialTests(EthersPeer ethers) : IClassFixture<EthersPeer>
{
    private readonly int _seed = Random.Shared.Next();

    [Fact]
    public async Task Values_are_encoded_and_decoded_alike()
    {
        RandomAbi random = new(new Random(_seed));
        for (int i = 0; i < 250; i++)
        {
            string[] types = [.. Enumerable.Range(0, 1 + i % 3).Select(_ => random.Type())];
            string context = $"seed {_seed}, case {i}: {string.Join(", ", types)}";
            Parameter[] parameters = AbiTypes.Parameters(types);
            object[] values = [.. parameters.Select(p => random.Value(p.ABIType))];
            string encoded = Hex.Format(AbiEncoder.Encode(parameters, values));

            JsonElement theirs = await ethers.AskAsync(
                "abiEncode", new JsonObject { ["types"] = Array(types), ["values"] = RandomAbi.ToJson(values) });
            Assert.True(theirs.GetString() == encoded, $"{context}: expected {theirs}, got {encoded}");

            object[] decoded = AbiTypes.Decode(parameters, Hex.Parse(encoded));
            string expected = RandomAbi.ToJson(values).ToJsonString();
            Assert.True(expected == RandomAbi.ToJson(decoded).ToJsonString(), $"{context}: decoding {encoded}");

            JsonElement back = await ethers.AskAsync("abiDecode", new JsonObject { ["types"] = Array(types), ["data"] = encoded });
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(back.GetRawText())), $"{context}: ethers decodes {back}");
        }
    }

    [Fact]
    public async Task Hashes_are_signed_alike()
    {
        RandomAbi random = new(new Random(_seed));
        for (int i = 0; i < 60; i++)
        {
            byte[] secret = random.Bytes(32);
            secret[0] &= 0x7f; // below the group's order
            using PrivateKey key = new(secret);
            string hex = Hex.Format(secret);
            // Of hashes from the group's order on, which occur once in 2^128 times, libsecp256k1 and noble choose other nonces.
            Bytes32 hash = new(random.Bytes(32));
            string context = $"seed {_seed}, case {i}";

            Assert.Equal((await ethers.AskAsync("address", new JsonObject { ["key"] = hex })).GetString(), key.Address.ToString());
            (byte[] r, byte[] s, int parity) = key.Sign(hash);
            string ours = "0x" + Convert.ToHexStringLower(r).PadLeft(64, '0') + Convert.ToHexStringLower(s).PadLeft(64, '0')
                + (parity == 0 ? "1b" : "1c");
            string theirs = (await ethers.AskAsync("signHash", new JsonObject { ["key"] = hex, ["hash"] = hash.ToString() })).GetString()!;
            Assert.True(theirs == ours, $"{context}: expected {theirs}, got {ours}");
        }
    }

    [Fact]
    public async Task Transactions_are_signed_alike()
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
                ChainId = (ulong)random.NextInt64(1, 1L << 40),
                Nonce = (ulong)random.Next(),
                GasLimit = (ulong)random.NextInt64(1, 1L << 33),
                GasPrice = i % 2 == 1 ? null : random.NextInt64(),
                MaxFeePerGas = i % 2 == 1 ? random.NextInt64(1L << 40, long.MaxValue) : 0,
                MaxPriorityFeePerGas = i % 2 == 1 ? random.NextInt64(1L << 40) : 0,
                To = i % 4 == 0 ? null : new Address(values.Bytes(20)),
                Value = new BigInteger(values.Bytes(random.Next(1, 12)), isUnsigned: true),
                Data = values.Bytes(random.Next(100)),
            };
            SignedTransaction ours = transaction.Sign(key);
            JsonElement theirs = await ethers.AskAsync(
                "signTransaction", new JsonObject { ["key"] = Hex.Format(secret), ["transaction"] = ToJson(transaction) });
            Assert.True(
                theirs.Text("raw") == Hex.Format(ours.Raw.Span), $"seed {_seed}, case {i}: expected {theirs}, got {Hex.Format(ours.Raw.Span)}");
            Assert.Equal(theirs.Text("hash"), ours.Hash.ToString());

            JsonElement parsed = await ethers.AskAsync("parseTransaction", new JsonObject { ["raw"] = Hex.Format(ours.Raw.Span) });
            Assert.Equal(key.Address.ToString(), parsed.Text("from"));
            Assert.Equal(transaction.Value.ToString(), parsed.Text("value"));
        }
    }

    [Fact]
    public async Task Keystores_open_on_either_side()
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
            ["type"] = t.GasPrice is null ? 2 : 0,
            ["chainId"] = t.ChainId,
            ["nonce"] = t.Nonce,
            ["gasLimit"] = t.GasLimit,
            ["value"] = t.Value.ToString(),
            ["data"] = Hex.Format(t.Data.Span),
        };
        if (t.To is Address to) json["to"] = to.ToString();
        if (t.GasPrice is null)
        {
            json["maxFeePerGas"] = t.MaxFeePerGas.ToString();
            json["maxPriorityFeePerGas"] = t.MaxPriorityFeePerGas.ToString();
        }
        else
        {
            json["gasPrice"] = t.GasPrice.ToString();
        }

        return json;
    }
}
