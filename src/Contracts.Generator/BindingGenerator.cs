using Marketplace.Chain.Abi;
using Nethereum.ABI;
using Nethereum.ABI.Model;

namespace Marketplace.Contracts.Generator;

/// <summary>Writes the C# of contracts: a client class, events and error names for each, and the structs of all.</summary>
internal static class BindingGenerator
{
    /// <summary>File names with their content. The same input gives the same bytes.</summary>
    /// <exception cref="BindingException">Something has no counterpart in C#.</exception>
    public static IReadOnlyDictionary<string, string> Generate(IReadOnlyList<Artifact> artifacts, string @namespace)
    {
        SortedDictionary<string, string> files = new(StringComparer.Ordinal)
        {
            ["Structs.g.cs"] = StructGenerator.Generate(artifacts, @namespace),
        };
        foreach (Artifact artifact in artifacts) files[$"{artifact.Name}.g.cs"] = Contract(artifact, @namespace);
        return files;
    }

    private static string Contract(Artifact artifact, string @namespace)
    {
        SourceWriter writer = new(@namespace, $"the contract {artifact.Name}");
        string type = $"{TypeMap.Pascal(artifact.Name)}Contract";
        writer.Line();
        writer.Summary($"The contract {artifact.Name} at an address: its reads as methods, its transactions as requests.");
        writer.Open($"public sealed class {type}(EthereumClient client, Address address) : ContractClient(client, address, {type}.Abi)");
        if (artifact.Bytecode != "0x")
        {
            writer.Summary("Init code without constructor arguments.");
            writer.Line($"public const string Bytecode = \"{artifact.Bytecode}\";");
            writer.Line();
        }

        writer.Line($"private const string AbiJson = \"\"\"{artifact.AbiJson}\"\"\";");
        writer.Line();
        writer.Summary("Functions, events and errors.");
        writer.Line("public static ContractABI Abi { get; } = AbiModel.Parse(AbiJson);");
        (FunctionABI Function, string Name)[] functions = Named(artifact.Abi.Functions);
        writer.Line();
        foreach ((FunctionABI function, string name) in functions)
            writer.Line($"private static readonly FunctionABI {name}Function = Abi.Function(\"{function.Signature}\");");
        if (artifact.Bytecode != "0x") WriteDeploy(writer, artifact.Abi);
        writer.Line();
        writer.Summary("Revert data as the contract's error.");
        writer.Line("public static ContractError DecodeError(System.ReadOnlySpan<byte> data) => ContractError.Decode(data, Abi);");
        foreach ((FunctionABI function, string name) in functions)
        {
            writer.Line();
            if (function.StateMutability is "pure" or "view")
                WriteRead(writer, function, name);
            else
                WriteTransaction(writer, function, name);
        }

        WriteCalldata(writer, functions);
        writer.Close();
        if (artifact.Abi.Events.Length > 0) EventGenerator.Write(writer, artifact);
        WriteErrors(writer, artifact);
        return writer.ToString();
    }

    /// <summary>A C# name for each function. Overloads that C# could not tell apart get their types appended.</summary>
    private static (FunctionABI Function, string Name)[] Named(IReadOnlyList<FunctionABI> functions)
    {
        HashSet<string> overloaded = [.. functions.GroupBy(f => TypeMap.Pascal(f.Name)).Where(g => g.Count() > 1).Select(g => g.Key)];
        return [.. functions.Select(f => (f, overloaded.Contains(TypeMap.Pascal(f.Name)) ? Mangled(f) : TypeMap.Pascal(f.Name)))];
    }

    private static string Mangled(FunctionABI function) =>
        string.Join('_', new[] { TypeMap.Pascal(function.Name) }.Concat(
            function.InputParameters.Select(i => string.Concat(TypeMap.Canonical(i.ABIType).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')))));

    private static void WriteDeploy(SourceWriter writer, ContractABI abi)
    {
        bool isPayable = abi.Constructor?.StateMutability == "payable";
        string[] names = TypeMap.ParameterNames(abi.ConstructorParameters(), isPayable ? ["value"] : []);
        List<string> parameters = [.. abi.ConstructorParameters().Select((p, i) => $"{TypeMap.TypeName(p)} {names[i]}")];
        if (isPayable) parameters.Add("BigInteger value = default");
        writer.Line();
        writer.Summary("A transaction that creates the contract; its receipt holds the address.");
        writer.Line($"public static TransactionRequest Deploy({string.Join(", ", parameters)}) =>");
        string value = isPayable ? "Value = value, " : "";
        string arguments = string.Join(", ", abi.ConstructorParameters().Select((p, i) => TypeMap.Write(p, names[i])));
        writer.Line($"    new(null, InitCode(Bytecode, Abi, [{arguments}])) {{ {value}Errors = [Abi] }};");
    }

    private static void WriteRead(SourceWriter writer, FunctionABI function, string name)
    {
        string[] names = TypeMap.ParameterNames(function.InputParameters, "block", "cancellationToken", "result");
        string parameters = string.Concat(function.InputParameters.Select((p, i) => $"{TypeMap.TypeName(p)} {names[i]}, "));
        writer.Summary($"Reads {Describe(function)}.");
        string arguments = string.Join(", ", function.InputParameters.Select((p, i) => TypeMap.Write(p, names[i])));
        string call = $"await CallAsync({name}Function, [{arguments}], block, cancellationToken)";
        string returns = function.OutputParameters.Length switch
        {
            0 => "Task",
            1 => $"Task<{TypeMap.TypeName(function.OutputParameters[0])}>",
            _ => $"Task<({Results(function)})>",
        };
        writer.Open($"public async {returns} {name}Async({parameters}BlockTag block = default, CancellationToken cancellationToken = default)");
        if (function.OutputParameters.Length == 0)
        {
            writer.Line($"{name}Function.OpenResult({call});");
        }
        else
        {
            writer.Line($"AbiReader result = {name}Function.OpenResult({call});");
            string[] values = [.. function.OutputParameters.Select(o => TypeMap.Read(o, "result"))];
            writer.Line(values.Length == 1 ? $"return {values[0]};" : $"return ({string.Join(", ", values)});");
        }

        writer.Close();
    }

    private static string Results(FunctionABI function)
    {
        string[] names = TypeMap.PropertyNames(function.OutputParameters);
        return string.Join(", ", function.OutputParameters.Select((o, i) => $"{TypeMap.TypeName(o)} {names[i]}"));
    }

    private static void WriteTransaction(SourceWriter writer, FunctionABI function, string name)
    {
        bool isPayable = function.StateMutability == "payable";
        string[] names = TypeMap.ParameterNames(function.InputParameters, isPayable ? ["value"] : []);
        List<string> parameters = [.. function.InputParameters.Select((p, i) => $"{TypeMap.TypeName(p)} {names[i]}")];
        if (isPayable) parameters.Add("BigInteger value");
        writer.Summary($"A transaction that calls {Describe(function)}{(isPayable ? "; value in wei" : "")}.");
        writer.Line($"public TransactionRequest {name}({string.Join(", ", parameters)}) =>");
        writer.Line($"    Request(Calldata.{name}({string.Join(", ", names)}){(isPayable ? ", value" : "")});");
    }

    private static void WriteCalldata(SourceWriter writer, (FunctionABI Function, string Name)[] functions)
    {
        writer.Line();
        writer.Summary("Selector and encoded arguments of every function.");
        writer.Open("public static class Calldata");
        bool isFirst = true;
        foreach ((FunctionABI function, string name) in functions)
        {
            if (!isFirst) writer.Line();
            isFirst = false;
            string[] names = TypeMap.ParameterNames(function.InputParameters);
            string parameters = string.Join(", ", function.InputParameters.Select((p, i) => $"{TypeMap.TypeName(p)} {names[i]}"));
            string arguments = string.Join(", ", function.InputParameters.Select((p, i) => TypeMap.Write(p, names[i])));
            writer.Summary(function.Signature);
            writer.Line($"public static byte[] {name}({parameters}) => {name}Function.EncodeCall([{arguments}]);");
        }

        writer.Close();
    }

    private static void WriteErrors(SourceWriter writer, Artifact artifact)
    {
        if (artifact.Abi.Errors.Length == 0) return;
        writer.Line();
        writer.Summary($"Names of the errors of {artifact.Name}, as ContractError.Name holds them.");
        writer.Open($"public static class {TypeMap.Pascal(artifact.Name)}Errors");
        bool isFirst = true;
        foreach (ErrorABI error in artifact.Abi.Errors.DistinctBy(e => e.Name))
        {
            if (!isFirst) writer.Line();
            isFirst = false;
            writer.Summary($"{error.Name}({string.Join(", ", error.InputParameters.Select(Describe))})");
            writer.Line($"public const string {error.Name} = \"{error.Name}\";");
        }

        writer.Close();
    }

    private static string Describe(FunctionABI function) =>
        $"{function.Name}({string.Join(", ", function.InputParameters.Select(Describe))})"
        + (function.OutputParameters.Length > 0 ? $" returns ({string.Join(", ", function.OutputParameters.Select(Describe))})" : "");

    internal static string Describe(Parameter parameter)
    {
        string type = parameter.ABIType is TupleType or ArrayType or IntType
            ? parameter.InternalType ?? TypeMap.Canonical(parameter.ABIType)
            : parameter.ABIType.Name;
        return $"{type} {parameter.Name}".TrimEnd();
    }
}
