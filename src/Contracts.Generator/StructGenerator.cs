using Marketplace.Chain.Abi;

namespace Marketplace.Contracts.Generator;

/// <summary>Writes a record for every struct that the contracts' functions, events and errors use.</summary>
internal static class StructGenerator
{
    public static string Generate(IReadOnlyList<Artifact> artifacts, string @namespace)
    {
        SortedDictionary<string, AbiTuple> structs = new(StringComparer.Ordinal);
        foreach (Artifact artifact in artifacts)
        {
            foreach (AbiParameter parameter in Parameters(artifact.Abi)) Collect(parameter, structs);
        }

        SourceWriter writer = new(@namespace, $"the structs of {string.Join(", ", artifacts.Select(a => a.Name))}");
        foreach ((string name, AbiTuple tuple) in structs) Write(writer, name, tuple);
        return writer.ToString();
    }

    private static IEnumerable<AbiParameter> Parameters(ContractAbi abi) =>
        abi.Constructor
            .Concat(abi.Functions.SelectMany(f => f.Inputs.Concat(f.Outputs)))
            .Concat(abi.Events.SelectMany(e => e.Inputs))
            .Concat(abi.Errors.SelectMany(e => e.Inputs));

    private static void Collect(AbiParameter parameter, SortedDictionary<string, AbiTuple> structs)
    {
        AbiType type = parameter.Type;
        while (type is AbiArray array) type = array.Element;
        if (type is not AbiTuple tuple) return;
        string name = TypeMap.StructName(parameter.InternalType);
        if (structs.TryGetValue(name, out AbiTuple? known) && Shape(known) != Shape(tuple))
            throw new BindingException($"Two different structs are named {name}: {Shape(known)} and {Shape(tuple)}; rename one.");
        structs[name] = tuple;
        foreach (AbiParameter component in tuple.Components) Collect(component, structs);
    }

    private static string Shape(AbiTuple tuple) => $"({string.Join(", ", tuple.Components.Select(c => $"{c.Type.Name} {c.Name}"))})";

    private static void Write(SourceWriter writer, string name, AbiTuple tuple)
    {
        string[] properties = TypeMap.PropertyNames(tuple.Components, name, "Type", "FromAbi", "ToAbi", "Equals", "ToString", "GetHashCode");
        writer.Line();
        writer.Summary($"The struct {name}.");
        for (int i = 0; i < properties.Length; i++)
        {
            AbiParameter component = tuple.Components[i];
            string note = TypeMap.EnumName(component.InternalType) is string enumName ? $"{component.Type.Name}, enum {enumName}" : component.Type.Name;
            writer.Line($"/// <param name=\"{properties[i]}\">{note}</param>");
        }

        writer.Open($"public sealed record {name}({string.Join(", ", tuple.Components.Select((c, i) => $"{TypeMap.TypeName(c)} {properties[i]}"))}) : IAbiTuple");
        writer.Summary("Reads the struct from its decoded components.");
        writer.Line($"public static {name} FromAbi(object[] values) =>");
        writer.Line($"    new({string.Join(", ", tuple.Components.Select((c, i) => TypeMap.FromAbi(c, $"values[{i}]")))});");
        writer.Line();
        writer.Line("/// <inheritdoc/>");
        writer.Line($"public object[] ToAbi() => [{string.Join(", ", properties)}];");
        writer.Close();
    }
}
