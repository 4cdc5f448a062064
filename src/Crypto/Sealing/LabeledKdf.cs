using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Marketplace.Crypto.Sealing;

/// <summary>
/// LabeledExtract and LabeledExpand of RFC 9180, section 4, over HKDF-SHA256: every call is bound to the protocol's version, to a
/// suite identifier and to a label.
/// </summary>
internal sealed class LabeledKdf(byte[] suiteId)
{
    /// <summary>Bytes of a pseudo-random key: Nh of HKDF-SHA256.</summary>
    public const int HashSize = SHA256.HashSizeInBytes;

    /// <summary>DHKEM(P-256, HKDF-SHA256), RFC 9180, section 7.1.</summary>
    public const ushort KemId = 0x0010;

    /// <summary>HKDF-SHA256, RFC 9180, section 7.2.</summary>
    public const ushort KdfId = 0x0001;

    private static ReadOnlySpan<byte> Version => "HPKE-v1"u8;

    /// <summary>The functions inside the key encapsulation: suite identifier "KEM" ‖ kem_id.</summary>
    public static LabeledKdf Kem { get; } = new([.. "KEM"u8, .. Word(KemId)]);

    /// <summary>The functions of the key schedule: suite identifier "HPKE" ‖ kem_id ‖ kdf_id ‖ aead_id.</summary>
    public static LabeledKdf ForSuite(ushort aeadId) => new([.. "HPKE"u8, .. Word(KemId), .. Word(KdfId), .. Word(aeadId)]);

    public byte[] Extract(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> ikm)
    {
        byte[] labeled = [.. Version, .. suiteId, .. label, .. ikm];
        byte[] pseudoRandomKey = new byte[HashSize];
        HKDF.Extract(HashAlgorithmName.SHA256, labeled, salt, pseudoRandomKey);
        CryptographicOperations.ZeroMemory(labeled);
        return pseudoRandomKey;
    }

    public void Expand(ReadOnlySpan<byte> pseudoRandomKey, ReadOnlySpan<byte> label, ReadOnlySpan<byte> info, Span<byte> output)
    {
        byte[] labeled = [.. Word(checked((ushort)output.Length)), .. Version, .. suiteId, .. label, .. info];
        HKDF.Expand(HashAlgorithmName.SHA256, pseudoRandomKey, output, labeled);
    }

    public byte[] Expand(ReadOnlySpan<byte> pseudoRandomKey, ReadOnlySpan<byte> label, ReadOnlySpan<byte> info, int length)
    {
        byte[] output = new byte[length];
        Expand(pseudoRandomKey, label, info, output);
        return output;
    }

    private static byte[] Word(ushort value)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return bytes;
    }
}
