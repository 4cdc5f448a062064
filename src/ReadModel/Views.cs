using System.Numerics;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

namespace Marketplace.ReadModel;

// What pages are given; where a property can be set, the database keeps it so too. Amounts are in the smallest unit of the project's
// token, times are of the block's timestamp, and everything that people wrote (titles, for one) is hostile text.

/// <summary>By what a list of projects is sorted.</summary>
public enum ProjectOrder
{
    Newest,
    Title,
    Bounty,
    Remaining,
    Rounds,
    Trainers,
    Accuracy,

    /// <summary>By <see cref="ProjectSummary.RoundReward"/>.</summary>
    RoundReward,

    /// <summary>By <see cref="ProjectSummary.Due"/>.</summary>
    Due,
}

/// <param name="Search">Found in the title, the id, or as the beginning of an owner's, aggregator's or token's address; null for all.</param>
/// <param name="Statuses">Statuses to show; empty for all.</param>
/// <param name="Order">By what to sort; ties by newest first. Projects that lack the value come last in both directions.</param>
/// <param name="Descending">Largest first; <see cref="ProjectOrder.Newest"/> descending means newest first.</param>
/// <param name="Skip">How many matches to leave out.</param>
/// <param name="Take">How many to return at most.</param>
/// <param name="Tag">A tag that the document has; null for all.</param>
/// <param name="DataKind">The document's kind of data; null for all.</param>
public sealed record ProjectQuery(
    string? Search = null,
    IReadOnlyCollection<ProjectStatus>? Statuses = null,
    ProjectOrder Order = ProjectOrder.Newest,
    bool Descending = true,
    int Skip = 0,
    int Take = 20,
    string? Tag = null,
    string? DataKind = null);

/// <param name="Total">How many projects match, on all pages.</param>
public sealed record ProjectPage(int Total, IReadOnlyList<ProjectSummary> Projects)
{
    /// <summary>Of each project on the page, by its id: accuracies, 0 to 1, of the rounds whose reports are known, in their order.</summary>
    public IReadOnlyDictionary<long, IReadOnlyList<double>> Accuracies { get; init; } = new Dictionary<long, IReadOnlyList<double>>();

    /// <summary>Of each aggregator on the page: how it has done so far, over all projects.</summary>
    public IReadOnlyDictionary<Address, AggregatorStanding> Aggregators { get; init; } = new Dictionary<Address, AggregatorStanding>();
}

/// <summary>Where and when something happened on the chain.</summary>
public sealed record ChainMoment(ulong Block, DateTimeOffset Time, Bytes32 Transaction);

/// <summary>A project as one line; the terms that are not here are in its creation event.</summary>
public sealed record ProjectSummary
{
    public required long Id { get; init; }

    public required Address Owner { get; init; }

    public required Address Aggregator { get; init; }

    /// <summary>The court; zero where the terms name none.</summary>
    public Address Arbitrator { get; init; }

    /// <summary>Whether there is somebody before whom trainers can claim what the aggregator declares invalid.</summary>
    public bool HasCourt => !Arbitrator.IsZero;

    /// <summary>Zero for the native currency.</summary>
    public required Address Token { get; init; }

    /// <summary>The project's document.</summary>
    public required Cid Document { get; init; }

    /// <summary>From the document; null until it was read, or when it cannot be.</summary>
    public string? Title { get; init; }

    /// <summary>Why the document cannot be shown; null when it was read, or has not been tried.</summary>
    public string? DocumentProblem { get; init; }

    /// <summary>From the document; empty until it was read.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>From the document: <c>idx</c> or <c>csv</c>; null until it was read.</summary>
    public string? DataKind { get; init; }

    public required BigInteger Bounty { get; init; }

    /// <summary>What a round pays to trainers on average: the bounty over the rounds, rounded down.</summary>
    public BigInteger RoundReward { get; init; }

    /// <summary>Until when trainers can join.</summary>
    public DateTimeOffset JoinBy { get; init; }

    public BigInteger AggregatorBond { get; init; }

    public BigInteger TrainerStake { get; init; }

    public required int Rounds { get; init; }

    public required int MinTrainers { get; init; }

    public required int MaxTrainers { get; init; }

    /// <summary>Seconds in which a round has to be opened.</summary>
    public long OpenDuration { get; init; }

    public required ChainMoment Created { get; init; }

    public ProjectStatus Status { get; set; }

    /// <summary>When the aggregator posted its bond; null while it has not.</summary>
    public ChainMoment? Bonded { get; set; }

    public ChainMoment? Started { get; set; }

    /// <summary>Completion, cancellation or abortion.</summary>
    public ChainMoment? Ended { get; set; }

    /// <summary>Until when the aggregator has to open the next round; null while a round is open or the project does not run.</summary>
    public DateTimeOffset? OpenBy { get; set; }

    /// <summary>
    /// The deadline that comes next: of joining while it is open, else of opening the next round or of settling the open one; null once it
    /// has ended.
    /// </summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>Whether the owner has made the open round the last one.</summary>
    public bool IsStopping { get; set; }

    /// <summary>Bounty and fee that the contract still holds for the project.</summary>
    public BigInteger Remaining { get; set; }

    /// <summary>What is left of the aggregator's bond.</summary>
    public BigInteger Bond { get; set; }

    /// <summary>What the bond still owes all trainers for rounds that were not opened; they get it with their stakes.</summary>
    public BigInteger Promised { get; set; }

    /// <summary>Rewards that trainers have earned so far.</summary>
    public BigInteger Paid { get; set; }

    public int SettledRounds { get; set; }

    public int ExpiredRounds { get; set; }

    public int Trainers { get; set; }

    /// <summary>How many claims are not concluded.</summary>
    public int OpenClaims { get; set; }

    /// <summary>Of a completed project: bit s is set when the trainer on seat s has refused the model that it led to.</summary>
    public uint ModelRefusedSeats { get; set; }

    /// <summary>How many of the last cohort have refused the model.</summary>
    public int ModelRefusals => new RoundMask(ModelRefusedSeats).Count;

    /// <summary>Whether most of them have, which has cost the aggregator a round's reward out of its bond.</summary>
    public bool IsModelRefused => ModelRefusals >= ContractTypes.MajorityOf(Trainers);

    /// <summary>Of the latest round that has a readable report: on its test set where it has one, else on the root set. 0 to 1.</summary>
    public double? Accuracy { get; init; }
}

/// <summary>A project with everything that its page shows.</summary>
public sealed record ProjectDetails
{
    public required ProjectSummary Summary { get; init; }

    public required Terms Terms { get; init; }

    /// <summary>Relative reward of each round; empty for equal parts.</summary>
    public required IReadOnlyList<ushort> RewardWeights { get; init; }

    public required IReadOnlyList<RoundSummary> Rounds { get; init; }

    /// <summary>In the order of joining.</summary>
    public required IReadOnlyList<Participation> Trainers { get; init; }

    /// <summary>The last submission of every trainer in every round, by round and seat.</summary>
    public required IReadOnlyList<SubmissionSummary> Submissions { get; init; }

    /// <summary>Open ones first, then the newest.</summary>
    public required IReadOnlyList<ClaimSummary> Claims { get; init; }
}

/// <summary>How far a round has come.</summary>
public enum RoundStage
{
    /// <summary>Open, and trainers may submit until <see cref="RoundSummary.TrainingEnds"/>; past that it is to be settled.</summary>
    Open,
    Settled,

    /// <summary>Not opened or not settled in time.</summary>
    Expired,

    /// <summary>Most seats were left empty or refused.</summary>
    Failed,
}

/// <summary>A round that was opened, or that expired without, as one line.</summary>
public sealed record RoundSummary
{
    public required long Project { get; init; }

    /// <summary>From 0; people count from 1.</summary>
    public required int Index { get; init; }

    public RoundStage Stage { get; set; }

    /// <summary>Null when the round expired without having been opened.</summary>
    public ChainMoment? Opened { get; set; }

    public DateTimeOffset? TrainingEnds { get; set; }

    /// <summary>Until when the aggregator can settle; earlier than announced once everybody has submitted.</summary>
    public DateTimeOffset? SettleBy { get; set; }

    /// <summary>Settlement or expiry.</summary>
    public ChainMoment? Ended { get; set; }

    /// <summary>By which the cohort was drawn; null when the round expired without having been opened.</summary>
    public Bytes32? CohortSeed { get; set; }

    /// <summary>The model that the round starts from.</summary>
    public Cid? Model { get; set; }

    /// <summary>The published aggregate; null when there is none.</summary>
    public Cid? Aggregate { get; set; }

    /// <summary>The aggregator's report.</summary>
    public Cid? Report { get; set; }

    public int Submissions { get; set; }

    /// <summary>Bit s is set when the trainer on seat s has refused, and not submitted.</summary>
    public uint RefusedSeats { get; set; }

    /// <summary>How many have refused and not submitted.</summary>
    public int Refusals => new RoundMask(RefusedSeats).Count;

    public int Kept { get; set; }

    public int Invalid { get; set; }

    /// <summary>Paid to trainers: rewards when settled, compensation when expired, also what they get with their stakes.</summary>
    public BigInteger Paid { get; set; }

    /// <summary>Whether it was settled and somebody earned something.</summary>
    public bool IsEarned => Stage == RoundStage.Settled && !Paid.IsZero;

    /// <summary>The aggregator's own words about the model that the round made; null until its report was read, or when it cannot be.</summary>
    public RoundMetrics? Metrics { get; init; }
}

/// <param name="RootAccuracy">On the aggregator's root set, 0 to 1; null where the model does not classify.</param>
/// <param name="RootLoss">Mean loss a sample on the root set; may be infinite or no number.</param>
/// <param name="TestAccuracy">On a test set, where the aggregator has one.</param>
/// <param name="TestLoss">On that test set.</param>
/// <param name="BeforeAccuracy">Of the model that the round started from, on the root set.</param>
/// <param name="BeforeLoss">Of that model, on the root set; null where it is not known.</param>
public sealed record RoundMetrics(
    double? RootAccuracy, double RootLoss, double? TestAccuracy, double? TestLoss, double? BeforeAccuracy = null, double? BeforeLoss = null);

/// <summary>A trainer in one project.</summary>
public sealed class Participation
{
    public required long Project { get; init; }

    public required Address Trainer { get; init; }

    /// <summary>Place in the order of joining, from 0.</summary>
    public required int Index { get; set; }

    public required ChainMoment Joined { get; init; }

    /// <summary>Rounds in which it submitted.</summary>
    public int Submitted { get; set; }

    /// <summary>Rounds in which its update went into the aggregate.</summary>
    public int Kept { get; set; }

    /// <summary>Settled rounds in which its update was an outlier or invalid.</summary>
    public int Dropped { get; set; }

    /// <summary>Settled rounds in whose cohort it was and which it neither submitted to nor refused.</summary>
    public int Absent { get; set; }

    /// <summary>Rewards and compensations.</summary>
    public BigInteger Earned { get; set; }

    /// <summary>What it has earned in settled rounds and was not credited yet.</summary>
    public BigInteger Uncredited { get; set; }

    /// <summary>What it put down when it joined, less what was forfeited; also after it was returned.</summary>
    public BigInteger Stake { get; set; }

    public BigInteger Forfeited { get; set; }

    public bool StakeReturned { get; set; }

    /// <summary>How many of its claims are not concluded; its stake waits for them.</summary>
    public int OpenClaims { get; set; }

    /// <summary>Whether it left before the start.</summary>
    public bool HasLeft { get; set; }
}

/// <summary>The last submission on a seat of a round.</summary>
public sealed class SubmissionSummary
{
    public required long Project { get; init; }

    public required int Round { get; init; }

    public required int Seat { get; init; }

    public required Address Trainer { get; init; }

    /// <summary>The sealed update.</summary>
    public required Cid Payload { get; set; }

    public required ChainMoment Submitted { get; set; }

    public SubmissionOutcome Outcome { get; set; }

    /// <summary>Reward or compensation.</summary>
    public BigInteger Payout { get; set; }
}

/// <summary>Everything about an account.</summary>
public sealed record AccountDetails
{
    public required Address Account { get; init; }

    /// <summary>The projects in which it trains, newest first, each with its standing there.</summary>
    public required IReadOnlyList<(ProjectSummary Project, Participation Participation)> Training { get; init; }

    /// <summary>The projects that it posted, newest first.</summary>
    public required IReadOnlyList<ProjectSummary> Owned { get; init; }

    /// <summary>The projects that name it as their aggregator, newest first.</summary>
    public required IReadOnlyList<ProjectSummary> Aggregated { get; init; }

    /// <summary>How it has done as an aggregator, over all projects; null when no project names it so.</summary>
    public AggregatorStanding? AsAggregator { get; init; }

    /// <summary>The claims in which it is the trainer or the defender; open ones first, then the newest.</summary>
    public required IReadOnlyList<ClaimSummary> Claims { get; init; }

    /// <summary>Every payment that was earned, credited or not, newest first; its own money that came back is none.</summary>
    public required IReadOnlyList<Earning> Earnings { get; init; }

    /// <summary>Every credit, newest first.</summary>
    public required IReadOnlyList<Credit> Credits { get; init; }

    /// <summary>Every withdrawal, newest first.</summary>
    public required IReadOnlyList<Withdrawal> Withdrawals { get; init; }

    /// <summary>Credits less withdrawals: what the account can withdraw now, by token; tokens of which nothing is left included.</summary>
    public required IReadOnlyDictionary<Address, BigInteger> Balances { get; init; }
}

public sealed record Credit(long Project, Address Account, Address Token, BigInteger Amount, CreditReason Reason, ChainMoment At);

/// <summary>A reward, a fee or a compensation.</summary>
public sealed record Earning(long Project, Address Token, BigInteger Amount, ChainMoment At);

public sealed record Withdrawal(Address Account, Address Token, Address Receiver, BigInteger Amount, ChainMoment At);

/// <param name="Paid">Rewards that trainers have earned, by token.</param>
public sealed record MarketTotals(
    int Projects, int RunningProjects, int OpenProjects, int SettledRounds, int Trainers, IReadOnlyDictionary<Address, BigInteger> Paid);
