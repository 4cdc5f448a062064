using System.Numerics;

namespace Marketplace.Laboratory.Games;

/// <summary>What each coalition of a few players is worth. Values are computed when asked for, once each.</summary>
/// <param name="players">n: number of players, 1 to 20; bit i of a coalition is player i.</param>
/// <param name="value">v: from a coalition to its worth; not asked for the empty one, which is worth 0.</param>
public sealed class CoalitionGame(int players, Func<uint, double> value)
{
    private readonly Dictionary<uint, double> _values = new() { [0] = 0 };

    /// <summary>n.</summary>
    public int Players { get; } = players is >= 1 and <= 20
        ? players
        : throw new ArgumentOutOfRangeException(nameof(players), players, "expected 1 to 20 players");

    /// <summary>All players.</summary>
    public uint Everybody => (1u << Players) - 1;

    /// <summary>How many coalitions have been evaluated.</summary>
    public int Evaluations => _values.Count - 1;

    /// <summary>v(S).</summary>
    public double Value(uint coalition)
    {
        if (!_values.TryGetValue(coalition, out double worth))
            _values[coalition] = worth = value(coalition);
        return worth;
    }

    /// <summary>v(S ∪ {i}) − v(S).</summary>
    public double Marginal(int player, uint others) => Value(others | 1u << player) - Value(others);

    /// <summary>
    /// Every player's mean marginal over all orders, exactly, by all 2^n coalitions (Shapley, "A value for n-person games", 1953).
    /// </summary>
    public double[] Shapley()
    {
        // A coalition of s others comes before a player in s!·(n − 1 − s)! of n! orders.
        var weights = new double[Players];
        weights[0] = 1.0 / Players;
        for (int size = 1; size < Players; size++)
            weights[size] = weights[size - 1] * size / (Players - size);
        return MeanMarginals(size => weights[size]);
    }

    /// <summary>Every player's mean marginal over all coalitions of others (Banzhaf, "Weighted voting doesn't work", 1965).</summary>
    public double[] Banzhaf() => MeanMarginals(_ => 1.0 / (1u << (Players - 1)));

    private double[] MeanMarginals(Func<int, double> weight)
    {
        var result = new double[Players];
        for (uint coalition = 0; coalition <= Everybody; coalition++)
        {
            for (int player = 0; player < Players; player++)
            {
                if ((coalition >> player & 1) == 0)
                    result[player] += weight(BitOperations.PopCount(coalition)) * Marginal(player, coalition);
            }
        }

        return result;
    }
}
