using System.Security.Cryptography;

namespace Marketplace.Crypto.Sealing;

/// <summary>
/// A P-256 public key to which payloads are sealed: an affine point that has been checked to be on the curve. Immutable, compared
/// by value.
/// </summary>
public sealed class SealingPublicKey : IEquatable<SealingPublicKey>
{
    /// <summary>Bytes of the uncompressed form 0x04 ‖ X ‖ Y (SEC 1, section 2.3.3).</summary>
    public const int UncompressedSize = P256.PointSize;

    private readonly byte[] _uncompressed;

    private SealingPublicKey(byte[] uncompressed) => _uncompressed = uncompressed;

    /// <summary>The affine x coordinate, 32 bytes, big-endian.</summary>
    public ReadOnlyMemory<byte> X => _uncompressed.AsMemory(1, P256.Size);

    /// <summary>The affine y coordinate, 32 bytes, big-endian.</summary>
    public ReadOnlyMemory<byte> Y => _uncompressed.AsMemory(1 + P256.Size, P256.Size);

    /// <summary>The uncompressed form, 65 bytes.</summary>
    public ReadOnlyMemory<byte> Uncompressed => _uncompressed;

    /// <summary>Makes a key from the two coordinates, as they stand on chain.</summary>
    /// <exception cref="SealingException">A coordinate is not 32 bytes or the point is not on the curve.</exception>
    public static SealingPublicKey FromCoordinates(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        if (x.Length != P256.Size || y.Length != P256.Size)
        {
            throw new SealingException(
                $"A P-256 public key has two coordinates of {P256.Size} bytes; {x.Length} and {y.Length} bytes came.");
        }

        byte[] uncompressed = [4, .. x, .. y];
        if (!P256.IsPoint(uncompressed))
        {
            throw new SealingException(
                $"The point ({Convert.ToHexStringLower(x)}, {Convert.ToHexStringLower(y)}) is not on the curve P-256; " +
                "use the key that its owner printed or published.");
        }

        return new SealingPublicKey(uncompressed);
    }

    /// <summary>Reads the uncompressed form 0x04 ‖ X ‖ Y.</summary>
    /// <exception cref="SealingException">Wrong length or prefix, or the point is not on the curve.</exception>
    public static SealingPublicKey FromUncompressed(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != UncompressedSize || bytes[0] != 4)
        {
            throw new SealingException(
                $"An uncompressed P-256 point is {UncompressedSize} bytes and begins with 0x04; {bytes.Length} bytes came" +
                (bytes.IsEmpty ? "." : $", beginning with 0x{bytes[0]:x2}."));
        }

        return FromCoordinates(bytes.Slice(1, P256.Size), bytes[(1 + P256.Size)..]);
    }

    public bool Equals(SealingPublicKey? other) => other is not null && _uncompressed.AsSpan().SequenceEqual(other._uncompressed);

    public override bool Equals(object? obj) => Equals(obj as SealingPublicKey);

    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(_uncompressed);
        return hash.ToHashCode();
    }

    /// <summary>The uncompressed form in lower-case hexadecimal.</summary>
    public override string ToString() => Convert.ToHexStringLower(_uncompressed);

    internal ECPoint ToPoint() => new() { X = X.ToArray(), Y = Y.ToArray() };
}
