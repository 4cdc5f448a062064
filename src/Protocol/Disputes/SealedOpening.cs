using Marketplace.Chain;
using Marketplace.Crypto.Sealing;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Protocol.Disputes;

/// <summary>The opening of an update as the auditors of one panel alone can read it: its seed, sealed to each of their keys (HPKE).</summary>
/// <remarks>
/// The seed is as short as a key that would open it, so it is sealed itself. That all auditors are shown the same needs no more: the
/// sealed update begins with the public half of the key that the right seed gives, so another seed opens nothing. HPKE's <c>info</c> names
/// the round, its associated data panel, seat and trainer: nothing that was sealed for one case opens in another.
/// </remarks>
public sealed class SealedOpening
{
    private const int Version = 1;
    private const int SealedLength = SealingKey.MinimumInputKeyMaterial + Hpke.Overhead;

    /// <summary>Of a panel that is full, each part sealed and in base64 twice.</summary>
    private const int MaxLength = 8192;

    private const string Name = "The opening of a sealed update, sealed to a panel";

    /// <summary>How every sealed opening begins: as far as its name goes, which no other evidence of this project has.</summary>
    private static readonly string Beginning = new SealedOpening([]).ToUri()[..100];

    private readonly byte[]?[] _seeds;

    private SealedOpening(byte[]?[] seeds) => _seeds = seeds;

    private static ReadOnlySpan<byte> Domain => "Marketplace.Opening.v1"u8;

    /// <summary>Seals an opening to every auditor that has published a key.</summary>
    /// <param name="opening">What is sealed.</param>
    /// <param name="round">The round of the update.</param>
    /// <param name="trainer">Whose update it is.</param>
    /// <param name="panel">To whom.</param>
    public static SealedOpening Seal(UpdateOpening opening, RoundId round, Address trainer, PanelSeats panel)
    {
        ArgumentNullException.ThrowIfNull(opening);
        ArgumentNullException.ThrowIfNull(panel);
        return new SealedOpening([.. panel.Keys.Select((key, seat) => key is null
            ? null
            : Hpke.Seal(key, Info(round), AssociatedData(panel.Panel, seat, trainer), opening.EphemeralSeed))]);
    }

    /// <summary>The evidence as it is shown on chain.</summary>
    public string ToUri() => EvidenceDocument.ToUri(new Document(
        Name,
        "The seed of the ephemeral key with which the update was sealed to the aggregator, sealed to the panel's auditors by their seats (RFC 9180).",
        Version,
        _seeds));

    /// <summary>Whether evidence of which only the beginning may be known calls itself a sealed opening.</summary>
    public static bool IsLike(string evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        return evidence.StartsWith(Beginning, StringComparison.Ordinal);
    }

    /// <summary>Reads what somebody has shown; null when it is anything else than a sealed opening.</summary>
    public static SealedOpening? TryParse(string evidence) =>
        EvidenceDocument.TryRead<Document>(evidence, MaxLength) is { Version: Version, SealedSeeds: { Length: > 0 and <= PanelSeats.Most } seeds }
            && seeds.All(part => part is null || part.Length == SealedLength)
                ? new SealedOpening(seeds)
                : null;

    /// <summary>An auditor's half.</summary>
    /// <param name="round">The round that it must be sealed for.</param>
    /// <param name="trainer">The trainer that it must be about.</param>
    /// <param name="auditor">Who opens it.</param>
    /// <exception cref="SealingException">Nothing is sealed to the auditor, or not so.</exception>
    public UpdateOpening Open(RoundId round, Address trainer, PanelAuditorKey auditor)
    {
        ArgumentNullException.ThrowIfNull(auditor);
        byte[] part = _seeds.ElementAtOrDefault(auditor.Seat)
            ?? throw new SealingException($"the opening is not sealed to the auditor on seat {auditor.Seat + 1} of the panel {auditor.Panel}");
        return new UpdateOpening(Hpke.Open(auditor.Key, Info(round), AssociatedData(auditor.Panel, auditor.Seat, trainer), part));
    }

    private static byte[] Info(RoundId round) => [.. Domain, .. round.ToBytes()];

    private static byte[] AssociatedData(Address panel, int seat, Address trainer) => [.. panel.ToArray(), (byte)seat, .. trainer.ToArray()];

    private sealed record Document(string Name, string Description, int Version, byte[]?[] SealedSeeds);
}
