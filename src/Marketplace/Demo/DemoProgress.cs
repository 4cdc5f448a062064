using System.Numerics;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.LocalMarket;
using Marketplace.Protocol.Audit;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Demo;

/// <summary>One settled round, for showing.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Accuracy">On the test set, 0 to 1, as the aggregator reports it.</param>
/// <param name="Loss">On the test set.</param>
/// <param name="Kept">Trainers in the aggregate.</param>
/// <param name="Invalid">Trainers whose updates the aggregator declared invalid.</param>
/// <param name="Payouts">What each trainer was paid, wei.</param>
/// <param name="Trouble">Why nobody was kept or paid, and what to do; null where somebody was.</param>
internal sealed record DemoRound(
    int Index,
    double Accuracy,
    double Loss,
    IReadOnlySet<Address> Kept,
    IReadOnlySet<Address> Invalid,
    IReadOnlyDictionary<Address, BigInteger> Payouts,
    string? Trouble);

/// <summary>What a trainer has won before the court, for showing.</summary>
/// <param name="Trainer">Whose update had been declared invalid.</param>
/// <param name="Part">Its part of the round, wei.</param>
/// <param name="Compensation">What the aggregator's bond pays on top, wei.</param>
internal sealed record DemoVerdict(LocalTrainer Trainer, BigInteger Part, BigInteger Compensation);

/// <summary>The market as it looks from outside while it runs.</summary>
internal sealed class DemoProgress(Scenario scenario, MarketChain chain, IContentStore store)
{
    private readonly List<DemoRound> _rounds = [];

    public Scenario Scenario { get; } = scenario;

    public IReadOnlyList<DemoRound> Rounds => _rounds;

    /// <summary>What trainers have won before the court.</summary>
    public IReadOnlyList<DemoVerdict> Verdicts { get; private set; } = [];

    /// <summary>Number of rounds that the project has.</summary>
    public int TotalRounds { get; private set; }

    /// <summary>What is going on.</summary>
    public string Activity { get; private set; } = "";

    /// <summary>What a trainer has earned of the bounty, in rounds and before the court; compensation out of the bond is not of it.</summary>
    public BigInteger EarnedBy(Address trainer) => _rounds.Select(round => round.Payouts.GetValueOrDefault(trainer))
        .Concat(Verdicts.Where(verdict => verdict.Trainer.Party.Address == trainer).Select(verdict => verdict.Part))
        .Aggregate(BigInteger.Zero, BigInteger.Add);

    public BigInteger Paid => Scenario.Trainers.Aggregate(BigInteger.Zero, (sum, trainer) => sum + EarnedBy(trainer.Party.Address));

    public async Task UpdateAsync(ProjectHistory history, CancellationToken cancellationToken)
    {
        TotalRounds = history.Terms.Rounds;
        while (_rounds.Count < history.Rounds.Count && history.Rounds[_rounds.Count] is { Settled: { } settled } round)
            _rounds.Add(await ReadAsync(history, round, settled, cancellationToken));
        Verdicts =
        [
            .. Scenario.Trainers
                .Select(trainer => new DemoVerdict(
                    trainer,
                    history.Credited(trainer.Party.Address, CreditReason.ClaimedReward),
                    history.Credited(trainer.Party.Address, CreditReason.ClaimCompensation)))
                .Where(verdict => !verdict.Part.IsZero),
        ];
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
        ProjectHistory history, RoundHistory round, MarketEvents.RoundSettled settled, CancellationToken cancellationToken)
    {
        RoundReport report = RoundReport.Parse(
            await store.GetAsync(settled.Settlement.Report, RoundReport.MaxBytes, cancellationToken));
        RoundReport.Metrics metrics = report.Test ?? report.After;
        return new DemoRound(
            round.Index,
            metrics.Accuracy ?? 0,
            metrics.Loss,
            TrainersOf(SubmissionOutcome.Kept),
            TrainersOf(SubmissionOutcome.Invalid),
            round.Results.ToDictionary(result => result.Trainer, result => result.Payout),
            RoundAdvice.OfNobody(new RoundRecomputation(chain.Round(history.Id, round.Index), history, round, settled).Outcome));

        HashSet<Address> TrainersOf(SubmissionOutcome outcome) =>
            [.. round.Results.Where(result => result.Outcome == outcome).Select(result => result.Trainer)];
    }
}
