using System.Numerics;
using Marketplace.Chain;

namespace Marketplace.ReadModel;

// How accounts have done over all projects of the market. Amounts are in the smallest unit of their token.

/// <summary>By what trainers are ranked.</summary>
public enum TrainerOrder
{
    Kept,
    Submitted,
    Dropped,
    Absent,
    Projects,
}

/// <param name="Order">By what to rank; ties by address.</param>
/// <param name="Descending">Largest first.</param>
/// <param name="Skip">How many to leave out.</param>
/// <param name="Take">How many to return at most.</param>
public sealed record TrainerQuery(TrainerOrder Order = TrainerOrder.Kept, bool Descending = true, int Skip = 0, int Take = 20);

/// <param name="Total">How many trainers there are, on all pages.</param>
public sealed record TrainerRanking(int Total, IReadOnlyList<TrainerStanding> Trainers);

/// <param name="Projects">Projects that it has joined and not left.</param>
/// <param name="Submitted">Rounds in which it submitted.</param>
/// <param name="Kept">Rounds in which its update went into the aggregate.</param>
/// <param name="Dropped">Settled rounds in which its update was an outlier or invalid.</param>
/// <param name="Absent">Settled rounds in whose cohort it was and which it neither submitted to nor refused.</param>
/// <param name="Earned">Rewards and compensations, by token.</param>
public sealed record TrainerStanding(
    Address Trainer, int Projects, int Submitted, int Kept, int Dropped, int Absent, IReadOnlyDictionary<Address, BigInteger> Earned)
{
    /// <summary>What an account's parts in projects come to.</summary>
    public static TrainerStanding Of(Address trainer, IReadOnlyCollection<(ProjectSummary Project, Participation Participation)> parts) => new(
        trainer,
        parts.Count,
        parts.Sum(part => part.Participation.Submitted),
        parts.Sum(part => part.Participation.Kept),
        parts.Sum(part => part.Participation.Dropped),
        parts.Sum(part => part.Participation.Absent),
        Sums.ByToken(parts.Select(part => (part.Project.Token, part.Participation.Earned))));
}

/// <param name="Skip">How many to leave out.</param>
/// <param name="Take">How many to return at most.</param>
public sealed record AggregatorQuery(int Skip = 0, int Take = 20);

/// <param name="Total">How many aggregators there are, on all pages.</param>
/// <param name="Aggregators">Those with most settled rounds first; ties by address.</param>
public sealed record AggregatorRanking(int Total, IReadOnlyList<AggregatorStanding> Aggregators);

/// <param name="Projects">Projects that name it.</param>
/// <param name="Settled">Rounds that it settled.</param>
/// <param name="Empty">Of these, rounds in which nobody earned anything.</param>
/// <param name="Expired">Rounds that it did not open or settle in time.</param>
/// <param name="Failed">Rounds that most seats refused or left empty.</param>
/// <param name="Contested">Updates that it declared invalid and whose trainers claimed otherwise.</param>
/// <param name="Bonds">What it has locked now, by token.</param>
public sealed record AggregatorStanding(
    Address Aggregator,
    int Projects,
    int Settled,
    int Empty,
    int Expired,
    int Failed,
    int Contested,
    IReadOnlyDictionary<Address, BigInteger> Bonds);
