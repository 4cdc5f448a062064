using System.Buffers;
using System.Security.Cryptography;
using Marketplace.Crypto.Sealing;

namespace Marketplace.Protocol.Disputes;

/// <summary>
/// What a trainer shows a court: the seed of the ephemeral key with which it sealed one update. It opens that update for everybody, and
/// nothing else.
/// </summary>
/// <remarks>Written as a data URI that holds ERC-1497 evidence.</remarks>
/// <param name="EphemeralSeed">32 bytes, see <see cref="SealingKey.DeriveFrom"/>.</param>
public sealed record UpdateOpening(byte[] EphemeralSeed)
{
    private const int MaxLength = 4096;

    /// <summary>The evidence as it is shown on chain.</summary>
    public string ToUri() => EvidenceDocument.ToUri(new Document(
        "The opening of a sealed update",
        "The seed of the ephemeral key (RFC 9180, DeriveKeyPair) with which the update was sealed to the aggregator.",
        Convert.ToHexStringLower(EphemeralSeed)));

    /// <summary>Reads what somebody has shown; null when it is anything else than an opening.</summary>
    public static UpdateOpening? TryParse(string evidence)
    {
        if (EvidenceDocument.TryRead<Document>(evidence, MaxLength) is not { } document)
            return null;
        var seed = new byte[SealingKey.MinimumInputKeyMaterial];
        return document.EphemeralSeed.Length == 2 * seed.Length
            && Convert.FromHexString(document.EphemeralSeed, seed, out _, out _) == OperationStatus.Done
                ? new UpdateOpening(seed)
                : null;
    }

    public bool Equals(UpdateOpening? other) => other is not null && CryptographicOperations.FixedTimeEquals(EphemeralSeed, other.EphemeralSeed);

    public override int GetHashCode() => EphemeralSeed.Length;

    /// <summary>Says nothing of the seed.</summary>
    public override string ToString() => "the opening of a sealed update";

    private sealed record Document(string Name, string Description, string EphemeralSeed);
}
