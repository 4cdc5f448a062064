using System.IO.Compression;
using System.Numerics;
using System.Text.Json;
using Marketplace.Chain.Abi;
using Marketplace.Support;

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
    public static object ToAbi(AbiType type, JsonElement json) => type switch
    {
        AbiInteger => Integer(json),
        AbiBool => json.GetBoolean(),
        AbiAddress => Address.Parse(json.GetString()!),
        AbiString => json.GetString()!,
        AbiFixedBytes { Length: 32 } => Bytes32.Parse(json.GetString()!),
        AbiFixedBytes or AbiBytes => Hex.Parse(json.GetString()!),
        AbiArray array => json.EnumerateArray().Select(e => ToAbi(array.Element, e)).ToArray(),
        AbiTuple tuple => json.EnumerateArray().Select((e, i) => ToAbi(tuple.Components[i].Type, e)).ToArray(),
        _ => throw new NotSupportedException(type.Name),
    };
}
