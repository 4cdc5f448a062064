using Org.BouncyCastle.Crypto.Generators;

namespace Marketplace.Crypto;

/// <summary>The password hash scrypt (RFC 7914), within limits: it takes 128·N·r bytes of memory and time in N·r·p.</summary>
public static class Scrypt
{
    // The largest that wallets write are N = 2^18, r = 8, p = 1: 256 MiB and a second or two.
    private const long MaxMemory = 512L << 20;
    private const long MaxWork = 1L << 23;

    /// <summary>Why a key is not derived at these costs, which come from files of anybody; null when it is.</summary>
    /// <param name="n">Cost N: a power of two, at least 2, and below 2^(16·r).</param>
    /// <param name="r">Block size factor, at least 1.</param>
    /// <param name="p">Number of mixings, one after the other, at least 1.</param>
    public static string? Refuse(long n, long r, long p)
    {
        bool isDefined = n is >= 2 and <= int.MaxValue && (n & (n - 1)) == 0 && r is >= 1 and <= 1024 && p is >= 1 and <= 1024
            && (r > 1 || n < 1 << 16);
        return isDefined && 128 * n * r <= MaxMemory && n * r * p <= MaxWork
            ? null
            : $"The scrypt parameters n = {n}, r = {r}, p = {p} are refused: n must be a power of two below 2^(16·r), r and p 1 to "
            + $"1024, 128·n·r at most {MaxMemory} bytes, n·r·p at most {MaxWork}. Have the file's wallet write it again with "
            + "n = 262144, r = 8, p = 1.";
    }

    /// <summary>Derives a key; once begun, this cannot be stopped, and takes seconds at most.</summary>
    /// <param name="password">The password's bytes.</param>
    /// <param name="salt">The salt.</param>
    /// <param name="n">As for <see cref="Refuse"/>.</param>
    /// <param name="r">As for <see cref="Refuse"/>.</param>
    /// <param name="p">As for <see cref="Refuse"/>.</param>
    /// <param name="length">Bytes of the key, at least 1.</param>
    /// <exception cref="ArgumentException"><see cref="Refuse"/> refuses the costs.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    public static byte[] DeriveKey(byte[] password, byte[] salt, int n, int r, int p, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        if (Refuse(n, r, p) is { } refusal) throw new ArgumentException(refusal);
        return SCrypt.Generate(password, salt, n, r, p, length);
    }
}
