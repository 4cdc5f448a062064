using System.Numerics;

namespace Marketplace.Laboratory.Aggregators;

/// <summary>Subsets of few things.</summary>
internal static class Subsets
{
    /// <summary>All subsets of one size.</summary>
    /// <param name="count">How many things there are, at most 20: all 2^n subsets are looked at.</param>
    /// <param name="size">How many a subset has.</param>
    public static IEnumerable<int[]> Of(int count, int size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 20);
        return Enumerable.Range(0, 1 << count).Where(mask => BitOperations.PopCount((uint)mask) == size)
            .Select(mask => Enumerable.Range(0, count).Where(i => (mask >> i & 1) == 1).ToArray());
    }
}
