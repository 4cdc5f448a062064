using Marketplace.Chain;

namespace Marketplace.ReadModel.Projection;

/// <summary>The rows of a project that its next event can change. A closed round never changes again, so only the last is here.</summary>
public sealed class ProjectRows
{
    public ProjectSummary? Project { get; set; }

    /// <summary>The open round, or the last that was.</summary>
    public RoundSummary? Round { get; set; }

    /// <summary>That round's submissions by seat.</summary>
    public SortedDictionary<int, SubmissionSummary> Seats { get; init; } = [];

    public Dictionary<Address, Participation> Trainers { get; init; } = [];

    /// <summary>Those that are not concluded, or were not when these rows were read.</summary>
    public Dictionary<long, ClaimSummary> Claims { get; } = [];

    /// <summary>Who has left, of late: joining again takes the row's place.</summary>
    public Dictionary<Address, Participation> Departed { get; } = [];
}

/// <summary>Rows that are new or changed: what a store has to write.</summary>
public sealed class RowChanges
{
    // By reference: they change while they are in here.
    public HashSet<ProjectSummary> Projects { get; } = new(ReferenceEqualityComparer.Instance);

    public HashSet<RoundSummary> Rounds { get; } = new(ReferenceEqualityComparer.Instance);

    public HashSet<SubmissionSummary> Submissions { get; } = [];

    public HashSet<Participation> Participations { get; } = [];

    public HashSet<ClaimSummary> Claims { get; } = new(ReferenceEqualityComparer.Instance);

    public List<EvidenceRow> Evidence { get; } = [];

    public List<CreditRow> Credits { get; } = [];

    public List<WithdrawalRow> Withdrawals { get; } = [];

    public List<AccountEventRow> AccountEvents { get; } = [];

    /// <summary>Accounts that look different now.</summary>
    public HashSet<Address> Accounts { get; } = [];
}
