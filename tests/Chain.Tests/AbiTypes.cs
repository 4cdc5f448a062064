using System.Text.Json.Nodes;
using Marketplace.Chain.Abi;
using Nethereum.ABI;
using Nethereum.ABI.Model;

namespace Marketplace.Chain.Tests;

/// <summary>
/// Types written as signatures have them, "(uint8,string[2])[]", as Nethereum's model, which compilers' JSON alone describes in full.
/// </summary>
internal static class AbiTypes
{
    public static Parameter[] Parameters(params IReadOnlyList<string> types)
    {
        JsonArray abi = [new JsonObject
        {
            ["type"] = "error",
            ["name"] = "E",
            ["inputs"] = new JsonArray([.. types.Select(t => (JsonNode)Describe(t))]),
        }];
        return AbiModel.Parse(abi.ToJsonString()).Errors[0].InputParameters;
    }

    public static object[] Decode(Parameter[] parameters, ReadOnlySpan<byte> data) => AbiReader.Open(parameters, data).ReadValues(parameters);

    public static bool IsSigned(ABIType type) => type.CanonicalName[0] != 'u';

    private static JsonObject Describe(string type)
    {
        int open = type.IndexOf('('), close = type.LastIndexOf(')');
        return open < 0
            ? new JsonObject { ["name"] = "", ["type"] = type }
            : new JsonObject
            {
                ["name"] = "",
                ["type"] = "tuple" + type[(close + 1)..],
                ["components"] = new JsonArray([.. Split(type[(open + 1)..close]).Select(t => (JsonNode)Describe(t))]),
            };
    }

    private static IEnumerable<string> Split(string list)
    {
        int start = 0, depth = 0;
        for (int i = 0; i < list.Length; i++)
        {
            depth += list[i] == '(' ? 1 : list[i] == ')' ? -1 : 0;
            if (list[i] != ',' || depth > 0) continue;
            yield return list[start..i].Trim();
            start = i + 1;
        }

        yield return list[start..].Trim();
    }
}
