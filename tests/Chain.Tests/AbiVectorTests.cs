using System.Text.Json;
using Marketplace.Chain.Abi;

namespace Marketplace.Chain.Tests;

public class AbiVectorTests
{
    [Fact]
    public void Encodes_and_decodes_as_Solidity_does()
    {
        int count = 0;
        foreach (JsonElement vector in Vectors.Load("ethers-abi.json.gz").EnumerateArray())
        {
            AbiParameter[] parameters = [new("", AbiType.Parse(vector.Text("type")))];
            object value = Vectors.ToAbi(parameters[0].Type, vector.GetProperty("value"));
            string expected = vector.Text("encoded");
            string context = $"{vector.Text("name")}: {vector.Text("type")}";

            string encoded = Hex.Format(AbiEncoder.Encode(parameters, value));
            Assert.True(expected == encoded, $"{context}: expected {expected}, got {encoded}");

            object[] decoded = AbiDecoder.Decode(parameters, Hex.Parse(expected));
            Assert.Equal(AbiFormatter.Format(parameters[0].Type, value), AbiFormatter.Format(parameters[0].Type, decoded[0]));
            Assert.Equal(expected, Hex.Format(AbiEncoder.Encode(parameters, decoded)));
            count++;
        }

        Assert.Equal(512, count);
    }
}
