using System.Text.Json;
using Marketplace.Chain.Abi;
using Nethereum.ABI.Model;

namespace Marketplace.Chain.Tests;

public class AbiVectorTests
{
    [Fact]
    public void Encodes_and_decodes_as_Solidity_does()
    {
        int count = 0;
        foreach (JsonElement vector in Vectors.Load("ethers-abi.json.gz").EnumerateArray())
        {
            Parameter[] parameters = AbiTypes.Parameters(vector.Text("type"));
            object value = Vectors.ToAbi(parameters[0].ABIType, vector.GetProperty("value"));
            string expected = vector.Text("encoded");
            string context = $"{vector.Text("name")}: {vector.Text("type")}";

            string encoded = Hex.Format(AbiEncoder.Encode(parameters, value));
            Assert.True(expected == encoded, $"{context}: expected {expected}, got {encoded}");

            object[] decoded = AbiTypes.Decode(parameters, Hex.Parse(expected));
            Assert.Equal(RandomAbi.ToJson(value).ToJsonString(), RandomAbi.ToJson(decoded[0]).ToJsonString());
            count++;
        }

        Assert.Equal(512, count);
    }
}
