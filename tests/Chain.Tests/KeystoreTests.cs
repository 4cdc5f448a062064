using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Chain.Keystores;
using Marketplace.Chain.Signing;

namespace Marketplace.Chain.Tests;

public class KeystoreTests
{
    private static readonly KeystoreOptions Fast = new(N: 1 << 10);

    [Fact]
    public void Opens_the_keystores_of_the_ethereum_tests()
    {
        int opened = 0;
        foreach (JsonProperty vector in Vectors.Load("ethereum-keystore-basic-tests.json").EnumerateObject())
        {
            string json = vector.Value.GetProperty("json").GetRawText();
            if (vector.Name == "test2")
            {
                // n = 2^18 with r = 1, which RFC 7914 does not define: n must be below 2^(16·r).
                var refusal = Assert.Throws<FormatException>(() => Keystore.Decrypt(json, vector.Value.Text("password")));
                Assert.Contains("n = 262144, r = 1, p = 8", refusal.Message);
                continue;
            }

            using PrivateKey key = Keystore.Decrypt(json, vector.Value.Text("password"));
            using PrivateKey expected = PrivateKey.Parse(vector.Value.Text("priv"));
            Assert.Equal(expected.Address, key.Address);
            opened++;
        }

        Assert.Equal(4, opened);
    }

    [Fact]
    public void Opens_the_keystores_of_ethers()
    {
        int opened = 0;
        foreach (JsonElement vector in Vectors.Load("ethers-wallets.json.gz").EnumerateArray().Where(v => v.Text("type") == "keystore"))
        {
            using PrivateKey key = Keystore.Decrypt(vector.Text("content"), Encoding.UTF8.GetString(vector.Bytes("password")));
            Assert.Equal(vector.Text("address"), key.Address.ToString());
            opened++;
        }

        Assert.Equal(7, opened);
    }

    [Fact]
    public void Opens_what_it_wrote_and_nothing_else_does()
    {
        using PrivateKey key = PrivateKey.Generate();
        string json = Keystore.Encrypt(key, "päss", Fast);
        using PrivateKey opened = Keystore.Decrypt(json, "päss");
        Assert.Equal(key.Address, opened.Address);
        Assert.Throws<WrongPasswordException>(() => Keystore.Decrypt(json, "pass"));
        Assert.Throws<WrongPasswordException>(() => Keystore.Decrypt(Edit(json, c => c["ciphertext"] = new string('0', 64)), "päss"));
    }

    [Theory]
    [InlineData("n", 1 << 30)]
    [InlineData("n", 1000)]
    [InlineData("n", 3)]
    [InlineData("n", 0)]
    [InlineData("n", -2)]
    [InlineData("r", 1_000_000)]
    [InlineData("r", 0)]
    [InlineData("p", 1_000_000)]
    [InlineData("dklen", 16)]
    [InlineData("dklen", int.MaxValue)]
    public void Refuses_absurd_parameters(string name, int value)
    {
        using PrivateKey key = PrivateKey.Generate();
        string json = Edit(Keystore.Encrypt(key, "p", Fast), c => c["kdfparams"]![name] = value);
        Assert.Throws<FormatException>(() => Keystore.Decrypt(json, "p"));
    }

    [Fact]
    public void Refuses_to_write_what_it_would_not_open()
    {
        using PrivateKey key = PrivateKey.Generate();
        Assert.Throws<FormatException>(() => Keystore.Encrypt(key, "p", new KeystoreOptions(N: 1 << 20)));
    }

    [Fact]
    public void Stops_before_the_derivation_when_cancelled()
    {
        using PrivateKey key = PrivateKey.Generate();
        string json = Keystore.Encrypt(key, "p", Fast);
        CancellationToken cancelled = new(canceled: true);
        Assert.Throws<OperationCanceledException>(() => Keystore.Encrypt(key, "p", Fast, cancelled));
        Assert.Throws<OperationCanceledException>(() => Keystore.Decrypt(json, "p", cancelled));
    }

    [Theory]
    [InlineData("cipher")]
    [InlineData("ciphertext")]
    [InlineData("kdf")]
    [InlineData("kdfparams")]
    [InlineData("mac")]
    public void Refuses_missing_and_odd_fields(string name)
    {
        using PrivateKey key = PrivateKey.Generate();
        string json = Keystore.Encrypt(key, "p", Fast);
        Assert.Throws<FormatException>(() => Keystore.Decrypt(Edit(json, c => c.Remove(name)), "p"));
        Assert.Throws<FormatException>(() => Keystore.Decrypt(Edit(json, c => c[name] = "zz"), "p"));
        Assert.Throws<FormatException>(() => Keystore.Decrypt(Edit(json, c => c[name] = 7), "p"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"version\":1}")]
    [InlineData("{\"version\":3,\"crypto\":[]}")]
    public void Refuses_what_is_no_keystore(string json) => Assert.Throws<FormatException>(() => Keystore.Decrypt(json, "p"));

    private static string Edit(string json, Action<JsonObject> edit)
    {
        JsonNode root = JsonNode.Parse(json)!;
        edit(root["crypto"]!.AsObject());
        return root.ToJsonString();
    }
}
