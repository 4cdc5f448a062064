using System.IO.Compression;
using System.Numerics;
using System.Text.Json;
using Marketplace.Testing.Files;
using Nethereum.ABI;

namespace Marketplace.Chain.Tests;

/// <summary>Known answers that others made. A test that finds them absent is skipped and says so.</summary>
internal static class Vectors
{
    public static JsonElement Load(string name)
    {
        string path = Repository.SharedPath("vectors", name);
        Assert.SkipUnless(File.Exists(path), $"The test vectors {path} are absent; set MARKETPLACE_SHARED to the folder that holds vectors/.");
        using FileStream file = File.OpenRead(path);
        using Stream stream = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using JsonDocument document = JsonDocument.Parse(stream, new JsonDocumentOptions { MaxDepth = 256 });
        return document.RootElement.Clone();
    }

    public static string Text(this JsonElement json, string property) => json.GetProperty(property).GetString()!;

    public static byte[] Bytes(this JsonElement json, string property) => Hex.Parse(json.Text(property));

    /// <summary>A JSON number, decimal text or 0x text as an integer; 0 when absent.</summary>
    public static BigInteger Integer(this JsonElement json, string property) =>
        json.TryGetProperty(property, out JsonElement value) ? Integer(value) : BigInteger.Zero;

    public static BigInteger Integer(JsonElement value)
    {
        string text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return text.StartsWith("0x", StringComparison.Ordinal)
            ? Hex.ParseQuantity(text)
            : BigInteger.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>JSON as a value of an ABI type: what ethers takes for it.</summary>
    public static object ToAbi(ABIType type, JsonElement json) => type switch
    {
        IntType => Integer(json),
        BoolType => json.GetBoolean(),
        AddressType => Address.Parse(json.GetString()!),
        StringType => json.GetString()!,
        Bytes32Type => Bytes32.Parse(json.GetString()!),
        BytesElementaryType or BytesType => Hex.Parse(json.GetString()!),
        ArrayType array => json.EnumerateArray().Select(e => ToAbi(array.ElementType, e)).ToArray(),
        TupleType tuple => json.EnumerateArray().Select((e, i) => ToAbi(tuple.Components[i].ABIType, e)).ToArray(),
        _ => throw new NotSupportedException(type.Name),
    };
}
