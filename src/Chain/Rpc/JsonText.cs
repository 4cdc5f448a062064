using System.Text.Json;
using System.Text.Json.Serialization;
using Nethereum.Hex.HexTypes;

namespace Marketplace.Chain.Rpc;

/// <summary>JSON of an untrusted node, read and written by System.Text.Json.</summary>
internal static class JsonText
{
    /// <summary>How requests are written and results read.</summary>
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new QuantityConverter() },
    };

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Parses a whole answer: one value, in valid UTF-8, nested at most 64 deep, no name twice.</summary>
    /// <exception cref="JsonException">Anything else.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> utf8)
    {
        // The parser leaves this to whoever reads a text, and then throws what nobody expects.
        if (!System.Text.Unicode.Utf8.IsValid(utf8.Span)) throw new JsonException("The answer is not valid UTF-8.");
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8, Strict);
            return document.RootElement.Clone();
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("A name holds half of a surrogate pair.", e);
        }
    }

    /// <summary>The text; null when the value is none, or holds half of a surrogate pair.</summary>
    public static string? TryRead(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>
    /// Quantities are 0x and 1 to 64 hex digits. Nethereum takes numbers, decimal text, signs and other characters for some value, and
    /// computes for half a minute on a million digits.
    /// </summary>
    private sealed class QuantityConverter : JsonConverter<HexBigInteger>
    {
        public override HexBigInteger Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.String) throw new JsonException($"Expected a quantity as text, got {reader.TokenType}.");
            try
            {
                return new HexBigInteger(Hex.ParseQuantity(reader.GetString()));
            }
            catch (FormatException e)
            {
                throw new JsonException(e.Message, e);
            }
        }

        public override void Write(Utf8JsonWriter writer, HexBigInteger value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.HexValue);
    }
}
