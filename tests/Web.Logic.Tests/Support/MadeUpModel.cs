using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.ReadModel;

namespace Marketplace.Web.Logic.Tests.Support;

/// <summary>A read model that answers what a test says, when it says so.</summary>
internal sealed class MadeUpModel : IReadModel
{
    /// <summary>The answer to every search; set its result, its exception, or neither for one that takes long.</summary>
    public TaskCompletionSource<ProjectPage> Page { get; set; } = new();

    /// <summary>What was asked for last.</summary>
    public ProjectQuery? Asked { get; private set; }

    public Task<ProjectPage> FindProjectsAsync(ProjectQuery query, CancellationToken cancellationToken)
    {
        Asked = query;
        return Page.Task;
    }

    /// <summary>What is known of claims, by their numbers.</summary>
    public Dictionary<long, ClaimDetails> Claims { get; } = [];

    public Task<ClaimPage> FindClaimsAsync(ClaimQuery query, CancellationToken cancellationToken)
    {
        ClaimSummary[] found = [.. Claims.Values.Select(claim => claim.Summary).Where(claim => !query.OnlyOpen || claim.IsOpen)];
        return Task.FromResult(new ClaimPage(found.Length, [.. found.Skip(query.Skip).Take(query.Take)]));
    }

    public Task<ClaimDetails?> FindClaimAsync(long claim, CancellationToken cancellationToken) =>
        Task.FromResult(Claims.GetValueOrDefault(claim));

    public Task<ProjectDetails?> FindProjectAsync(long project, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<IContractEvent>> ReadEventsAsync(long project, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<AccountDetails> ReadAccountAsync(Address account, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<AccountEventPage> ReadAccountEventsAsync(AccountEventQuery query, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>The answer to every question for a ranking.</summary>
    public TrainerRanking Trainers { get; set; } = new(0, []);

    public AggregatorRanking Aggregators { get; set; } = new(0, []);

    /// <summary>What trainers were asked for last.</summary>
    public TrainerQuery? AskedTrainers { get; private set; }

    public Task<TrainerRanking> FindTrainersAsync(TrainerQuery query, CancellationToken cancellationToken)
    {
        AskedTrainers = query;
        return Task.FromResult(Trainers);
    }

    public Task<AggregatorRanking> FindAggregatorsAsync(AggregatorQuery query, CancellationToken cancellationToken) =>
        Task.FromResult(Aggregators);

    public Task<MarketTotals> ReadTotalsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new MarketTotals(1, 1, 0, 0, 2, new Dictionary<Address, BigInteger>()));
}

/// <summary>A feed in which nothing happens unless a test says so.</summary>
internal sealed class MadeUpFeed : IMarketFeed
{
    public FollowStatus Status { get; } = new(FollowState.Live, 40, null, 40, null, DateTimeOffset.UnixEpoch);

    public event Action<MarketChange>? Changed;

    public event Action<FollowStatus>? StatusChanged;

    /// <summary>Tells that a block has come.</summary>
    public void Raise()
    {
        Changed?.Invoke(new MarketChange(41, new HashSet<long>(), new HashSet<Address>()));
        StatusChanged?.Invoke(Status);
    }
}
