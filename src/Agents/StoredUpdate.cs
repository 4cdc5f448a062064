using System.Buffers.Binary;
using Marketplace.Algebra.Curves;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Crypto.Sealing;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Agents;

/// <summary>What a party has decided about a round, kept so that it is decided once: training again may give another update.</summary>
/// <param name="Model">The model that the update starts from.</param>
/// <param name="HyperParameters">The round's.</param>
/// <param name="Update">A trainer's update or the aggregator's reference, with the blinder of its commitment.</param>
/// <param name="Commitment">The commitment to <paramref name="Update"/>.</param>
/// <param name="Sealing">A trainer's: the sealed update and what opens it; null for the aggregator.</param>
/// <remarks>
/// Encoded, integers big-endian: version 1 byte = 3 | learning rate 4 | epochs 2 | batch size 2 | model's codec 8 and digest 32 |
/// commitment 64 | length of the update 4 | update, and a trainer's: seed 32 | payload.
/// </remarks>
public sealed record StoredUpdate(
    Cid Model, HyperParameters HyperParameters, BlindedUpdate Update, G1 Commitment, StoredUpdate.SealedPayload? Sealing = null)
{
    private const byte Version = 3;
    private const int HeaderLength = 1 + 4 + 2 + 2 + 8 + 32 + 64 + 4;
    private const int SeedLength = SealingKey.MinimumInputKeyMaterial;

    /// <summary>What a trainer has sealed.</summary>
    /// <param name="Payload">The sealed update as it is published.</param>
    /// <param name="EphemeralSeed">Of the key that it was sealed with, which a court may have to see.</param>
    public sealed record SealedPayload(byte[] Payload, byte[] EphemeralSeed);

    /// <summary>Upper bound of an encoded entry's length for vectors of length <paramref name="dimension"/>.</summary>
    public static int MaxLength(int dimension) =>
        HeaderLength + BlindedUpdate.MaxLength(dimension) + SeedLength + SealedUpdate.MaxLength(dimension);

    public byte[] Encode()
    {
        byte[] update = Update.Encode(), sealing = Sealing is { } made ? [.. made.EphemeralSeed, .. made.Payload] : [];
        var bytes = new byte[HeaderLength + update.Length + sealing.Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), HyperParameters.LearningRate);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(5), HyperParameters.LocalEpochs);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(7), HyperParameters.BatchSize);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(9), (ulong)Model.Codec);
        Model.Digest.CopyTo(bytes.AsSpan(17));
        Commitment.WriteBytes(bytes.AsSpan(49, 64));
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(113), update.Length);
        update.CopyTo(bytes, HeaderLength);
        sealing.CopyTo(bytes, HeaderLength + update.Length);
        return bytes;
    }

    /// <exception cref="FormatException">The bytes are no entry for vectors of that length.</exception>
    public static StoredUpdate Decode(ReadOnlySpan<byte> bytes, int dimension, int fractionBits)
    {
        if (bytes.Length < HeaderLength || bytes[0] != Version)
            throw new FormatException($"expected an entry of version {Version} with at least {HeaderLength} bytes, got {bytes.Length} bytes");
        int length = BinaryPrimitives.ReadInt32BigEndian(bytes[113..]);
        if (length < 0 || length > bytes.Length - HeaderLength)
            throw new FormatException($"the entry says that its update has {length} bytes, {bytes.Length - HeaderLength} are there");
        ReadOnlySpan<byte> sealing = bytes[(HeaderLength + length)..];
        if (sealing.Length is > 0 and < SeedLength)
            throw new FormatException($"the entry ends after {sealing.Length} of {SeedLength} bytes of its seed");
        return new StoredUpdate(
            new Cid((CidCodec)BinaryPrimitives.ReadUInt64BigEndian(bytes[9..]), bytes.Slice(17, 32).ToArray()),
            new HyperParameters(
                BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]),
                BinaryPrimitives.ReadUInt16BigEndian(bytes[5..]),
                BinaryPrimitives.ReadUInt16BigEndian(bytes[7..])),
            BlindedUpdate.Decode(bytes.Slice(HeaderLength, length), dimension, fractionBits),
            G1.FromBytes(bytes.Slice(49, 64)),
            sealing.IsEmpty ? null : new SealedPayload(sealing[SeedLength..].ToArray(), sealing[..SeedLength].ToArray()));
    }
}
