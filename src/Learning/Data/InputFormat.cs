using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Learning.Data;

/// <summary>How data become a model's input: images whose bytes are divided by 255, or rows of a table by a schema.</summary>
/// <param name="Schema">The table's columns, nothing of them left to the file; null for images.</param>
public sealed record InputFormat(CsvSchema? Schema = null)
{
    /// <summary>Longest description that is read, in characters.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>What bytes of images are divided by.</summary>
    public const int PixelScale = 255;

    private const string What = "The input format";

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        NumberHandling = JsonNumberHandling.Strict,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        MaxDepth = 16,
    };

    /// <summary>Images, as IDX files hold them.</summary>
    public static InputFormat Images { get; } = new();

    /// <summary>A byte of an image as the model gets it, in [0, 1].</summary>
    public static float Pixel(byte value) => value / (float)PixelScale;

    /// <summary>Writes the format as JSON: <c>{"kind":"idx","divideBy":255}</c>, or <c>{"kind":"csv","schema":{…}}</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        Schema is null ? new Members { Kind = "idx", DivideBy = PixelScale } : new Members { Kind = "csv", Schema = Schema }, Format);

    /// <summary>Reads what <see cref="ToJson"/> writes.</summary>
    /// <exception cref="InvalidDataException">It is no such text; the message says why.</exception>
    public static InputFormat Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (json.Length > MaxLength)
            throw new InvalidDataException($"{What} has {json.Length} characters; at most {MaxLength} are read.");
        Members members;
        try
        {
            members = JsonSerializer.Deserialize<Members>(json, Format) ?? throw new InvalidDataException($"{What} is null; expected an object.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{What} cannot be read: {e.Message}", e);
        }

        return members switch
        {
            { Kind: "idx", DivideBy: PixelScale, Schema: null } => Images,
            { Kind: "csv", DivideBy: null, Schema: { } schema } => new InputFormat(schema),
            _ => throw new InvalidDataException(
                $"{What} has the kind \"{members.Kind}\"; expected \"idx\" with divideBy {PixelScale}, or \"csv\" with a schema."),
        };
    }

    private sealed record Members
    {
        public required string Kind { get; init; }

        public int? DivideBy { get; init; }

        public CsvSchema? Schema { get; init; }
    }
}
