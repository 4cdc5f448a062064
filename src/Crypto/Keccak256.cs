// Keccak-256 as Ethereum uses it: Keccak[c = 512] with the original padding byte 0x01 (not SHA-3's 0x06).
// State: 25 lanes of 64 bits, lane (x, y) at index x + 5y, little-endian. Rate 136 bytes, digest 32 bytes.
// Source: G. Bertoni et al., "The Keccak reference", version 3.0.

using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Marketplace.Crypto;

/// <summary>The Keccak-256 hash of the Ethereum yellow paper, at once or incrementally. Not thread-safe.</summary>
public sealed class Keccak256
{
    /// <summary>Length of a digest in bytes.</summary>
    public const int HashSize = 32;

    private const int Rate = 136;

    private static ReadOnlySpan<ulong> RoundConstants =>
    [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000, 0x000000000000808B,
        0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008A, 0x0000000000000088,
        0x0000000080008009, 0x000000008000000A, 0x000000008000808B, 0x800000000000008B, 0x8000000000008089,
        0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800A, 0x800000008000000A,
        0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    // Lane rotations of step rho and the target lanes of step pi, both along pi's single cycle that starts at lane 1.
    private static ReadOnlySpan<byte> Rotations =>
        [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44];

    private static ReadOnlySpan<byte> Targets =>
        [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1];

    private readonly ulong[] _state = new ulong[25];
    private readonly byte[] _block = new byte[Rate];
    private int _filled;

    /// <summary>The 32-byte digest of <paramref name="data"/>.</summary>
    public static byte[] HashData(ReadOnlySpan<byte> data)
    {
        byte[] hash = new byte[HashSize];
        HashData(data, hash);
        return hash;
    }

    /// <summary>Writes the digest of <paramref name="data"/> to the first 32 bytes of <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentException">The destination has fewer than 32 bytes.</exception>
    [SkipLocalsInit]
    public static void HashData(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        Span<ulong> state = stackalloc ulong[25];
        state.Clear();
        while (data.Length >= Rate)
        {
            Absorb(state, data[..Rate]);
            data = data[Rate..];
        }

        Span<byte> last = stackalloc byte[Rate];
        data.CopyTo(last);
        Finish(state, last, data.Length, destination);
    }

    /// <summary>Appends bytes to the message.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        if (_filled > 0)
        {
            int taken = Math.Min(Rate - _filled, data.Length);
            data[..taken].CopyTo(_block.AsSpan(_filled));
            _filled += taken;
            data = data[taken..];
            if (_filled < Rate) return;
            Absorb(_state, _block);
            _filled = 0;
        }

        while (data.Length >= Rate)
        {
            Absorb(_state, data[..Rate]);
            data = data[Rate..];
        }

        data.CopyTo(_block);
        _filled = data.Length;
    }

    /// <summary>The digest of everything appended; afterwards the instance is ready for a new message.</summary>
    public byte[] GetHashAndReset()
    {
        byte[] hash = new byte[HashSize];
        Finish(_state, _block, _filled, hash);
        Array.Clear(_state);
        Array.Clear(_block);
        _filled = 0;
        return hash;
    }

    private static void Finish(Span<ulong> state, Span<byte> block, int filled, Span<byte> destination)
    {
        if (destination.Length < HashSize)
            throw new ArgumentException($"A Keccak-256 digest needs {HashSize} bytes, the destination has {destination.Length}.");
        block[filled..].Clear();
        block[filled] = 0x01;
        block[Rate - 1] |= 0x80;
        Absorb(state, block);
        for (int i = 0; i < HashSize / 8; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(destination[(8 * i)..], state[i]);
    }

    private static void Absorb(Span<ulong> state, ReadOnlySpan<byte> block)
    {
        for (int i = 0; i < Rate / 8; i++)
            state[i] ^= BinaryPrimitives.ReadUInt64LittleEndian(block[(8 * i)..]);
        Permute(state[..25]);
    }

    [SkipLocalsInit]
    private static void Permute(Span<ulong> a)
    {
        Span<ulong> parity = stackalloc ulong[5];
        for (int round = 0; round < 24; round++)
        {
            // theta: add to each lane the parities of two neighbouring columns.
            for (int x = 0; x < 5; x++)
                parity[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
            for (int x = 0; x < 5; x++)
            {
                ulong d = parity[x == 0 ? 4 : x - 1] ^ BitOperations.RotateLeft(parity[x == 4 ? 0 : x + 1], 1);
                for (int y = 0; y < 25; y += 5) a[x + y] ^= d;
            }

            // rho and pi: rotate the lanes and move them along one cycle.
            ulong moving = a[1];
            for (int i = 0; i < 24; i++)
            {
                int target = Targets[i];
                (moving, a[target]) = (a[target], BitOperations.RotateLeft(moving, Rotations[i]));
            }

            // chi: the only non-linear step, row by row.
            for (int y = 0; y < 25; y += 5)
            {
                ulong a0 = a[y], a1 = a[y + 1], a2 = a[y + 2], a3 = a[y + 3], a4 = a[y + 4];
                a[y] = a0 ^ (~a1 & a2);
                a[y + 1] = a1 ^ (~a2 & a3);
                a[y + 2] = a2 ^ (~a3 & a4);
                a[y + 3] = a3 ^ (~a4 & a0);
                a[y + 4] = a4 ^ (~a0 & a1);
            }

            // iota
            a[0] ^= RoundConstants[round];
        }
    }
}
