using System.Globalization;
using System.Numerics;
using System.Reflection;
using System.Text.Json;
using Marketplace.Chain.Signing;
using Marketplace.Crypto;

namespace Marketplace.Chain.Tests;

public class SigningVectorTests
{
    [Fact]
    public void Derives_the_addresses_of_ethers_accounts()
    {
        foreach (JsonElement vector in Vectors.Load("ethers-accounts.json.gz").EnumerateArray())
        {
            string expected = vector.Text("address");
            Assert.Equal(expected, Address.Parse(expected.ToLowerInvariant()).ToString());
            if (!vector.TryGetProperty("privateKey", out JsonElement text)) continue;
            using PrivateKey key = PrivateKey.Parse(text.GetString());
            Assert.Equal(expected, key.Address.ToString());
        }
    }

    [Fact]
    public void Hashes_as_ethers()
    {
        foreach (JsonElement vector in Vectors.Load("ethers-hashes.json.gz").EnumerateArray())
            Assert.Equal(vector.Text("keccak256"), Hex.Format(Keccak256.HashData(vector.Bytes("data"))));
    }

    [Fact]
    public void Refuses_a_wrong_checksum_and_says_the_right_one()
    {
        const string Right = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf";
        string wrong = Right.Replace('E', 'e');
        FormatException error = Assert.Throws<FormatException>(() => Address.Parse(wrong));
        Assert.Contains(Right, error.Message, StringComparison.Ordinal);
        Assert.False(Address.TryParse(Right[..41], out _));
        Assert.False(Address.TryParse("7E5F4552091A69125d5DfCb7b8C2659029395Bdf00", out _));
        Assert.True(Address.TryParse(Right.ToUpperInvariant().Replace("0X", "0x", StringComparison.Ordinal), out Address upper));
        Assert.Equal(Right, upper.ToString());
    }

    [Fact]
    public void Keys_are_never_shown()
    {
        using PrivateKey key = PrivateKey.Generate();
        byte[] bytes = new byte[32];
        key.ExportTo(bytes);
        string hex = Convert.ToHexStringLower(bytes);
        Assert.DoesNotContain(hex, key.ToString(), StringComparison.OrdinalIgnoreCase);
        FormatException error = Assert.Throws<FormatException>(() => PrivateKey.Parse(hex + "0"));
        Assert.DoesNotContain(hex[..8], error.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Throws<FormatException>(() => new PrivateKey(new byte[32]));
        Assert.Throws<FormatException>(() => PrivateKey.Parse("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"));
    }

    [Fact]
    public void Signs_with_s_in_the_lower_half()
    {
        BigInteger half = BigInteger.Parse(
            "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        using PrivateKey key = PrivateKey.Generate();
        for (int i = 0; i < 50; i++)
        {
            (byte[] r, byte[] s, int parity) = key.Sign(Bytes32.Keccak($"message {i}"));
            Assert.InRange(new BigInteger(s, isUnsigned: true, isBigEndian: true), BigInteger.One, half);
            Assert.InRange(r.Length, 1, 32);
            Assert.InRange(parity, 0, 1);
        }
    }

    [Fact]
    public void Disposing_overwrites_the_key()
    {
        PrivateKey key = PrivateKey.Generate();
        object held = typeof(PrivateKey).GetField("_key", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(key)!;
        FieldInfo scalar = held.GetType().GetField("sec", BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Instance)!;
        Assert.NotEqual(default(NBitcoin.Secp256k1.Scalar), scalar.GetValue(held));
        key.Dispose();
        Assert.Equal(default(NBitcoin.Secp256k1.Scalar), scalar.GetValue(held));
        Assert.Throws<ObjectDisposedException>(() => key.Sign(default));
        Assert.Throws<ObjectDisposedException>(() => key.ExportTo(new byte[32]));
    }
}
