using System.Numerics;
using Marketplace.Laboratory.Aggregators;
using Marketplace.Laboratory.Rounds;
using Marketplace.Laboratory.Tasks;
using Marketplace.Learning.Data;

namespace Marketplace.Laboratory.Games;

/// <summary>The games that trainers play without knowing.</summary>
public static class FederatedGames
{
    /// <summary>
    /// One round: a coalition is worth what the mean of its updates, weighted by size, takes off the loss (Wang et al., "A principled approach to
    /// data valuation for federated learning", 2020).
    /// </summary>
    /// <param name="federation">Measures.</param>
    /// <param name="round">The round's model and updates.</param>
    /// <param name="data">What the loss is measured on.</param>
    public static CoalitionGame OfRound(Federation federation, Submissions round, Dataset data)
    {
        double before = federation.Measure(round.Weights, data).Loss;
        return new CoalitionGame(round.Updates.Count, coalition =>
        {
            double members = Enumerable.Range(0, round.Updates.Count).Sum(i => IsIn(i, coalition) ? round.Sizes[i] : 0);
            double[] shares = [.. round.Sizes.Select((size, i) => IsIn(i, coalition) ? size / members : 0)];
            return before - federation.Measure(Vectors.Move(round.Weights, Vectors.Combine(round.Vectors, shares)), data).Loss;
        });
    }

    /// <summary>
    /// Whole projects: a coalition is worth the accuracy, above that of the initial weights, that it reaches alone by federated averaging.
    /// </summary>
    /// <param name="federation">Trains, and measures on its test set.</param>
    /// <param name="rounds">Rounds of each project.</param>
    public static CoalitionGame OfRetraining(Federation federation, int rounds)
    {
        double before = federation.Measure(federation.InitialWeights(), federation.Test).Accuracy;
        return new CoalitionGame(federation.Trainers.Count, coalition =>
        {
            Dataset[] members = [.. federation.Trainers.Where((data, i) => IsIn(i, coalition))];
            int[] weights = federation.InitialWeights();
            for (int round = 0; round < rounds; round++)
            {
                short[][] updates = [.. members.Select((data, i) => federation.Train(weights, data, round, Seat(i, coalition)))];
                weights = new WeightedMean().Decide(new Submissions(weights, [], updates, [.. members.Select(data => data.Count)])).Weights;
            }

            return federation.Measure(weights, federation.Test).Accuracy - before;
        });
    }

    private static bool IsIn(int player, uint coalition) => (coalition >> player & 1) != 0;

    /// <summary>The player that is the coalition's member of this number: it trains in the same order of samples in every coalition.</summary>
    private static int Seat(int member, uint coalition)
    {
        for (int i = 0; i < member; i++)
            coalition &= coalition - 1;
        return BitOperations.TrailingZeroCount(coalition);
    }
}
