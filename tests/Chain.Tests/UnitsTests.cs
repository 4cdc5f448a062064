using System.Numerics;
using System.Text.Json;

namespace Marketplace.Chain.Tests;

public class UnitsTests
{
    private static readonly Dictionary<string, int> Decimals = new()
    {
        ["kwei"] = 3,
        ["mwei"] = 6,
        ["satoshi"] = 8,
        ["gwei"] = 9,
        ["szabo"] = 12,
        ["finney"] = 15,
        ["ether"] = 18,
    };

    [Fact]
    public void Parses_and_formats_as_ethers()
    {
        foreach (JsonElement vector in Vectors.Load("ethers-units.json.gz").EnumerateArray())
        {
            BigInteger wei = vector.Integer("wei");
            foreach ((string unit, int decimals) in Decimals)
            {
                if (vector.TryGetProperty(unit, out JsonElement text)) Assert.Equal(wei, Units.Parse(text.GetString()!, decimals));
                if (vector.TryGetProperty(unit + "_format", out JsonElement format))
                    Assert.Equal(format.GetString(), Units.Format(wei, decimals));
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("-")]
    [InlineData("1.2.3")]
    [InlineData("1e3")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("0x10")]
    [InlineData("1,5")]
    [InlineData("1.0000000001")]
    public void Refuses_other_shapes(string text) => Assert.Throws<FormatException>(() => Units.ParseGwei(text));

    [Theory]
    [InlineData("0x0", "0")]
    [InlineData("0x00ff", "255")]
    [InlineData("0xFf", "255")]
    public void Parses_quantities(string text, string expected) => Assert.Equal(BigInteger.Parse(expected), Hex.ParseQuantity(text));

    [Theory]
    [InlineData("0x")]
    [InlineData("10")]
    [InlineData("0x-1")]
    [InlineData("0xg")]
    [InlineData("0x 1")]
    [InlineData("0x11111111111111111111111111111111111111111111111111111111111111111")]
    public void Refuses_other_quantities(string text) => Assert.Throws<FormatException>(() => Hex.ParseQuantity(text));
}
