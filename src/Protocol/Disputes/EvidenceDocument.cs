using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Protocol.Projects;

namespace Marketplace.Protocol.Disputes;

/// <summary>ERC-1497 evidence that is on chain itself: a data URI that holds JSON, so that nobody has to serve it.</summary>
internal static class EvidenceDocument
{
    private const string Prefix = "data:application/json;base64,";

    private static readonly JsonSerializerOptions Format = new(JsonDocuments.Strict(maxDepth: 4))
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
        WriteIndented = false,
    };

    public static string ToUri<T>(T document) => Prefix + Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(document, Format));

    /// <summary>Reads what somebody has shown.</summary>
    /// <returns>Null when it is longer than <paramref name="maxLength"/>, or anything else than such a document.</returns>
    public static T? TryRead<T>(string evidence, int maxLength) where T : class
    {
        ArgumentNullException.ThrowIfNull(evidence);
        if (evidence.Length > maxLength || !evidence.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        try
        {
            return JsonDocuments.Read<T>(Convert.FromBase64String(evidence[Prefix.Length..]), maxLength, Format, "the evidence");
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
