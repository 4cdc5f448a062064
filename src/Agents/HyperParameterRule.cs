using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Agents;

/// <summary>
/// The bundled choice of a round's hyper-parameters: start at the upper bound of the learning rate and halve it, down to the lower
/// bound, whenever a round did not lower the loss on the root set.
/// </summary>
public static class HyperParameterRule
{
    /// <summary>A smaller relative fall of the loss counts as none.</summary>
    private const double LeastImprovement = 0.002;

    /// <summary>Those of the first round.</summary>
    public static HyperParameters First(HyperBounds bounds) => new(
        bounds.MaxLearningRate, bounds.MinLocalEpochs, Math.Min(bounds.MaxBatchSize, Math.Max(bounds.MinBatchSize, (ushort)32)));

    public static async Task<HyperParameters> NextAsync(ProjectView project, IContentStore store, int round, CancellationToken cancellationToken)
    {
        HyperBounds bounds = project.Terms.HyperBounds;
        RoundHistory? last = project.History.Rounds.Take(round).LastOrDefault(candidate => candidate.Settled is not null);
        if (last is null)
            return First(bounds);
        RoundReport report = RoundReport.Parse(
            await store.GetAsync(last.Settled!.Settlement.Report, RoundReport.MaxBytes, cancellationToken));
        HyperParameters same = last.Opened!.HyperParameters;
        bool improved = report.After.Loss < report.Before.Loss * (1 - LeastImprovement);
        return improved ? same : same with { LearningRate = Math.Max(bounds.MinLearningRate, same.LearningRate / 2) };
    }
}
