using Org.BouncyCastle.Crypto.Digests;

namespace Marketplace.Crypto;

/// <summary>
/// Keccak-256 as Ethereum uses it: Keccak[c = 512] with the original padding byte 0x01, not SHA-3's 0x06 (G. Bertoni et al.,
/// "The Keccak reference", version 3.0).
/// </summary>
public static class Keccak256
{
    /// <summary>Length of a digest in bytes.</summary>
    public const int HashSize = 32;

    // A digest's state is not thread-safe, and one a thread spares an allocation a hash. Finishing a hash clears it.
    [ThreadStatic]
    private static KeccakDigest? _digest;

    /// <summary>The 32-byte digest of <paramref name="data"/>.</summary>
    public static byte[] HashData(ReadOnlySpan<byte> data)
    {
        byte[] hash = new byte[HashSize];
        HashData(data, hash);
        return hash;
    }

    /// <summary>Writes the digest of <paramref name="data"/> to the first 32 bytes of <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentException">The destination has fewer than 32 bytes.</exception>
    public static void HashData(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        if (destination.Length < HashSize)
        {
            throw new ArgumentException(
                $"A Keccak-256 digest needs {HashSize} bytes, the destination has {destination.Length}.", nameof(destination));
        }

        KeccakDigest digest = _digest ??= new KeccakDigest(8 * HashSize);
        digest.BlockUpdate(data);
        digest.DoFinal(destination);
    }
}
