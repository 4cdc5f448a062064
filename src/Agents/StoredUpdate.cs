using System.Buffers.Binary;
using Marketplace.Algebra.Curves;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Agents;

/// <summary>What a party has decided about a round, kept so that it is decided once: training again may give another update.</summary>
/// <param name="Model">The model that the update starts from.</param>
/// <param name="HyperParameters">The round's.</param>
/// <param name="Update">A trainer's update or the aggregator's reference, with the blinder of its commitment.</param>
/// <param name="Commitment">The commitment to <paramref name="Update"/>.</param>
/// <param name="Attempt">A trainer's: how many other commitments somebody else had posted first.</param>
/// <param name="Payload">A trainer's: the sealed update as it is published; empty for the aggregator.</param>
/// <remarks>
/// Encoded, integers big-endian: version 1 byte = 1 | attempt 1 | learning rate 4 | epochs 2 | batch size 2 | model's codec 8 and digest 32 |
/// commitment 64 | length of the update 4 | update | payload.
/// </remarks>
public sealed record StoredUpdate(
    Cid Model, HyperParameters HyperParameters, BlindedUpdate Update, G1 Commitment, int Attempt = 0, byte[]? Payload = null)
{
    private const byte Version = 1;
    private const int HeaderLength = 2 + 4 + 2 + 2 + 8 + 32 + 64 + 4;

    /// <summary>Upper bound of an encoded entry's length for vectors of length <paramref name="dimension"/>.</summary>
    public static int MaxLength(int dimension) =>
        HeaderLength + BlindedUpdate.MaxLength(dimension) + SealedUpdate.MaxLength(dimension);

    public byte[] Encode()
    {
        byte[] update = Update.Encode(), payload = Payload ?? [];
        var bytes = new byte[HeaderLength + update.Length + payload.Length];
        (bytes[0], bytes[1]) = (Version, checked((byte)Attempt));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(2), HyperParameters.LearningRate);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(6), HyperParameters.LocalEpochs);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(8), HyperParameters.BatchSize);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(10), (ulong)Model.Codec);
        Model.Digest.CopyTo(bytes.AsSpan(18));
        Commitment.WriteBytes(bytes.AsSpan(50, 64));
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(114), update.Length);
        update.CopyTo(bytes, HeaderLength);
        payload.CopyTo(bytes, HeaderLength + update.Length);
        return bytes;
    }

    /// <exception cref="FormatException">The bytes are no entry for vectors of that length.</exception>
    public static StoredUpdate Decode(ReadOnlySpan<byte> bytes, int dimension, int fractionBits)
    {
        if (bytes.Length < HeaderLength || bytes[0] != Version)
            throw new FormatException($"expected an entry of version {Version} with at least {HeaderLength} bytes, got {bytes.Length} bytes");
        int length = BinaryPrimitives.ReadInt32BigEndian(bytes[114..]);
        if (length < 0 || length > bytes.Length - HeaderLength)
            throw new FormatException($"the entry says that its update has {length} bytes, {bytes.Length - HeaderLength} are there");
        return new StoredUpdate(
            new Cid((CidCodec)BinaryPrimitives.ReadUInt64BigEndian(bytes[10..]), bytes.Slice(18, 32).ToArray()),
            new HyperParameters(
                BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]),
                BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]),
                BinaryPrimitives.ReadUInt16BigEndian(bytes[8..])),
            BlindedUpdate.Decode(bytes.Slice(HeaderLength, length), dimension, fractionBits),
            G1.FromBytes(bytes.Slice(50, 64)),
            bytes[1],
            bytes[(HeaderLength + length)..].ToArray());
    }
}
