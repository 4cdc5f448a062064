using Marketplace.Laboratory.Games;
using Marketplace.Laboratory.Rounds;
using Marketplace.Learning.Data;
using Marketplace.Learning.Numerics;

namespace Marketplace.Laboratory.Methods;

/// <summary>What methods share that value each round's updates by the loss on some data, and add up the rounds.</summary>
internal static class RoundByRound
{
    /// <param name="project">The rounds.</param>
    /// <param name="data">What losses are measured on.</param>
    /// <param name="value">From the game of a round, and its number, to each player's value.</param>
    public static Credit Add(Project project, Dataset data, Func<CoalitionGame, int, double[]> value)
    {
        var sums = new double[project.Submitters];
        double evaluations = 0;
        for (int round = 0; round < project.Rounds.Count; round++)
        {
            CoalitionGame game = FederatedGames.OfRound(project.Federation, project.Rounds[round].Submissions, data);
            double[] values = value(game, round);
            for (int i = 0; i < sums.Length; i++)
                sums[i] += values[i];
            evaluations += game.Evaluations;
        }

        return new Credit(sums, evaluations / project.Rounds.Count);
    }

    /// <summary>The same by samples of coalitions, on the root set, with a random stream for each round.</summary>
    /// <param name="project">The rounds.</param>
    /// <param name="stream">The first round's stream.</param>
    /// <param name="value">From the game of a round, and what to draw from, to each player's value.</param>
    public static Credit AddSampled(Project project, ulong stream, Func<CoalitionGame, RandomStream, double[]> value) =>
        Add(project, project.Federation.Root, (game, round) => value(game, new RandomStream(project.Federation.Seed, stream + (ulong)round)));
}
