using System.Numerics;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.LocalMarket;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Demo;

/// <summary>One settled round, for showing.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Accuracy">On the test set, 0 to 1, as the aggregator reports it.</param>
/// <param name="Loss">On the test set.</param>
/// <param name="Kept">Trainers in the aggregate.</param>
/// <param name="Payouts">What each trainer was paid, wei.</param>
internal sealed record DemoRound(
    int Index, double Accuracy, double Loss, IReadOnlySet<Address> Kept, IReadOnlyDictionary<Address, BigInteger> Payouts);

/// <summary>The market as it looks from outside while it runs.</summary>
internal sealed class DemoProgress(Scenario scenario, IContentStore store)
{
    private readonly List<DemoRound> _rounds = [];

    public Scenario Scenario { get; } = scenario;

    public IReadOnlyList<DemoRound> Rounds => _rounds;

    /// <summary>Number of rounds that the project has.</summary>
    public int TotalRounds { get; private set; }

    /// <summary>What is going on.</summary>
    public string Activity { get; private set; } = "";

    public BigInteger EarnedBy(Address trainer) => _rounds.Aggregate(
        BigInteger.Zero, (sum, round) => sum + round.Payouts.GetValueOrDefault(trainer));

    public BigInteger Paid => _rounds.SelectMany(round => round.Payouts.Values).Aggregate(BigInteger.Zero, BigInteger.Add);

    public async Task UpdateAsync(ProjectHistory history, CancellationToken cancellationToken)
    {
        TotalRounds = history.Terms.Rounds;
        while (_rounds.Count < history.Rounds.Count && history.Rounds[_rounds.Count] is { Settled: { } settled } round)
            _rounds.Add(await ReadAsync(round, settled, cancellationToken));
        Activity = history.Status switch
        {
            ProjectStatus.Open => $"{history.Trainers.Count} of {Scenario.Trainers.Count} trainers have joined",
            ProjectStatus.Running when _rounds.Count < history.Rounds.Count =>
                $"round {_rounds.Count + 1}: {history.Rounds[_rounds.Count].Submissions.Count} of {history.Trainers.Count} updates submitted",
            ProjectStatus.Running => $"round {_rounds.Count + 1}: being opened",
            _ => $"the project is {history.Status.ToString().ToLowerInvariant()}",
        };
    }

    private async Task<DemoRound> ReadAsync(
        RoundHistory round, MarketEvents.RoundSettled settled, CancellationToken cancellationToken)
    {
        RoundReport report = RoundReport.Parse(
            await store.GetAsync(settled.Settlement.Report, RoundReport.MaxBytes, cancellationToken));
        RoundReport.Metrics metrics = report.Test ?? report.After;
        return new DemoRound(
            round.Index,
            metrics.Accuracy ?? 0,
            metrics.Loss,
            round.Results.Where(result => result.Outcome == SubmissionOutcome.Kept).Select(result => result.Trainer).ToHashSet(),
            round.Results.ToDictionary(result => result.Trainer, result => result.Payout));
    }
}
