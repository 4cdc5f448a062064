using System.Diagnostics;
using System.Numerics;
using Marketplace.Agents;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Learning.Data;
using Marketplace.Learning.Training;
using Marketplace.LocalMarket;
using Marketplace.Protocol;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Simulation;

/// <summary>
/// Plays a project's rounds in this process, with what trainers, aggregator and contract compute: local training, quantization, the Gram matrix,
/// scoring, payouts and the model chain. Nothing is committed to, proven or paid.
/// </summary>
public sealed class ProjectSimulation
{
    /// <summary>The root set's update, seeded as a party of its own.</summary>
    private const int Aggregator = -1;

    private readonly SimulatedProject _project;
    private readonly SimulatedData _data;
    private readonly SimulationOptions _options;
    private readonly ITrainingEngine _engine;

    public ProjectSimulation(SimulatedProject project, SimulatedData data, SimulationOptions options, ITrainingEngine engine)
    {
        (_project, _data, _options, _engine) = (project, data, options, engine);
        Trainers =
        [
            .. data.Trainers.Select((own, i) => i < options.Attackers.Count
                ? new SimulatedTrainer($"{WordOf(options.Attackers[i])} {NumberOf(i)}", options.Attackers[i], own.Count)
                : new SimulatedTrainer($"honest {i - options.Attackers.Count + 1}", Behavior.Honest, own.Count)),
        ];
    }

    public IReadOnlyList<SimulatedTrainer> Trainers { get; }

    private Terms Terms => _project.Offer.Terms;

    /// <summary>Plays all rounds.</summary>
    /// <param name="report">Told every round once it is decided.</param>
    /// <param name="gasPrice">In wei.</param>
    /// <param name="cancellationToken">Stops between two steps of training.</param>
    public SimulationResult Run(Action<SimulatedRound> report, BigInteger gasPrice, CancellationToken cancellationToken)
    {
        int rounds = _options.Rounds ?? Terms.Rounds;
        var rule = new RoundRule(_project.Document.ServerMomentumUnits);
        var position = new Position(_project.Weights, _project.Weights, Measure(_project.Weights, _data.Root, cancellationToken));
        RoundReport.Metrics start = Measure(_project.Weights, _data.Test, cancellationToken);
        HyperParameters hyperParameters = HyperParameterRule.First(Terms.HyperBounds);
        List<SimulatedRound> played = [];
        string? failure = null;
        while (played.Count < rounds && failure is null)
        {
            (SimulatedRound? round, failure) = Play(rule, played.Count, hyperParameters, ref position, cancellationToken);
            if (round is null)
                break;
            played.Add(round);
            report(round);
            hyperParameters = HyperParameterRule.After(Terms.HyperBounds, hyperParameters, round.Before, round.After);
        }

        IReadOnlyList<TrainerTotal> totals = Total(rule, played);
        SimulatedCosts costs = SimulatedCosts.Of(Terms, rounds, Trainers.Count, gasPrice);
        var result = new SimulationResult(
            _project.Document.Title, _project.Document.Model.ParameterCount, Terms.Rounds, _data.RootName, _data.Root.Count, _data.TestName,
            _data.Test.Count, start, played, failure, totals, costs, []);
        return result with { Warnings = SimulationAdvice.Of(_project, result) };
    }

    /// <summary>Where the model chain stands.</summary>
    /// <param name="Weights">The current model.</param>
    /// <param name="Earlier">The one before it.</param>
    /// <param name="OnRoot">The current model's metrics on the root set.</param>
    private readonly record struct Position(int[] Weights, int[] Earlier, RoundReport.Metrics OnRoot);

    private (SimulatedRound? Round, string? Failure) Play(
        RoundRule rule, int index, HyperParameters hyperParameters, ref Position position, CancellationToken cancellationToken)
    {
        int[] weights = position.Weights;
        if (TryTrain(index, Aggregator, hyperParameters, weights, _data.Root, cancellationToken) is not { } reference)
            return (null, $"round {index + 1}: training on the root set ended in no finite numbers, so the aggregator could not have opened it");
        List<(SimulatedTrainer Trainer, short[] Entries)> given = [];
        List<string> diverged = [];
        double slowest = 0, longEntries = 0;
        for (int i = 0; i < Trainers.Count; i++)
        {
            long began = Stopwatch.GetTimestamp();
            short[]? update = Trainers[i].Behavior == Behavior.Replaying
                ? LastStep(position)
                : TryTrain(index, i, hyperParameters, weights, _data.Trainers[i], cancellationToken);
            if (update is null)
            {
                diverged.Add(Trainers[i].Name);
                continue;
            }
            slowest = Math.Max(slowest, Stopwatch.GetElapsedTime(began).TotalSeconds);
            if (Trainers[i].IsHonest)
                longEntries = Math.Max(longEntries, update.Count(IsAtBound) / (double)update.Length);
            given.Add((Trainers[i], update));
        }
        if (diverged.Count > Trainers.Count / 2)
        {
            return (
                null,
                $"round {index + 1}: the training of {string.Join(", ", diverged)} ended in no finite numbers, so the round would have failed");
        }

        DecidedRound decided = rule.Decide(
            weights, reference, [.. given.Select(update => update.Entries)], _project.Offer.RewardOf(index), cancellationToken);
        RoundReport.Metrics after = Measure(decided.Weights, _data.Root, cancellationToken);
        var round = new SimulatedRound(
            index + 1,
            hyperParameters.LearningRate / 1e6,
            hyperParameters.LocalEpochs,
            position.OnRoot,
            after,
            Measure(decided.Weights, _data.Test, cancellationToken),
            decided.Scoring.Reliability / (double)MarketLimits.One,
            [.. given.Select((update, i) => new SimulatedUpdate(
                update.Trainer.Name, decided.Scoring.IsKept(i + 1), decided.Scoring.Cosines[i] / (double)MarketLimits.One, decided.Payouts[i]))],
            diverged,
            slowest,
            longEntries);
        position = new Position(decided.Weights, ReferenceEquals(decided.Weights, weights) ? position.Earlier : weights, after);
        return (round, null);
    }

    /// <summary>A party's update, as its own program makes it; null when training ends in no finite numbers.</summary>
    private short[]? TryTrain(
        int index, int party, HyperParameters hyperParameters, int[] weights, Dataset data, CancellationToken cancellationToken)
    {
        var round = new RoundId(0, Address.Zero, _options.Seed, index);
        var account = new Address(Bytes32.FromBigInteger(party + 2).ToArray().AsSpan(Bytes32.Size - Address.Size));
        try
        {
            return LocalUpdate.Train(_project.Document, hyperParameters, weights, data, round, account, null, cancellationToken, _engine);
        }
        catch (InvalidDataException) when (IsTrainable(weights, data, cancellationToken))
        {
            return null;
        }
    }

    /// <summary>Whether the data are in order, so that what went wrong is the training: measuring reads them all.</summary>
    private bool IsTrainable(int[] weights, Dataset data, CancellationToken cancellationToken)
    {
        Measure(weights, data, cancellationToken);
        return true;
    }

    /// <summary>What everybody knows: the model's last step, again.</summary>
    private static short[] LastStep(Position position) =>
    [
        .. position.Weights.Zip(
            position.Earlier,
            (now, before) => (short)Math.Clamp((long)now - before, -MarketLimits.UpdateEntry, MarketLimits.UpdateEntry)),
    ];

    private RoundReport.Metrics Measure(int[] weights, Dataset data, CancellationToken cancellationToken) =>
        ModelEvaluation.Measure(_project.Document, weights, data, cancellationToken, _engine).Metrics;

    private IReadOnlyList<TrainerTotal> Total(RoundRule rule, IReadOnlyList<SimulatedRound> played)
    {
        SimulatedUpdate[][] own =
            [.. Trainers.Select(trainer => played.SelectMany(round => round.Updates).Where(update => update.Trainer == trainer.Name).ToArray())];
        BigInteger[] earned = [.. own.Select(updates => updates.Aggregate(BigInteger.Zero, (sum, update) => sum + update.Payout))];
        IReadOnlyList<BigInteger> left = played.Count == Terms.Rounds
            ? rule.ShareRollover(earned, [.. own.Select(updates => updates.Length)])
            : [.. earned.Select(_ => BigInteger.Zero)];
        return [.. Trainers.Select((trainer, i) => new TrainerTotal(trainer, own[i].Count(update => update.IsKept), earned[i] + left[i]))];
    }

    private int NumberOf(int trainer) => _options.Attackers.Take(trainer + 1).Count(attacker => attacker == _options.Attackers[trainer]);

    private static bool IsAtBound(short entry) => Math.Abs((int)entry) == MarketLimits.UpdateEntry;

    private static string WordOf(Behavior behavior) => behavior switch
    {
        Behavior.Flipping => "flip",
        Behavior.Noisy => "noise",
        _ => "replay",
    };
}
