using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace Marketplace.Chain.Tests;

public class RlpTests
{
    [Fact]
    public void Agrees_with_ethers()
    {
        foreach (JsonElement vector in Vectors.Load("ethers-rlp.json.gz").EnumerateArray())
            CheckBothWays(vector.Text("name"), vector.GetProperty("decoded"), vector.Text("encoded"), text => Hex.Parse(text));
    }

    [Fact]
    public void Agrees_with_the_ethereum_tests()
    {
        foreach (JsonProperty vector in Vectors.Load("ethereum-rlp-rlptest.json").EnumerateObject())
            CheckBothWays(vector.Name, vector.Value.GetProperty("in"), vector.Value.Text("out"), Encoding.UTF8.GetBytes);
    }

    [Fact]
    public void Refuses_what_the_ethereum_tests_call_invalid()
    {
        foreach (JsonProperty vector in Vectors.Load("ethereum-rlp-invalidrlptest.json").EnumerateObject())
        {
            string text = vector.Value.Text("out");
            byte[] data = Hex.Parse(text.StartsWith("0x", StringComparison.Ordinal) ? text : "0x" + text);
            Assert.True(Assert.ThrowsAny<FormatException>(() => Rlp.Decode(data)).Message.Length > 10, vector.Name);
        }
    }

    [Fact]
    public void Bounds_the_depth_of_lists()
    {
        RlpItem item = RlpItem.List();
        for (int i = 1; i < 10; i++) item = RlpItem.List(item);
        byte[] encoded = Rlp.Encode(item);
        Assert.True(Rlp.Decode(encoded, maxDepth: 10).IsList);
        Assert.Throws<FormatException>(() => Rlp.Decode(encoded, maxDepth: 9));
        byte[] bomb = new byte[100_000];
        Array.Fill(bomb, (byte)0xc0);
        Assert.Throws<FormatException>(() => Rlp.Decode(bomb));
    }

    [Fact]
    public void Integers_are_canonical()
    {
        Assert.Throws<FormatException>(() => Rlp.Decode(Hex.Parse("0x820001")).ToInteger());
        Assert.Throws<FormatException>(() => Rlp.Decode(Hex.Parse("0x83010203")).ToInteger(2));
        Assert.Equal(0x010203, Rlp.Decode(Hex.Parse("0x83010203")).ToInteger(3));
    }

    private static void CheckBothWays(string name, JsonElement value, string encoded, Func<string, byte[]> bytesOf)
    {
        RlpItem item = ToItem(value, bytesOf);
        Assert.True(encoded == Hex.Format(Rlp.Encode(item)), $"{name}: expected {encoded}, got {Hex.Format(Rlp.Encode(item))}");
        Assert.Equal(Show(item), Show(Rlp.Decode(Hex.Parse(encoded))));
    }

    private static RlpItem ToItem(JsonElement value, Func<string, byte[]> bytesOf) => value.ValueKind switch
    {
        JsonValueKind.Array => RlpItem.List([.. value.EnumerateArray().Select(v => ToItem(v, bytesOf))]),
        JsonValueKind.Number => RlpItem.FromInteger(value.GetUInt64()),
        _ when value.GetString()!.StartsWith('#') => RlpItem.FromInteger(BigInteger.Parse(value.GetString()![1..], CultureInfo.InvariantCulture)),
        _ => RlpItem.FromBytes(bytesOf(value.GetString()!)),
    };

    private static string Show(RlpItem item) =>
        item.IsList ? $"[{string.Join(',', item.Items.Select(Show))}]" : Hex.Format(item.Bytes.Span);
}
