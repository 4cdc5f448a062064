// scrypt, RFC 7914. Words are little-endian; a block has 2r chunks of 64 bytes.

using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Marketplace.Chain.Keystores;

/// <summary>The password hash scrypt (RFC 7914), which needs 128·N·r bytes of memory.</summary>
public static class Scrypt
{
    /// <summary>Derives a key.</summary>
    /// <param name="password">The password's bytes.</param>
    /// <param name="salt">The salt.</param>
    /// <param name="n">Cost N: a power of two, at least 2.</param>
    /// <param name="r">Block size factor.</param>
    /// <param name="p">Number of mixings, done one after the other.</param>
    /// <param name="length">Bytes of the key.</param>
    /// <param name="cancellationToken">Stops between mixings of a block.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range, or the memory exceeds 2 GiB.</exception>
    public static byte[] DeriveKey(
        ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int n, int r, int p, int length, CancellationToken cancellationToken = default)
    {
        if (n < 2 || !BitOperations.IsPow2(n)) throw new ArgumentOutOfRangeException(nameof(n), n, "Expected a power of two from 2.");
        ArgumentOutOfRangeException.ThrowIfLessThan(r, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(p, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        if (128L * n * r > int.MaxValue || 128L * r * p > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(n), $"N = {n}, r = {r}, p = {p} needs more than 2 GiB of memory.");

        int blockWords = 32 * r;
        byte[] blocks = Rfc2898DeriveBytes.Pbkdf2(password, salt, 1, HashAlgorithmName.SHA256, 128 * r * p);
        uint[] table = new uint[n * blockWords];
        uint[] scratch = new uint[2 * blockWords];
        try
        {
            Span<uint> words = MemoryMarshal.Cast<byte, uint>(blocks.AsSpan());
            SwapIfBigEndian(words);
            for (int i = 0; i < p; i++) Mix(words.Slice(i * blockWords, blockWords), table, scratch, n, cancellationToken);
            SwapIfBigEndian(words);
            return Rfc2898DeriveBytes.Pbkdf2(password, blocks, 1, HashAlgorithmName.SHA256, length);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(blocks);
            Array.Clear(table);
            Array.Clear(scratch);
        }
    }

    /// <summary>scryptROMix, section 5.</summary>
    private static void Mix(Span<uint> block, Span<uint> table, Span<uint> scratch, int n, CancellationToken cancellationToken)
    {
        int size = block.Length;
        Span<uint> x = scratch[..size];
        Span<uint> y = scratch[size..];
        block.CopyTo(x);
        for (int i = 0; i < n; i++)
        {
            if (i % 1024 == 0) cancellationToken.ThrowIfCancellationRequested();
            x.CopyTo(table.Slice(i * size, size));
            MixBlock(x, y);
        }

        for (int i = 0; i < n; i++)
        {
            if (i % 1024 == 0) cancellationToken.ThrowIfCancellationRequested();
            int j = (int)(x[size - 16] & (uint)(n - 1));
            Span<uint> row = table.Slice(j * size, size);
            for (int k = 0; k < size; k++) x[k] ^= row[k];
            MixBlock(x, y);
        }

        x.CopyTo(block);
    }

    /// <summary>scryptBlockMix, section 4: even chunks go to the first half, odd ones to the second.</summary>
    private static void MixBlock(Span<uint> block, Span<uint> scratch)
    {
        int chunks = block.Length / 16;
        Span<uint> chain = stackalloc uint[16];
        block[^16..].CopyTo(chain);
        for (int i = 0; i < chunks; i++)
        {
            ReadOnlySpan<uint> chunk = block.Slice(16 * i, 16);
            for (int k = 0; k < 16; k++) chain[k] ^= chunk[k];
            Salsa208(chain);
            chain.CopyTo(scratch.Slice(16 * (i / 2 + i % 2 * (chunks / 2)), 16));
        }

        scratch.CopyTo(block);
    }

    /// <summary>Salsa20/8, section 3.</summary>
    private static void Salsa208(Span<uint> b)
    {
        uint x0 = b[0], x1 = b[1], x2 = b[2], x3 = b[3], x4 = b[4], x5 = b[5], x6 = b[6], x7 = b[7];
        uint x8 = b[8], x9 = b[9], x10 = b[10], x11 = b[11], x12 = b[12], x13 = b[13], x14 = b[14], x15 = b[15];
        for (int round = 0; round < 4; round++)
        {
            Quarter(ref x0, ref x4, ref x8, ref x12);
            Quarter(ref x5, ref x9, ref x13, ref x1);
            Quarter(ref x10, ref x14, ref x2, ref x6);
            Quarter(ref x15, ref x3, ref x7, ref x11);
            Quarter(ref x0, ref x1, ref x2, ref x3);
            Quarter(ref x5, ref x6, ref x7, ref x4);
            Quarter(ref x10, ref x11, ref x8, ref x9);
            Quarter(ref x15, ref x12, ref x13, ref x14);
        }

        b[0] += x0; b[1] += x1; b[2] += x2; b[3] += x3; b[4] += x4; b[5] += x5; b[6] += x6; b[7] += x7;
        b[8] += x8; b[9] += x9; b[10] += x10; b[11] += x11; b[12] += x12; b[13] += x13; b[14] += x14; b[15] += x15;
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    private static void Quarter(ref uint a, ref uint b, ref uint c, ref uint d)
    {
        b ^= BitOperations.RotateLeft(a + d, 7);
        c ^= BitOperations.RotateLeft(b + a, 9);
        d ^= BitOperations.RotateLeft(c + b, 13);
        a ^= BitOperations.RotateLeft(d + c, 18);
    }

    private static void SwapIfBigEndian(Span<uint> words)
    {
        if (BitConverter.IsLittleEndian) return;
        System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(words, words);
    }
}
