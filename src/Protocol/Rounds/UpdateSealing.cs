using Marketplace.Chain;
using Marketplace.Crypto.Sealing;

namespace Marketplace.Protocol.Rounds;

/// <summary>Seals payloads to the aggregator so that they open only for the round and the trainer that they were made for.</summary>
/// <remarks>HPKE's <c>info</c> names the round, its associated data the trainer: a copied payload does not open under another name.</remarks>
public static class UpdateSealing
{
    private static ReadOnlySpan<byte> Domain => "Marketplace.Update.v1"u8;

    /// <summary>Bytes that sealing adds: the encapsulated key (65) and the authentication tag (16).</summary>
    private const int Overhead = 65 + 16;

    /// <summary>Upper bound of a sealed payload's length for vectors of length <paramref name="dimension"/>.</summary>
    public static int MaxLength(int dimension) => UpdatePayload.MaxLength(dimension) + Overhead;

    public static byte[] Seal(UpdatePayload payload, RoundId round, Address trainer, SealingPublicKey aggregator) =>
        Hpke.Seal(aggregator, Info(round), trainer.ToArray(), payload.Encode());

    /// <exception cref="SealingException">The bytes were not sealed to this key for this round and trainer.</exception>
    /// <exception cref="PayloadException">They were, but do not hold a payload.</exception>
    public static UpdatePayload Open(
        ReadOnlySpan<byte> payload, RoundId round, Address trainer, SealingKey aggregator, int dimension, int fractionBits) =>
        UpdatePayload.Decode(Hpke.Open(aggregator, Info(round), trainer.ToArray(), payload), dimension, fractionBits);

    private static byte[] Info(RoundId round) => [.. Domain, .. round.ToBytes()];
}
