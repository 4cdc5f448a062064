using Marketplace.Chain.Abi;

namespace Marketplace.Contracts.Generator;

/// <summary>C# names and types for those of Solidity.</summary>
internal static class TypeMap
{
    private static readonly HashSet<string> Keywords = new(StringComparer.Ordinal)
    {
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue", "decimal",
        "default", "delegate", "do", "double", "else", "enum", "event", "explicit", "extern", "false", "finally", "fixed", "float", "for",
        "foreach", "goto", "if", "implicit", "in", "int", "interface", "internal", "is", "lock", "long", "namespace", "new", "null",
        "object", "operator", "out", "override", "params", "private", "protected", "public", "readonly", "ref", "return", "sbyte",
        "sealed", "short", "sizeof", "stackalloc", "static", "string", "struct", "switch", "this", "throw", "true", "try", "typeof",
        "uint", "ulong", "unchecked", "unsafe", "ushort", "using", "virtual", "void", "volatile", "while",
    };

    /// <summary>The C# type of a value.</summary>
    public static string TypeName(AbiParameter parameter) => TypeName(parameter.Type, parameter.InternalType);

    /// <summary>The expression that turns a decoded value into its C# type.</summary>
    public static string FromAbi(AbiParameter parameter, string value) => FromAbi(parameter.Type, parameter.InternalType, value, 0);

    /// <summary>The name of the struct behind a tuple type, without its contract and array brackets.</summary>
    public static string StructName(string? internalType)
    {
        const string Prefix = "struct ";
        if (internalType is null || !internalType.StartsWith(Prefix, StringComparison.Ordinal))
            throw new BindingException($"A tuple has no struct name (internalType is {internalType ?? "absent"}); compile with a current solc.");
        string name = internalType[Prefix.Length..].Split('[', 2)[0];
        return Pascal(name[(name.LastIndexOf('.') + 1)..]);
    }

    /// <summary>The name of the enum behind a number; null for plain numbers.</summary>
    public static string? EnumName(string? internalType) =>
        internalType?.StartsWith("enum ", StringComparison.Ordinal) == true ? internalType["enum ".Length..] : null;

    /// <summary>A name with a capital first letter, for types, methods and properties.</summary>
    public static string Pascal(string name)
    {
        string trimmed = name.Trim('_', '$');
        if (trimmed.Length == 0) return name.Replace('$', '_');
        string safe = char.ToUpperInvariant(trimmed[0]) + trimmed[1..].Replace('$', '_');
        return char.IsAsciiDigit(safe[0]) ? "_" + safe : safe;
    }

    /// <summary>Names of parameters: as in Solidity, made up where missing, escaped and distinct.</summary>
    public static string[] ParameterNames(IReadOnlyList<AbiParameter> parameters, params string[] taken)
    {
        HashSet<string> used = new(taken, StringComparer.Ordinal);
        return [.. parameters.Select((p, i) => Distinct(Parameter(p.Name, i), used))];
    }

    /// <summary>Names of properties, distinct and none of <paramref name="taken"/>.</summary>
    public static string[] PropertyNames(IReadOnlyList<AbiParameter> parameters, params string[] taken)
    {
        HashSet<string> used = new(taken, StringComparer.Ordinal);
        return [.. parameters.Select((p, i) => Distinct(p.Name.Length == 0 ? $"Item{i + 1}" : Pascal(p.Name), used))];
    }

    private static string Parameter(string name, int index)
    {
        string trimmed = name.Trim('_', '$').Replace('$', '_');
        if (trimmed.Length == 0) return $"arg{index}";
        string camel = char.ToLowerInvariant(trimmed[0]) + trimmed[1..];
        return Keywords.Contains(camel) ? "@" + camel : camel;
    }

    private static string Distinct(string name, HashSet<string> used)
    {
        while (!used.Add(name)) name += "Value";
        return name;
    }

    private static string TypeName(AbiType type, string? internalType) => type switch
    {
        AbiInteger integer => Integer(integer),
        AbiBool => "bool",
        AbiAddress => "Address",
        AbiFixedBytes { Length: 32 } => "Bytes32",
        AbiFixedBytes or AbiBytes => "byte[]",
        AbiString => "string",
        AbiArray array => $"IReadOnlyList<{TypeName(array.Element, internalType)}>",
        AbiTuple => StructName(internalType),
        _ => throw new BindingException($"No C# type for {type}."),
    };

    private static string Integer(AbiInteger type) => (type.IsSigned, type.Bits) switch
    {
        (false, 8) => "byte",
        (false, 16) => "ushort",
        (false, <= 32) => "uint",
        (false, <= 64) => "ulong",
        (true, 8) => "sbyte",
        (true, 16) => "short",
        (true, <= 32) => "int",
        (true, <= 64) => "long",
        _ => "BigInteger",
    };

    private static string FromAbi(AbiType type, string? internalType, string value, int depth) => type switch
    {
        AbiInteger integer when Integer(integer) is string name => name == "BigInteger" ? $"(BigInteger){value}" : $"({name})(BigInteger){value}",
        AbiArray array => $"AbiValues.List({value}, e{depth} => {FromAbi(array.Element, internalType, $"e{depth}", depth + 1)})",
        AbiTuple => $"{StructName(internalType)}.FromAbi((object[]){value})",
        _ => $"({TypeName(type, internalType)}){value}",
    };
}
