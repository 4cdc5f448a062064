using Marketplace.Chain;
using Marketplace.Chain.Rpc;

namespace Marketplace.ReadModel;

/// <summary>The market as pages ask for it. Every answer is of one block: nothing of a later one is mixed in.</summary>
public interface IReadModel
{
    /// <summary>The projects that a query matches, a page at a time.</summary>
    Task<ProjectPage> FindProjectsAsync(ProjectQuery query, CancellationToken cancellationToken);

    /// <summary>One project with its rounds, trainers and submissions; null when there is none of that id.</summary>
    Task<ProjectDetails?> FindProjectAsync(long project, CancellationToken cancellationToken);

    /// <summary>The market's events of a project, in the order of the chain, from which every decision can be recomputed.</summary>
    Task<IReadOnlyList<IContractEvent>> ReadEventsAsync(long project, CancellationToken cancellationToken);

    /// <summary>All that an account did and got; empty lists for one that is unknown.</summary>
    Task<AccountDetails> ReadAccountAsync(Address account, CancellationToken cancellationToken);

    /// <summary>What concerned an account, a page at a time.</summary>
    Task<AccountEventPage> ReadAccountEventsAsync(AccountEventQuery query, CancellationToken cancellationToken);

    /// <summary>The claims that a query matches, a page at a time.</summary>
    Task<ClaimPage> FindClaimsAsync(ClaimQuery query, CancellationToken cancellationToken);

    /// <summary>One claim with its evidence; null when there is none of that number.</summary>
    Task<ClaimDetails?> FindClaimAsync(long claim, CancellationToken cancellationToken);

    /// <summary>Trainers by how they have done over all projects, a page at a time.</summary>
    Task<TrainerRanking> FindTrainersAsync(TrainerQuery query, CancellationToken cancellationToken);

    /// <summary>Aggregators by how they have done over all projects, a page at a time.</summary>
    Task<AggregatorRanking> FindAggregatorsAsync(AggregatorQuery query, CancellationToken cancellationToken);

    Task<MarketTotals> ReadTotalsAsync(CancellationToken cancellationToken);
}
