using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Crypto.Sealing;
using Marketplace.Proofs.ReferenceStrings;

namespace Marketplace.Protocol.Rounds;

/// <summary>A submission as both sides handle it: a trainer makes it out of its update, the aggregator gets the update out of it.</summary>
/// <param name="Bytes">The update and its blinder, encoded and sealed to the aggregator. These are published.</param>
/// <param name="Commitment">C_i, which binds the trainer to the update. This is posted on chain.</param>
/// <remarks>HPKE's <c>info</c> names the round, its associated data the trainer: a copied update does not open under another name.</remarks>
public sealed record SealedUpdate(byte[] Bytes, G1 Commitment)
{
    /// <summary>Bytes that sealing adds: the encapsulated key (65) and the authentication tag (16).</summary>
    private const int Overhead = 65 + 16;

    private static ReadOnlySpan<byte> Domain => "Marketplace.Update.v1"u8;

    /// <summary>Upper bound of a sealed update's length for vectors of length <paramref name="dimension"/>.</summary>
    public static int MaxLength(int dimension) => BlindedUpdate.MaxLength(dimension) + Overhead;

    /// <summary>The trainer's half: commits to an update, encodes it and seals it.</summary>
    /// <param name="srs">The reference string of the commitment.</param>
    /// <param name="update">What is sealed.</param>
    /// <param name="round">For which round.</param>
    /// <param name="trainer">By whom.</param>
    /// <param name="ephemeral">With what key, of which this is the only use. Shown to a court, it opens this update.</param>
    /// <param name="aggregator">To whom.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    public static SealedUpdate Seal(
        Srs srs, BlindedUpdate update, RoundId round, Address trainer, SealingKey ephemeral, SealingPublicKey aggregator,
        CancellationToken cancellationToken) => new(
            Hpke.Seal(ephemeral, aggregator, Info(round), trainer.ToArray(), update.Encode()),
            Proofs.Commitment.Commit(srs, update.Entries, update.Blinder, cancellationToken));

    /// <summary>The aggregator's half: opens the seal, decodes the update and checks it against the commitment.</summary>
    /// <param name="srs">The reference string of the commitment.</param>
    /// <param name="round">The round that the update must be sealed for.</param>
    /// <param name="trainer">The trainer that it must be sealed by.</param>
    /// <param name="aggregator">The key that it must be sealed to.</param>
    /// <param name="dimension">d, the number of its entries.</param>
    /// <param name="fractionBits">f, their fraction bits.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    /// <exception cref="InvalidSubmissionException">
    /// <see cref="SubmissionFault.Unopenable"/>, <see cref="SubmissionFault.Malformed"/> or <see cref="SubmissionFault.Mismatch"/>.
    /// </exception>
    public BlindedUpdate Open(
        Srs srs, RoundId round, Address trainer, SealingKey aggregator, int dimension, int fractionBits, CancellationToken cancellationToken) =>
        Check(srs, () => Hpke.Open(aggregator, Info(round), trainer.ToArray(), Bytes), dimension, fractionBits, cancellationToken);

    /// <summary>A court's half: the same with the key that the trainer sealed with, in place of the aggregator's own.</summary>
    /// <param name="srs">The reference string of the commitment.</param>
    /// <param name="round">The round that the update must be sealed for.</param>
    /// <param name="trainer">The trainer that it must be sealed by.</param>
    /// <param name="ephemeral">The key that it must be sealed with.</param>
    /// <param name="aggregator">The key that it must be sealed to.</param>
    /// <param name="dimension">d, the number of its entries.</param>
    /// <param name="fractionBits">f, their fraction bits.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    /// <exception cref="InvalidSubmissionException">As for <see cref="Open"/>.</exception>
    public BlindedUpdate OpenAsSealed(
        Srs srs, RoundId round, Address trainer, SealingKey ephemeral, SealingPublicKey aggregator, int dimension, int fractionBits,
        CancellationToken cancellationToken) => Check(
            srs, () => Hpke.OpenAsSender(ephemeral, aggregator, Info(round), trainer.ToArray(), Bytes), dimension, fractionBits, cancellationToken);

    private BlindedUpdate Check(Srs srs, Func<byte[]> open, int dimension, int fractionBits, CancellationToken cancellationToken)
    {
        BlindedUpdate update;
        try
        {
            update = BlindedUpdate.Decode(open(), dimension, fractionBits);
        }
        catch (SealingException e)
        {
            throw new InvalidSubmissionException(SubmissionFault.Unopenable, e.Message, e);
        }
        catch (MalformedUpdateException e)
        {
            throw new InvalidSubmissionException(SubmissionFault.Malformed, e.Message, e);
        }

        G1 actual = Proofs.Commitment.Commit(srs, update.Entries, update.Blinder, cancellationToken);
        return actual == Commitment
            ? update
            : throw new InvalidSubmissionException(
                SubmissionFault.Mismatch, $"the update commits to {actual}, its trainer posted {Commitment}");
    }

    private static byte[] Info(RoundId round) => [.. Domain, .. round.ToBytes()];
}
