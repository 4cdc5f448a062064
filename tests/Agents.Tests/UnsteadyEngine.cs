using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Agents.Tests;

/// <summary>An engine that gives other bits on every call: around one direction, never the same update twice.</summary>
internal sealed class UnsteadyEngine(int seed) : ILocalTrainer, IModelEvaluator
{
    /// <summary>How often each round was trained.</summary>
    public Dictionary<int, int> Calls { get; } = [];

    /// <summary>In which round training goes on until it is stopped.</summary>
    public int? HangsIn { get; set; }

    public async Task<short[]> TrainAsync(
        ProjectDocument document, HyperParameters hyperParameters, int[] weights, RoundId round, Address party, CancellationToken cancellationToken)
    {
        if (HangsIn == round.Round)
            await Task.Delay(Timeout.Infinite, cancellationToken);
        int call = Calls[round.Round] = Calls.GetValueOrDefault(round.Round) + 1;
        Random direction = new(round.Round), noise = new(seed * 1_000_003 + round.Round * 1009 + call);
        return [.. weights.Select(_ => (short)(direction.Next(-2000, 2000) + noise.Next(-300, 300)))];
    }

    public Task<RoundReport.Metrics> MeasureOnRootAsync(int[] weights, CancellationToken cancellationToken) =>
        Task.FromResult(new RoundReport.Metrics(Random.Shared.NextDouble(), 0.5));

    public Task<RoundReport.Metrics?> MeasureOnTestAsync(int[] weights, CancellationToken cancellationToken) =>
        Task.FromResult<RoundReport.Metrics?>(null);
}
