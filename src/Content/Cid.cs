using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Marketplace.Content;

/// <summary>What a block's bytes are: the multicodecs that occur in files.</summary>
public enum CidCodec : byte
{
    /// <summary>The bytes themselves: a leaf of a file.</summary>
    Raw = 0x55,

    /// <summary>A DAG-PB node with links: the inside of a file.</summary>
    DagPb = 0x70,
}

/// <summary>
/// A content identifier (https://github.com/multiformats/cid): the SHA-256 digest of a block and what the block is. Version 1 is
/// codec and multihash; version 0 is the bare multihash, always DAG-PB. Only sha2-256 with its full 32 bytes is accepted. The
/// default value is no identifier: its codec is 0.
/// </summary>
public readonly record struct Cid : ISpanParsable<Cid>
{
    /// <summary>Bytes of a digest.</summary>
    public const int DigestSize = 32;

    /// <summary>Bytes of the binary form of version 1.</summary>
    public const int BinarySize = 4 + DigestSize;

    private const byte Sha2256 = 0x12;

    private readonly ulong _digest0, _digest1, _digest2, _digest3;

    /// <summary>Makes a version 1 CID from what the chain stores.</summary>
    /// <param name="codec">Raw or DAG-PB.</param>
    /// <param name="digest">The SHA-256 digest of the block, 32 bytes.</param>
    /// <exception cref="ArgumentException">Another codec, or not 32 bytes.</exception>
    public Cid(CidCodec codec, ReadOnlySpan<byte> digest)
        : this(1, codec, digest)
    {
    }

    private Cid(int version, CidCodec codec, ReadOnlySpan<byte> digest)
    {
        if (codec is not (CidCodec.Raw or CidCodec.DagPb))
        {
            throw new ArgumentException(
                $"The codec of a file is 0x55 (raw) or 0x70 (dag-pb); 0x{(byte)codec:x2} came.", nameof(codec));
        }

        if (digest.Length != DigestSize)
            throw new ArgumentException($"A SHA-256 digest has {DigestSize} bytes; {digest.Length} came.", nameof(digest));
        Version = version;
        Codec = codec;
        _digest0 = BinaryPrimitives.ReadUInt64BigEndian(digest);
        _digest1 = BinaryPrimitives.ReadUInt64BigEndian(digest[8..]);
        _digest2 = BinaryPrimitives.ReadUInt64BigEndian(digest[16..]);
        _digest3 = BinaryPrimitives.ReadUInt64BigEndian(digest[24..]);
    }

    /// <summary>0 or 1: only the text and the binary form differ.</summary>
    public int Version { get; }

    /// <summary>What the block is.</summary>
    public CidCodec Codec { get; }

    /// <summary>The SHA-256 digest of the block: a new array of 32 bytes.</summary>
    public byte[] Digest
    {
        get
        {
            byte[] digest = new byte[DigestSize];
            CopyDigest(digest);
            return digest;
        }
    }

    /// <summary>The version 1 CID of a block.</summary>
    public static Cid Of(CidCodec codec, ReadOnlySpan<byte> block)
    {
        Span<byte> digest = stackalloc byte[DigestSize];
        SHA256.HashData(block, digest);
        return new Cid(codec, digest);
    }

    /// <summary>Whether these are the bytes that this CID names.</summary>
    public bool Matches(ReadOnlySpan<byte> block)
    {
        Span<byte> actual = stackalloc byte[DigestSize], wanted = stackalloc byte[DigestSize];
        SHA256.HashData(block, actual);
        CopyDigest(wanted);
        return actual.SequenceEqual(wanted);
    }

    /// <summary>Refuses the default value where content is asked for.</summary>
    /// <exception cref="ArgumentException">It is the default value.</exception>
    internal void ThrowIfDefault()
    {
        if (Codec == 0)
            throw new ArgumentException("No CID was given: this is the type's default value. Parse one or take the chain's.");
    }

    /// <summary>The same content in version 1.</summary>
    public Cid ToVersion1() => Version == 1 ? this : new Cid(1, Codec, Digest);

    /// <summary>Writes the digest's 32 bytes.</summary>
    public void CopyDigest(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _digest0);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _digest1);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _digest2);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _digest3);
    }

    /// <summary>The binary form: [1, codec,] 0x12, 32, digest.</summary>
    public byte[] ToBytes() =>
        Version == 0 ? [Sha2256, DigestSize, .. Digest] : [1, (byte)Codec, Sha2256, DigestSize, .. Digest];

    /// <summary>Reads exactly one binary CID.</summary>
    /// <returns>Whether it was one, with nothing before or after.</returns>
    public static bool TryFromBytes(ReadOnlySpan<byte> bytes, out Cid cid)
    {
        cid = default;
        int version = 0;
        ulong codec = (ulong)CidCodec.DagPb;
        if (bytes.Length != 2 + DigestSize || bytes[0] != Sha2256)
        {
            if (!TakeVarint(ref bytes, out ulong number) || number != 1 || !TakeVarint(ref bytes, out codec))
                return false;
            version = 1;
        }

        // The multihash: function, length, digest.
        if (!TakeVarint(ref bytes, out ulong function) || function != Sha2256 ||
            !TakeVarint(ref bytes, out ulong length) || length != DigestSize || bytes.Length != DigestSize ||
            codec is not ((ulong)CidCodec.Raw or (ulong)CidCodec.DagPb))
        {
            return false;
        }

        cid = new Cid(version, (CidCodec)codec, bytes);
        return true;
    }

    /// <summary>Reads a CID in any of <see cref="Multibase"/>'s forms, or a version 0 CID (Qm…).</summary>
    /// <exception cref="FormatException">It is none, or not of a kind that occurs in files.</exception>
    public static Cid Parse(string text) => Parse(text.AsSpan(), null);

    /// <inheritdoc cref="Parse(string)"/>
    public static Cid Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    /// <inheritdoc cref="Parse(string)"/>
    public static Cid Parse(ReadOnlySpan<char> s, IFormatProvider? provider)
    {
        if (TryParse(s, provider, out Cid cid))
            return cid;
        string shown = s.Length <= Multibase.MaxLength ? s.ToString() : $"{s[..Multibase.MaxLength]}… ({s.Length} characters)";
        throw new FormatException(
            $"'{shown}' is not the CID of a file. Expected a version 1 CID (codec raw or dag-pb, sha2-256) such as bafkrei… or " +
            "bafybei…, or a version 0 CID Qm….");
    }

    /// <summary>Reads a CID; see <see cref="Parse(string)"/>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Cid cid) => TryParse(text.AsSpan(), null, out cid);

    /// <inheritdoc cref="TryParse(string, out Cid)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Cid result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc cref="TryParse(string, out Cid)"/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Cid result)
    {
        // A version 0 CID has no letter for its base, and never takes one.
        bool bare = s.Length == 46 && s.StartsWith("Qm", StringComparison.Ordinal);
        byte[]? bytes = bare ? Multibase.DecodeBase58(s) : Multibase.Decode(s);
        if (bytes is not null && TryFromBytes(bytes, out result) && (result.Version == 0) == bare)
            return true;
        result = default;
        return false;
    }

    /// <summary>Base32 in version 1, base58btc in version 0.</summary>
    public override string ToString() =>
        Codec == 0 ? "(no CID)" : Version == 0 ? Multibase.EncodeBase58(ToBytes()) : Multibase.EncodeBase32(ToBytes());

    private static bool TakeVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        if (!Varint.TryRead(bytes, out value, out int size))
            return false;
        bytes = bytes[size..];
        return true;
    }
}
