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

    private const ushort UsualBatch = 32;

    public static async Task<HyperParameters> NextAsync(ProjectView project, IContentStore store, int round, CancellationToken cancellationToken)
    {
        HyperBounds bounds = project.Terms.HyperBounds;
        RoundHistory? last = project.History.Rounds.Take(round).LastOrDefault(candidate => candidate.Settled is not null);
        if (last is null)
            return First(bounds);
        RoundReport report = RoundReport.Parse(
            await store.GetAsync(last.Settled!.Settlement.Report, RoundReport.MaxBytes, cancellationToken));
        return After(bounds, last.Opened!.HyperParameters, report.Before, report.After);
    }

    /// <summary>Those of the first round.</summary>
    public static HyperParameters First(HyperBounds bounds) => new(
        bounds.MaxLearningRate, bounds.MinLocalEpochs, Math.Min(bounds.MaxBatchSize, Math.Max(bounds.MinBatchSize, UsualBatch)));

    /// <summary>Those of the round after one with hyper-parameters <paramref name="last"/>.</summary>
    /// <param name="bounds">What the terms allow.</param>
    /// <param name="last">Those of the round before.</param>
    /// <param name="before">Metrics on the root set of the model that it started from.</param>
    /// <param name="after">Metrics on the root set of the model that it made.</param>
    public static HyperParameters After(HyperBounds bounds, HyperParameters last, RoundReport.Metrics before, RoundReport.Metrics after) =>
        after.Loss < before.Loss * (1 - LeastImprovement)
            ? last
            : last with { LearningRate = Math.Max(bounds.MinLearningRate, last.LearningRate / 2) };
}
