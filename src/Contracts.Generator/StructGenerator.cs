using Marketplace.Chain.Abi;
using Nethereum.ABI;
using Nethereum.ABI.Model;

namespace Marketplace.Contracts.Generator;

/// <summary>Writes a record for every struct that the contracts' functions, events and errors use.</summary>
internal static class StructGenerator
{
    public static string Generate(IReadOnlyList<Artifact> artifacts, string @namespace)
    {
        SortedDictionary<string, TupleType> structs = new(StringComparer.Ordinal);
        foreach (Artifact artifact in artifacts)
        {
            foreach (Parameter parameter in Parameters(artifact.Abi)) Collect(parameter, structs);
        }

        SourceWriter writer = new(@namespace, $"the structs of {string.Join(", ", artifacts.Select(a => a.Name))}");
        foreach ((string name, TupleType tuple) in structs) Write(writer, name, tuple);
        return writer.ToString();
    }

    private static IEnumerable<Parameter> Parameters(ContractABI abi) =>
        abi.ConstructorParameters()
            .Concat(abi.Functions.SelectMany(f => f.InputParameters.Concat(f.OutputParameters)))
            .Concat(abi.Events.SelectMany(e => e.InputParameters))
            .Concat(abi.Errors.SelectMany(e => e.InputParameters));

    private static void Collect(Parameter parameter, SortedDictionary<string, TupleType> structs)
    {
        ABIType type = parameter.ABIType;
        while (type is ArrayType array) type = array.ElementType;
        if (type is not TupleType tuple) return;
        string name = TypeMap.StructName(parameter.InternalType);
        if (structs.TryGetValue(name, out TupleType? known) && Shape(known) != Shape(tuple))
            throw new BindingException($"Two different structs are named {name}: {Shape(known)} and {Shape(tuple)}; rename one.");
        if (MappedStruct.Find(name, tuple.Components) is not null) return;
        structs[name] = tuple;
        foreach (Parameter component in tuple.Components) Collect(component, structs);
    }

    private static string Shape(TupleType tuple) =>
        $"({string.Join(", ", tuple.Components.Select(c => $"{TypeMap.Canonical(c.ABIType)} {c.Name}"))})";

    private static void Write(SourceWriter writer, string name, TupleType tuple)
    {
        string[] properties = TypeMap.PropertyNames(tuple.Components, name, "Read", "ToAbi", "Equals", "ToString", "GetHashCode");
        writer.Line();
        writer.Summary($"The struct {name}.");
        for (int i = 0; i < properties.Length; i++)
        {
            Parameter component = tuple.Components[i];
            string note = TypeMap.EnumName(component.InternalType) is string enumName
                ? $"{TypeMap.Canonical(component.ABIType)}, enum {enumName}"
                : TypeMap.Canonical(component.ABIType);
            writer.Line($"/// <param name=\"{properties[i]}\">{note}</param>");
        }

        writer.Open(
            "public sealed record "
                + $"{name}({string.Join(", ", tuple.Components.Select((c, i) => $"{TypeMap.TypeName(c)} {properties[i]}"))}) : IAbiTuple");
        writer.Summary("Reads the components.");
        writer.Line($"public static {name} Read(ref AbiReader reader) =>");
        writer.Line($"    new({string.Join(", ", tuple.Components.Select(c => TypeMap.Read(c, "reader")))});");
        writer.Line();
        writer.Line("/// <inheritdoc/>");
        writer.Line($"public object[] ToAbi() => [{string.Join(", ", tuple.Components.Select((c, i) => TypeMap.Write(c, properties[i])))}];");
        writer.Close();
    }
}
