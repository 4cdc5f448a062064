using Marketplace.Chain.Abi;
using Nethereum.ABI;
using Nethereum.ABI.Model;

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
    public static string TypeName(Parameter parameter) => TypeName(parameter.ABIType, parameter.InternalType);

    /// <summary>The expression that reads a value from an <see cref="AbiReader"/>.</summary>
    public static string Read(Parameter parameter, string reader) => Read(parameter.ABIType, parameter.InternalType, reader);

    /// <summary>The expression that turns a value into what <see cref="AbiEncoder"/> takes.</summary>
    public static string Write(Parameter parameter, string value)
    {
        ABIType type = parameter.ABIType;
        while (type is ArrayType array) type = array.ElementType;
        if (type is not TupleType tuple || MappedStruct.Find(StructName(parameter.InternalType), tuple.Components) is null) return value;
        return parameter.ABIType switch
        {
            TupleType => $"{value}.ToAbi()",
            ArrayType { ElementType: TupleType } => $"System.Linq.Enumerable.Select({value}, static element => element.ToAbi())",
            _ => throw new BindingException($"Arrays of arrays of {parameter.InternalType} are not supported; put them into a struct."),
        };
    }

    /// <summary>Canonical name of a type, as signatures are hashed: "uint256", "(address,bytes32)[]".</summary>
    public static string Canonical(ABIType type) => type switch
    {
        TupleType tuple => $"({string.Join(',', tuple.Components.Select(c => Canonical(c.ABIType)))})",
        StaticArrayType array => $"{Canonical(array.ElementType)}[{AbiGuard.LengthOf(array)}]",
        DynamicArrayType array => Canonical(array.ElementType) + "[]",
        _ => type.CanonicalName,
    };

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
    public static string[] ParameterNames(IReadOnlyList<Parameter> parameters, params string[] taken)
    {
        HashSet<string> used = new(taken, StringComparer.Ordinal);
        return [.. parameters.Select((p, i) => Distinct(Camel(p.Name, i), used))];
    }

    /// <summary>Names of properties, distinct and none of <paramref name="taken"/>.</summary>
    public static string[] PropertyNames(IReadOnlyList<Parameter> parameters, params string[] taken)
    {
        HashSet<string> used = new(taken, StringComparer.Ordinal);
        return [.. parameters.Select((p, i) => Distinct(p.Name.Length == 0 ? $"Item{i + 1}" : Pascal(p.Name), used))];
    }

    private static string Camel(string name, int index)
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

    private static string TypeName(ABIType type, string? internalType) => type switch
    {
        IntType => Integer(type),
        BoolType => "bool",
        AddressType => "Address",
        Bytes32Type => "Bytes32",
        BytesElementaryType or BytesType => "byte[]",
        StringType => "string",
        ArrayType array => $"IReadOnlyList<{TypeName(array.ElementType, internalType)}>",
        TupleType tuple => MappedStruct.Find(StructName(internalType), tuple.Components)?.TypeName ?? StructName(internalType),
        _ => throw new BindingException($"No C# type for {type.Name}."),
    };

    private static string Read(ABIType type, string? internalType, string reader) => type switch
    {
        IntType when Integer(type) is string name => name switch
        {
            "BigInteger" => $"{reader}.Read{(type.CanonicalName[0] == 'u' ? "Unsigned" : "Signed")}()",
            "ulong" => $"{reader}.ReadUInt64()",
            "long" => $"{reader}.ReadInt64()",
            _ => $"({name}){reader}.Read{(type.CanonicalName[0] == 'u' ? "UInt64" : "Int64")}()",
        },
        BytesElementaryType => $"{reader}.ReadFixedBytes({type.StaticSize})",
        DynamicArrayType array => $"{reader}.ReadArray({Element(array.ElementType, internalType)})",
        StaticArrayType or TupleType when type.IsDynamic() =>
            $"{reader}.ReadDynamic(static (ref AbiReader inner) => {ReadInline(type, internalType, "inner")})",
        StaticArrayType or TupleType => ReadInline(type, internalType, reader),
        BytesType => $"{reader}.ReadBytes()",
        _ => $"{reader}.Read{TypeName(type, internalType) switch { "bool" => "Bool", "string" => "String", string name => name }}()",
    };

    private static string ReadInline(ABIType type, string? internalType, string reader) => type is StaticArrayType array
        ? $"{reader}.ReadArray({AbiGuard.LengthOf(array)}, {Element(array.ElementType, internalType)})"
        : $"{MappedStruct.Find(StructName(internalType), ((TupleType)type).Components)?.Reader ?? $"{StructName(internalType)}.Read"}(ref {reader})";

    private static string Element(ABIType type, string? internalType) => $"static (ref AbiReader element) => {Read(type, internalType, "element")}";

    private static string Integer(ABIType type)
    {
        bool isSigned = type.CanonicalName[0] != 'u';
        return (isSigned, 8 * type.StaticSize) switch
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
    }
}
