using Marketplace.Chain.Abi;

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
        writer.Line("public static ContractAbi Abi { get; } = ContractAbi.Parse(AbiJson);");
        (AbiFunction Function, string Name)[] functions = Named(artifact.Abi.Functions);
        writer.Line();
        foreach ((AbiFunction function, string name) in functions)
            writer.Line($"private static readonly AbiFunction {name}Function = Abi.Function(\"{function.Signature}\");");
        if (artifact.Bytecode != "0x") WriteDeploy(writer, artifact.Abi);
        writer.Line();
        writer.Summary("Revert data as the contract's error.");
        writer.Line("public static ContractError DecodeError(System.ReadOnlySpan<byte> data) => ContractError.Decode(data, Abi);");
        foreach ((AbiFunction function, string name) in functions)
        {
            writer.Line();
            if (function.Mutability is StateMutability.Pure or StateMutability.View)
                WriteRead(writer, function, name);
            else
                WriteTransaction(writer, function, name);
        }

        WriteCalldata(writer, functions);
        writer.Close();
        if (artifact.Abi.Events.Count > 0) EventGenerator.Write(writer, artifact);
        WriteErrors(writer, artifact);
        return writer.ToString();
    }

    /// <summary>A C# name for each function. Overloads that C# could not tell apart get their types appended.</summary>
    private static (AbiFunction Function, string Name)[] Named(IReadOnlyList<AbiFunction> functions)
    {
        HashSet<string> overloaded = [.. functions.GroupBy(f => TypeMap.Pascal(f.Name)).Where(g => g.Count() > 1).Select(g => g.Key)];
        return [.. functions.Select(f => (f, overloaded.Contains(TypeMap.Pascal(f.Name)) ? Mangled(f) : TypeMap.Pascal(f.Name)))];
    }

    private static string Mangled(AbiFunction function) =>
        string.Join('_', new[] { TypeMap.Pascal(function.Name) }.Concat(
            function.Inputs.Select(i => string.Concat(i.Type.Name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')))));

    private static void WriteDeploy(SourceWriter writer, ContractAbi abi)
    {
        string[] names = TypeMap.ParameterNames(abi.Constructor, abi.IsConstructorPayable ? ["value"] : []);
        List<string> parameters = [.. abi.Constructor.Select((p, i) => $"{TypeMap.TypeName(p)} {names[i]}")];
        if (abi.IsConstructorPayable) parameters.Add("BigInteger value = default");
        writer.Line();
        writer.Summary("A transaction that creates the contract; its receipt holds the address.");
        writer.Line($"public static TransactionRequest Deploy({string.Join(", ", parameters)}) =>");
        string value = abi.IsConstructorPayable ? "Value = value, " : "";
        writer.Line($"    new(null, AbiValues.InitCode(Bytecode, Abi, [{string.Join(", ", names)}])) {{ {value}Errors = [Abi] }};");
    }

    private static void WriteRead(SourceWriter writer, AbiFunction function, string name)
    {
        string[] names = TypeMap.ParameterNames(function.Inputs, "block", "cancellationToken", "result");
        string parameters = string.Concat(function.Inputs.Select((p, i) => $"{TypeMap.TypeName(p)} {names[i]}, "));
        writer.Summary($"Reads {Describe(function)}.");
        string call = $"await CallAsync({name}Function, [{string.Join(", ", names)}], block, cancellationToken)";
        string returns = function.Outputs.Count switch
        {
            0 => "Task",
            1 => $"Task<{TypeMap.TypeName(function.Outputs[0])}>",
            _ => $"Task<({Results(function)})>",
        };
        writer.Open($"public async {returns} {name}Async({parameters}BlockTag block = default, CancellationToken cancellationToken = default)");
        if (function.Outputs.Count == 0)
        {
            writer.Line($"{call};");
        }
        else
        {
            writer.Line($"object[] result = {call};");
            string[] values = [.. function.Outputs.Select((o, i) => TypeMap.FromAbi(o, $"result[{i}]"))];
            writer.Line(values.Length == 1 ? $"return {values[0]};" : $"return ({string.Join(", ", values)});");
        }

        writer.Close();
    }

    private static string Results(AbiFunction function)
    {
        string[] names = TypeMap.PropertyNames(function.Outputs);
        return string.Join(", ", function.Outputs.Select((o, i) => $"{TypeMap.TypeName(o)} {names[i]}"));
    }

    private static void WriteTransaction(SourceWriter writer, AbiFunction function, string name)
    {
        bool isPayable = function.Mutability == StateMutability.Payable;
        string[] names = TypeMap.ParameterNames(function.Inputs, isPayable ? ["value"] : []);
        List<string> parameters = [.. function.Inputs.Select((p, i) => $"{TypeMap.TypeName(p)} {names[i]}")];
        if (isPayable) parameters.Add("BigInteger value");
        writer.Summary($"A transaction that calls {Describe(function)}{(isPayable ? "; value in wei" : "")}.");
        writer.Line($"public TransactionRequest {name}({string.Join(", ", parameters)}) =>");
        writer.Line($"    Request(Calldata.{name}({string.Join(", ", names)}){(isPayable ? ", value" : "")});");
    }

    private static void WriteCalldata(SourceWriter writer, (AbiFunction Function, string Name)[] functions)
    {
        writer.Line();
        writer.Summary("Selector and encoded arguments of every function.");
        writer.Open("public static class Calldata");
        bool isFirst = true;
        foreach ((AbiFunction function, string name) in functions)
        {
            if (!isFirst) writer.Line();
            isFirst = false;
            string[] names = TypeMap.ParameterNames(function.Inputs);
            string parameters = string.Join(", ", function.Inputs.Select((p, i) => $"{TypeMap.TypeName(p)} {names[i]}"));
            writer.Summary(function.Signature);
            writer.Line($"public static byte[] {name}({parameters}) => {name}Function.EncodeCall([{string.Join(", ", names)}]);");
        }

        writer.Close();
    }

    private static void WriteErrors(SourceWriter writer, Artifact artifact)
    {
        if (artifact.Abi.Errors.Count == 0) return;
        writer.Line();
        writer.Summary($"Names of the errors of {artifact.Name}, as ContractError.Name holds them.");
        writer.Open($"public static class {TypeMap.Pascal(artifact.Name)}Errors");
        bool isFirst = true;
        foreach (AbiError error in artifact.Abi.Errors.DistinctBy(e => e.Name))
        {
            if (!isFirst) writer.Line();
            isFirst = false;
            writer.Summary($"{error.Name}({string.Join(", ", error.Inputs.Select(Describe))})");
            writer.Line($"public const string {error.Name} = \"{error.Name}\";");
        }

        writer.Close();
    }

    private static string Describe(AbiFunction function) =>
        $"{function.Name}({string.Join(", ", function.Inputs.Select(Describe))})"
        + (function.Outputs.Count > 0 ? $" returns ({string.Join(", ", function.Outputs.Select(Describe))})" : "");

    internal static string Describe(AbiParameter parameter) =>
        $"{(parameter.Type is AbiTuple or AbiArray or AbiInteger ? parameter.InternalType ?? parameter.Type.Name : parameter.Type.Name)} {parameter.Name}".TrimEnd();
}
