using System.Text;

namespace Marketplace.Crypto.Tests;

public sealed class ScryptTests
{
    [Theory]
    // RFC 7914, section 12. Its fourth vector needs 1 GiB and is left out.
    [InlineData(
        "", "", 16, 1, 1,
        "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906")]
    [InlineData(
        "password", "NaCl", 1024, 8, 16,
        "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")]
    [InlineData(
        "pleaseletmein", "SodiumChloride", 16384, 8, 1,
        "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887")]
    public void Agrees_with_its_RFC(string password, string salt, int n, int r, int p, string expected) =>
        Assert.Equal(expected, Convert.ToHexStringLower(
            Scrypt.DeriveKey(Encoding.UTF8.GetBytes(password), Encoding.UTF8.GetBytes(salt), n, r, p, 64)));

    [Theory]
    [InlineData(0, 8, 1)]
    [InlineData(1, 8, 1)]
    [InlineData(3, 8, 1)]
    [InlineData(-2, 8, 1)]
    [InlineData(1000, 8, 1)]
    [InlineData(1 << 16, 1, 1)]
    [InlineData(1 << 20, 8, 1)]
    [InlineData(1 << 30, 8, 1)]
    [InlineData(2, 0, 1)]
    [InlineData(2, -1, 1)]
    [InlineData(2, 1025, 1)]
    [InlineData(2, 8, 0)]
    [InlineData(2, 8, 1025)]
    [InlineData(1 << 18, 8, 8)]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue)]
    public void Refuses_costs_out_of_bounds(int n, int r, int p)
    {
        Assert.NotNull(Scrypt.Refuse(n, r, p));
        Assert.Throws<ArgumentException>(() => Scrypt.DeriveKey([1], [2], n, r, p, 32));
    }

    [Theory]
    [InlineData(2, 1, 1)]
    [InlineData(1 << 15, 1, 1)]
    [InlineData(1 << 18, 8, 1)]
    [InlineData(1 << 19, 8, 2)]
    [InlineData(4096, 8, 6)]
    public void Accepts_what_wallets_write(int n, int r, int p) => Assert.Null(Scrypt.Refuse(n, r, p));

    [Fact]
    public void Refuses_an_empty_key() => Assert.Throws<ArgumentOutOfRangeException>(() => Scrypt.DeriveKey([1], [2], 2, 1, 1, 0));
}
