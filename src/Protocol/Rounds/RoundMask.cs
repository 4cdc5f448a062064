using System.Numerics;

namespace Marketplace.Protocol.Rounds;

/// <summary>A set of a round's submissions, or of its seats, as the contract writes it: bit k is set when number k is in it.</summary>
public readonly record struct RoundMask(uint Bits)
{
    /// <param name="bits">An unsigned word; what lies above the last seat is left out.</param>
    public RoundMask(BigInteger bits)
        : this((uint)(bits & uint.MaxValue))
    {
    }

    public int Count => BitOperations.PopCount(Bits);

    /// <param name="members">For each number from 0, whether it is in the set.</param>
    public static RoundMask Of(IEnumerable<bool> members) =>
        new(members.Select((isMember, k) => isMember ? 1u << k : 0).Aggregate(0u, (bits, bit) => bits | bit));

    public bool Contains(int k) => k is >= 0 and < MarketLimits.Seats && (Bits >> k & 1) != 0;
}
