using Nethereum.ABI.Model;

namespace Marketplace.Contracts.Generator;

/// <summary>A struct for which a library has a type: known by its name and shape, written by <c>MappedStructs</c> of the bindings.</summary>
/// <param name="TypeName">The C# type.</param>
/// <param name="Reader">The method that reads it.</param>
internal sealed record MappedStruct(string TypeName, string Reader)
{
    private static readonly Dictionary<string, MappedStruct> Known = new(StringComparer.Ordinal)
    {
        ["Cid(bytes32 digest,uint8 codec)"] = new("Cid", "MappedStructs.ReadCid"),
        ["G1Point(uint256 x,uint256 y)"] = new("G1", "MappedStructs.ReadG1"),
    };

    /// <summary>The library's type; null for a struct that gets a record of its own.</summary>
    public static MappedStruct? Find(string name, IReadOnlyList<Parameter> components) =>
        Known.GetValueOrDefault($"{name}({string.Join(',', components.Select(c => $"{TypeMap.Canonical(c.ABIType)} {c.Name}"))})");
}
