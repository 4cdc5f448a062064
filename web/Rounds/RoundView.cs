using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Protocol.Audit;
using Marketplace.Protocol.Cohorts;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel;

namespace Marketplace.Web.Rounds;

/// <summary>One round, from the chain's events: what was posted, what was decided, and the numbers that decided it.</summary>
public sealed class RoundView
{
    private RoundView(ProjectHistory history, RoundHistory round)
    {
        History = history;
        Round = round;
        Submissions = SubmissionView.Of(round);
        Absent = AbsentOf(history, round);
        Rollover = round.Expired is null && (round.Settled is null || round.HasValidUpdates) ? history.RolloverBefore(round.Index) : 0;
    }

    public ProjectHistory History { get; }

    public RoundHistory Round { get; }

    /// <summary>In the order of seats.</summary>
    public IReadOnlyList<SubmissionView> Submissions { get; }

    /// <summary>The round decided anew; null while it is not settled, or when <see cref="Problem"/> says why that cannot be done.</summary>
    public RoundRecomputation? Recomputation { get; private init; }

    /// <summary>Why what the settlement holds cannot be read; null when it can.</summary>
    public string? Problem { get; private init; }

    /// <summary>Of each row in the Gram matrix; empty without a matrix.</summary>
    public IReadOnlyList<UpdateScore> Scores { get; private init; } = [];

    /// <summary>The rounds, from 0, whose aggregates are the matrix's public rows, most recent first.</summary>
    public IReadOnlyList<int> PublicRows { get; private init; } = [];

    /// <summary>Members of the round's cohort who have neither submitted nor refused, in the order of seats.</summary>
    public IReadOnlyList<Address> Absent { get; }

    /// <summary>What earlier rounds have left to be earned in this one, in the token's smallest unit; none where no update is valid.</summary>
    public BigInteger Rollover { get; }

    /// <summary>What there is to be earned, what earlier rounds left included.</summary>
    public BigInteger Reward => History.RewardOf(Round.Index) + Rollover;

    /// <summary>What invalid updates took out of the reward, in the token's smallest unit; none while the round is not settled.</summary>
    public BigInteger TakenOut => History.PartOfInvalid(Round) * Round.InvalidUpdates;

    /// <summary>What trainers are paid: rewards or compensations, those included that they get with their stakes.</summary>
    public BigInteger Paid => Round.Expired is { } expired && (RoundPhase)expired.Phase == RoundPhase.Idle
        ? expired.Compensation * History.Trainers.Count
        : Submissions.Aggregate(BigInteger.Zero, (sum, submission) => sum + submission.Payout);

    /// <summary>Reads a round out of its project's events; null when there is no such round yet.</summary>
    /// <param name="market">Chain and address of the market, for what the round's proof is bound to.</param>
    /// <param name="project">The project's id.</param>
    /// <param name="events">All of the project's events, in the order of the chain.</param>
    /// <param name="index">The round, from 0.</param>
    public static RoundView? Read(MarketChain market, long project, IEnumerable<IContractEvent> events, int index)
    {
        var history = new ProjectHistory(project);
        foreach (IContractEvent @event in events)
            history.Apply(@event);
        if (history.Created is null || index < 0 || index >= history.Rounds.Count)
            return null;
        RoundHistory round = history.Rounds[index];
        if (round.Settled is not { } settled)
            return new RoundView(history, round);
        if (settled.Payouts.Count != round.Submissions.Count)
        {
            return new RoundView(history, round)
            {
                Problem = $"it pays {settled.Payouts.Count} submissions, the round's events {round.Submissions.Count}",
            };
        }
        try
        {
            var recomputation = new RoundRecomputation(market.Round(project, index), history, round, settled);
            return new RoundView(history, round)
            {
                Recomputation = recomputation,
                Scores = recomputation is { Outcome.Scoring: { } scoring, Statement: { } statement }
                    ? UpdateScore.Of(scoring, update => statement.Gram[update, 0])
                    : [],
                PublicRows = [.. history.PublicRows(index).Select(earlier => earlier.Index)],
            };
        }
        catch (FormatException e)
        {
            return new RoundView(history, round) { Problem = e.Message };
        }
    }

    /// <summary>The round's phase at a time; idle when it is not open.</summary>
    public RoundPhase PhaseAt(DateTimeOffset now) => Round is { Opened: { } opened, Settled: null, Expired: null }
        ? ContractTypes.PhaseOf(
            Submissions.Count, Round.Refusals.Count, History.Trainers.Count, now <= UnixTime.FromSeconds(opened.TrainingEnds))
        : RoundPhase.Idle;

    /// <summary>The trainer whose update a row of the matrix is.</summary>
    /// <param name="row">From 1 to the number of valid updates.</param>
    public Address TrainerOf(int row) => Submissions.First(submission => submission.Update == row).Posted.Trainer;

    private static List<Address> AbsentOf(ProjectHistory history, RoundHistory round)
    {
        if (round.Opened is not { } opened)
            return [];
        HashSet<Address> present = [.. round.Submissions.Select(submission => submission.Trainer), .. round.Refusals];
        int[] cohort = Cohort.Members(Bytes32.FromBigInteger(opened.CohortSeed).ToArray(), history.Trainers.Count);
        return [.. cohort.Select(member => history.Trainers[member]).Where(trainer => !present.Contains(trainer))];
    }
}
