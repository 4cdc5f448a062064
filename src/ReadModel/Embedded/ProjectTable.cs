using Marketplace.ReadModel.Projection;

namespace Marketplace.ReadModel.Embedded;

/// <summary>All rows of one project, and where its events lie in the journal.</summary>
internal sealed class ProjectTable
{
    /// <summary>What the next event can change; its rows are in the lists too.</summary>
    public ProjectRows Rows { get; } = new();

    public ProjectRow Project => Rows.Project ?? throw new InvalidOperationException("the project has no creation event");

    public List<RoundRow> Rounds { get; } = [];

    /// <summary>Submissions by round, each by seat.</summary>
    public List<SortedList<int, SubmissionRow>> Submissions { get; } = [];

    public List<CreditRow> Credits { get; } = [];

    /// <summary>Its events in the order of the chain.</summary>
    public List<EventPlace> Events { get; } = [];
}

/// <summary>What an account has to do with, by project.</summary>
internal sealed class AccountTable
{
    public HashSet<long> Owned { get; } = [];

    public HashSet<long> Aggregated { get; } = [];

    public HashSet<long> Training { get; } = [];

    public Dictionary<long, List<CreditRow>> Credits { get; } = [];

    /// <summary>In the order of the chain.</summary>
    public List<WithdrawalRow> Withdrawals { get; } = [];
}
