using Marketplace.Laboratory.Games;
using Marketplace.Laboratory.Rounds;
using Marketplace.Learning.Numerics;

namespace Marketplace.Laboratory.Methods;

/// <summary>
/// Guided truncation gradient Shapley (Liu et al., "GTG-Shapley: efficient and accurate participant contribution evaluation in federated learning",
/// ACM TIST 2022): rounds that change little are passed over, orders are cut off, each player comes first equally often, and sampling ends when
/// the values stay.
/// </summary>
/// <param name="roundThreshold">A round whose updates change the loss by less, in nats, is passed over.</param>
/// <param name="threshold">An order is cut off where less than this, in nats, is left to be shared.</param>
public sealed class GtgShapley(double roundThreshold = 0.002, double threshold = 0.002) : IContributionMethod
{
    private const ulong Stream = 0x677467;
    private const int MaxBlocks = 30, SettledBlocks = 3;
    private const double SettledChange = 0.05;

    /// <inheritdoc/>
    public string Name => "GTG-Shapley";

    /// <inheritdoc/>
    public Credit Judge(Project project) => RoundByRound.AddSampled(project, Stream, Estimate);

    /// <summary>Each player's value.</summary>
    public double[] Estimate(CoalitionGame game, RandomStream random)
    {
        var sums = new double[game.Players];
        double all = game.Value(game.Everybody);
        if (Math.Abs(all) < roundThreshold)
            return sums;
        double[] last = sums;
        int settled = 0;
        for (int block = 1; block <= MaxBlocks; block++)
        {
            // One order for each player at its head.
            for (int first = 0; first < game.Players; first++)
                Walk(game, [first, .. Shuffled(game.Players, first, random)], all, sums);
            double[] values = [.. sums.Select(sum => sum / (block * game.Players))];
            double change = Enumerable.Range(0, values.Length).Average(i => Math.Abs(values[i] - last[i]) / (Math.Abs(values[i]) + 1e-12));
            settled = change < SettledChange ? settled + 1 : 0;
            last = values;
            if (settled == SettledBlocks)
                break;
        }

        return last;
    }

    private void Walk(CoalitionGame game, int[] order, double all, double[] sums)
    {
        uint before = 0;
        foreach (int player in order)
        {
            if (Math.Abs(all - game.Value(before)) < threshold)
                return;
            sums[player] += game.Marginal(player, before);
            before |= 1u << player;
        }
    }

    private static int[] Shuffled(int players, int without, RandomStream random)
    {
        int[] order = [.. Enumerable.Range(0, players).Where(player => player != without)];
        random.Shuffle(order.AsSpan());
        return order;
    }
}
