// Typed structured data, https://eips.ethereum.org/EIPS/eip-712

using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Marketplace.Chain.Abi;

namespace Marketplace.Chain.Signing;

/// <summary>A message with its types and domain, as wallets are given it by eth_signTypedData_v4.</summary>
public sealed class TypedData
{
    private const int MaxDepth = 32;
    private const string DomainType = "EIP712Domain";

    private static readonly (string Name, string Type)[] DomainFields =
    [
        ("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address"), ("salt", "bytes32"),
    ];

    private readonly Dictionary<string, IReadOnlyList<AbiParameterName>> _types = [];
    private readonly JsonElement _domain;
    private readonly JsonElement _message;

    private TypedData(JsonElement types, JsonElement domain, string primaryType, JsonElement message)
    {
        (_domain, _message, PrimaryType) = (domain, message, primaryType);
        foreach (JsonProperty type in types.EnumerateObject())
        {
            _types[type.Name] = [.. type.Value.EnumerateArray().Select(f => new AbiParameterName(
                f.GetProperty("name").GetString() ?? throw new FormatException($"A field of {type.Name} has no name."),
                f.GetProperty("type").GetString() ?? throw new FormatException($"A field of {type.Name} has no type.")))];
        }

        // Wallet libraries leave the domain's type out: it follows from which fields the domain has.
        _types.TryAdd(DomainType, [.. DomainFields.Where(f => domain.TryGetProperty(f.Name, out _)).Select(f => new AbiParameterName(f.Name, f.Type))]);
        if (!_types.ContainsKey(primaryType)) throw new FormatException($"The primary type {Hex.Excerpt(primaryType)} is not among the types.");
    }

    /// <summary>Name of the message's type.</summary>
    public string PrimaryType { get; }

    /// <summary>Parses an object with types, domain, primaryType and message.</summary>
    /// <exception cref="FormatException">Another shape.</exception>
    public static TypedData Parse(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement.Clone();
            return new TypedData(
                root.GetProperty("types"),
                root.GetProperty("domain"),
                root.GetProperty("primaryType").GetString() ?? "",
                root.GetProperty("message"));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"Expected typed data with types, domain, primaryType and message: {e.Message}", e);
        }
    }

    /// <summary>The hash that is signed: keccak256(0x1901 ‖ domain separator ‖ struct hash).</summary>
    /// <exception cref="FormatException">A value does not fit its type.</exception>
    public Bytes32 Hash() =>
        Bytes32.Keccak((byte[])[0x19, 0x01, .. HashStruct(DomainType, _domain, 0), .. HashStruct(PrimaryType, _message, 0)]);

    /// <summary>encodeData of the message behind its type's hash.</summary>
    /// <exception cref="FormatException">A value does not fit its type.</exception>
    public byte[] EncodeMessage() => EncodeStruct(PrimaryType, _message, 0);

    /// <summary>encodeType: "Mail(Person from,string contents)Person(string name)".</summary>
    private string EncodeType(string name)
    {
        HashSet<string> referenced = [];
        Collect(name, referenced);
        referenced.Remove(name);
        return string.Concat(referenced.Order(StringComparer.Ordinal).Prepend(name).Select(
            type => $"{type}({string.Join(',', _types[type].Select(f => $"{f.Type} {f.Name}"))})"));
    }

    private void Collect(string name, HashSet<string> into)
    {
        if (!_types.TryGetValue(name, out IReadOnlyList<AbiParameterName>? fields) || !into.Add(name)) return;
        foreach (AbiParameterName field in fields) Collect(field.Type.Split('[', 2)[0], into);
    }

    private byte[] HashStruct(string type, JsonElement value, int depth) => Bytes32.Keccak(EncodeStruct(type, value, depth)).ToArray();

    private byte[] EncodeStruct(string type, JsonElement value, int depth)
    {
        if (depth > MaxDepth) throw new FormatException($"The typed data is nested deeper than {MaxDepth} levels.");
        if (value.ValueKind != JsonValueKind.Object) throw new FormatException($"Expected an object for {type}, got {value.ValueKind}.");
        List<byte> encoded = [.. Bytes32.Keccak(EncodeType(type)).ToArray()];
        foreach (AbiParameterName field in _types[type])
        {
            if (!value.TryGetProperty(field.Name, out JsonElement child)) throw new FormatException($"{type} lacks the field {field.Name}.");
            try
            {
                encoded.AddRange(EncodeValue(field.Type, child, depth));
            }
            catch (FormatException e)
            {
                throw new FormatException($"{type}.{field.Name}: {e.Message}", e);
            }
        }

        return [.. encoded];
    }

    private byte[] EncodeValue(string type, JsonElement value, int depth)
    {
        if (depth > MaxDepth) throw new FormatException($"The typed data is nested deeper than {MaxDepth} levels.");
        int bracket = type.LastIndexOf('[');
        if (bracket >= 0 && type.EndsWith(']'))
        {
            if (value.ValueKind != JsonValueKind.Array) throw new FormatException($"expected an array for {type}, got {value.ValueKind}.");
            string length = type[(bracket + 1)..^1];
            if (length.Length > 0 && length != value.GetArrayLength().ToString(CultureInfo.InvariantCulture))
                throw new FormatException($"expected {length} elements for {type}, got {value.GetArrayLength()}.");
            return Bytes32.Keccak([.. value.EnumerateArray().SelectMany(e => EncodeValue(type[..bracket], e, depth + 1))]).ToArray();
        }

        if (_types.ContainsKey(type)) return HashStruct(type, value, depth + 1);
        AbiType abiType = AbiType.Parse(type);
        object converted = Convert(abiType, value);
        return converted switch
        {
            string text => Bytes32.Keccak(text).ToArray(),
            byte[] bytes when abiType is AbiBytes => Bytes32.Keccak(bytes).ToArray(),
            _ => AbiEncoder.Encode([new AbiParameter("", abiType)], converted),
        };
    }

    private static object Convert(AbiType type, JsonElement value)
    {
        string? text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return type switch
        {
            AbiBool when value.ValueKind is JsonValueKind.True or JsonValueKind.False => value.GetBoolean(),
            AbiString when text is not null => text,
            AbiAddress when text is not null => Address.Parse(text),
            AbiBytes or AbiFixedBytes when text is not null => Hex.Parse(text),
            AbiInteger when text is not null && text.StartsWith("0x", StringComparison.Ordinal) => Hex.ParseQuantity(text),
            AbiInteger when BigInteger.TryParse(
                text ?? value.GetRawText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger number) => number,
            _ => throw new FormatException($"expected a value for {type}, got {Hex.Excerpt(value.GetRawText())}."),
        };
    }

    private sealed record AbiParameterName(string Name, string Type);
}
