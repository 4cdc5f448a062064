using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Crypto.Sealing;
using Marketplace.Protocol.Projects;

namespace Marketplace.Protocol.Disputes;

/// <summary>
/// What a trainer shows a court: the seed of the ephemeral key with which it sealed one update. It opens that update for everybody, and
/// nothing else.
/// </summary>
/// <remarks>Written as a data URI that holds ERC-1497 evidence.</remarks>
/// <param name="EphemeralSeed">32 bytes, see <see cref="SealingKey.DeriveFrom"/>.</param>
public sealed record UpdateOpening(byte[] EphemeralSeed)
{
    private const string Prefix = "data:application/json;base64,";
    private const int MaxBytes = 4096;

    private static readonly JsonSerializerOptions Format = new(JsonDocuments.Strict(maxDepth: 4))
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
        WriteIndented = false,
    };

    /// <summary>The evidence as it is shown on chain.</summary>
    public string ToUri() => Prefix + Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(
        new Document(
            "The opening of a sealed update",
            "The seed of the ephemeral key (RFC 9180, DeriveKeyPair) with which the update was sealed to the aggregator.",
            Convert.ToHexStringLower(EphemeralSeed)),
        Format));

    /// <summary>Reads what somebody has shown; null when it is anything else than an opening.</summary>
    public static UpdateOpening? TryParse(string evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        if (!evidence.StartsWith(Prefix, StringComparison.Ordinal) || evidence.Length > MaxBytes)
            return null;
        try
        {
            byte[] json = Convert.FromBase64String(evidence[Prefix.Length..]);
            byte[] seed = Convert.FromHexString(JsonDocuments.Read<Document>(json, MaxBytes, Format, "the opening").EphemeralSeed);
            return seed.Length == SealingKey.MinimumInputKeyMaterial ? new UpdateOpening(seed) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public bool Equals(UpdateOpening? other) => other is not null && CryptographicOperations.FixedTimeEquals(EphemeralSeed, other.EphemeralSeed);

    public override int GetHashCode() => EphemeralSeed.Length;

    /// <summary>Says nothing of the seed.</summary>
    public override string ToString() => "the opening of a sealed update";

    private sealed record Document(string Name, string Description, string EphemeralSeed);
}
