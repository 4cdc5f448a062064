using System.Buffers.Binary;
using Marketplace.Crypto;

namespace Marketplace.Protocol.Cohorts;

/// <summary>
/// The draw of a round's cohort; the twin of contracts/libraries/Cohort.sol. At most <see cref="Seats"/> trainers take
/// part in one round. With no more trainers than that, a trainer's seat is its index in the order of joining. With more,
/// a permutation π keyed by the round's seed draws them: trainer i has seat π(i) and takes part when π(i) is below
/// <see cref="Seats"/>.
/// </summary>
/// <remarks>
/// π is a Feistel network of four rounds over 2k bits, with the smallest k for which 2^(2k) ≥ trainers, walked along its
/// cycle until the value is below the number of trainers (J. Black, P. Rogaway, "Ciphers with arbitrary finite domains",
/// 2002). Round function: the low k bits of keccak256(seed ‖ uint8 r ‖ uint32 x).
/// </remarks>
public static class Cohort
{
    /// <summary>The most trainers that one round settles.</summary>
    public const int Seats = MarketLimits.Seats;

    private const int Rounds = 4;
    private const int SeedSize = 32;

    /// <summary>How many seats are taken when <paramref name="trainers"/> have joined.</summary>
    public static int Size(int trainers)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trainers);
        return Math.Min(Seats, trainers);
    }

    /// <summary>The seat of the trainer who joined as number <paramref name="index"/>; at least <see cref="Seats"/> when it
    /// was not drawn.</summary>
    /// <param name="seed">The round's cohort seed, 32 bytes, big-endian. Ignored while there is a seat for everybody.</param>
    /// <param name="trainers">How many have joined.</param>
    /// <param name="index">Position in the order of joining, from 0.</param>
    /// <exception cref="ArgumentException">The seed is not 32 bytes long, or the index is not below the number of trainers.</exception>
    public static int SeatOf(ReadOnlySpan<byte> seed, int trainers, int index) => Walk(seed, trainers, index, forward: true);

    /// <summary>The index, in the order of joining, of the trainer on <paramref name="seat"/>: the inverse of
    /// <see cref="SeatOf"/>.</summary>
    /// <inheritdoc cref="SeatOf" path="/exception"/>
    public static int MemberOn(ReadOnlySpan<byte> seed, int trainers, int seat) => Walk(seed, trainers, seat, forward: false);

    /// <summary>The cohort: the trainers' indices in the order of their seats.</summary>
    /// <inheritdoc cref="SeatOf" path="/exception"/>
    public static int[] Members(ReadOnlySpan<byte> seed, int trainers)
    {
        var members = new int[Size(trainers)];
        for (int seat = 0; seat < members.Length; seat++)
            members[seat] = MemberOn(seed, trainers, seat);
        return members;
    }

    private static int Walk(ReadOnlySpan<byte> seed, int trainers, int value, bool forward)
    {
        if (seed.Length != SeedSize)
            throw new ArgumentException($"A cohort seed has {SeedSize} bytes, this one has {seed.Length}.", nameof(seed));
        // A value outside would walk on a cycle that need not come back below the number of trainers.
        if (value < 0 || value >= trainers)
            throw new ArgumentOutOfRangeException(nameof(value), value, $"Expected a value from 0 to {trainers - 1}.");
        if (trainers <= Seats)
            return value;

        int halfBits = 0;
        while (1L << (2 * halfBits) < trainers)
            halfBits++;

        uint current = (uint)value;
        do
        {
            current = Permute(seed, halfBits, current, forward);
        }
        while (current >= (uint)trainers);
        return (int)current;
    }

    private static uint Permute(ReadOnlySpan<byte> seed, int halfBits, uint value, bool forward)
    {
        uint mask = (1u << halfBits) - 1;
        (uint left, uint right) = (value >> halfBits, value & mask);
        for (int step = 0; step < Rounds; step++)
        {
            (left, right) = forward
                ? (right, left ^ (RoundFunction(seed, step, right) & mask))
                : (right ^ (RoundFunction(seed, Rounds - 1 - step, left) & mask), left);
        }

        return (left << halfBits) | right;
    }

    // The low 32 bits suffice: k is at most 16.
    private static uint RoundFunction(ReadOnlySpan<byte> seed, int round, uint x)
    {
        Span<byte> input = stackalloc byte[SeedSize + 1 + sizeof(uint)];
        seed.CopyTo(input);
        input[SeedSize] = (byte)round;
        BinaryPrimitives.WriteUInt32BigEndian(input[(SeedSize + 1)..], x);
        Span<byte> hash = stackalloc byte[Keccak256.HashSize];
        Keccak256.HashData(input, hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash[^sizeof(uint)..]);
    }
}
