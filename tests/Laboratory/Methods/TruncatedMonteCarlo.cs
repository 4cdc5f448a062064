using Marketplace.Laboratory.Games;
using Marketplace.Laboratory.Rounds;
using Marketplace.Learning.Numerics;

namespace Marketplace.Laboratory.Methods;

/// <summary>
/// Mean marginals over random orders, each cut off where what comes before is worth nearly as much as everybody (Ghorbani and Zou, "Data Shapley",
/// ICML 2019), for each round's updates.
/// </summary>
/// <param name="orders">Random orders a round, at least 1.</param>
/// <param name="tolerance">What counts as nearly, as a share of what everybody is worth.</param>
public sealed class TruncatedMonteCarlo(int orders = 10, double tolerance = 0.01) : IContributionMethod
{
    private const ulong Stream = 0x746D63;

    /// <inheritdoc/>
    public string Name => "TMC-Shapley";

    /// <inheritdoc/>
    public Credit Judge(Project project) => RoundByRound.AddSampled(project, Stream, Estimate);

    /// <summary>Each player's value.</summary>
    public double[] Estimate(CoalitionGame game, RandomStream random)
    {
        var values = new double[game.Players];
        double all = game.Value(game.Everybody);
        int[] order = [.. Enumerable.Range(0, game.Players)];
        for (int sample = 0; sample < orders; sample++)
        {
            random.Shuffle(order.AsSpan());
            uint before = 0;
            foreach (int player in order)
            {
                if (Math.Abs(all - game.Value(before)) <= tolerance * Math.Abs(all))
                    break;
                values[player] += game.Marginal(player, before) / orders;
                before |= 1u << player;
            }
        }

        return values;
    }
}
