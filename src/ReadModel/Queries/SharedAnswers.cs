using System.Collections.Concurrent;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Protocol.Markets;

namespace Marketplace.ReadModel.Queries;

/// <summary>
/// Lets pages that ask the same at the same time share one answer: with every block, all open lists of projects do. What is told of a
/// change ends what was answered before it.
/// </summary>
internal sealed class SharedAnswers : IReadModel
{
    private const int MaxKept = 100;

    /// <summary>In case that a change of another process is never heard of.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(1);

    private readonly IReadModel _model;
    private readonly TimeProvider _time;
    private volatile ConcurrentDictionary<object, Answer> _answers = new();

    /// <param name="feed">Tells of changes; this is to listen before any page does.</param>
    public SharedAnswers(IReadModel model, IMarketFeed feed, TimeProvider time)
    {
        _model = model;
        _time = time;
        feed.Changed += _ => _answers = new();
    }

    public Task<ProjectPage> FindProjectsAsync(ProjectQuery query, CancellationToken cancellationToken)
    {
        // The caller's collection may change meanwhile, and would be equal only to itself.
        ProjectStatus[] statuses = [.. (query.Statuses ?? []).Order()];
        return ShareAsync(
            (query with { Statuses = null }, string.Join(',', statuses)),
            () => _model.FindProjectsAsync(query with { Statuses = statuses }, CancellationToken.None),
            cancellationToken);
    }

    public Task<ClaimPage> FindClaimsAsync(ClaimQuery query, CancellationToken cancellationToken) =>
        ShareAsync(query, () => _model.FindClaimsAsync(query, CancellationToken.None), cancellationToken);

    public Task<ClaimDetails?> FindClaimAsync(long claim, CancellationToken cancellationToken) =>
        _model.FindClaimAsync(claim, cancellationToken);

    public Task<TrainerRanking> FindTrainersAsync(TrainerQuery query, CancellationToken cancellationToken) =>
        ShareAsync(query, () => _model.FindTrainersAsync(query, CancellationToken.None), cancellationToken);

    public Task<AggregatorRanking> FindAggregatorsAsync(AggregatorQuery query, CancellationToken cancellationToken) =>
        ShareAsync(query, () => _model.FindAggregatorsAsync(query, CancellationToken.None), cancellationToken);

    public Task<MarketTotals> ReadTotalsAsync(CancellationToken cancellationToken) =>
        ShareAsync(nameof(ReadTotalsAsync), () => _model.ReadTotalsAsync(CancellationToken.None), cancellationToken);

    public Task<ProjectDetails?> FindProjectAsync(long project, CancellationToken cancellationToken) =>
        _model.FindProjectAsync(project, cancellationToken);

    public Task<IReadOnlyList<IContractEvent>> ReadEventsAsync(long project, CancellationToken cancellationToken) =>
        _model.ReadEventsAsync(project, cancellationToken);

    public Task<AccountDetails> ReadAccountAsync(Address account, CancellationToken cancellationToken) =>
        _model.ReadAccountAsync(account, cancellationToken);

    public Task<AccountEventPage> ReadAccountEventsAsync(AccountEventQuery query, CancellationToken cancellationToken) =>
        ShareAsync(query, () => _model.ReadAccountEventsAsync(query, CancellationToken.None), cancellationToken);

    private Task<T> ShareAsync<T>(object question, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        ConcurrentDictionary<object, Answer> answers = _answers;
        if (answers.Count >= MaxKept)
            answers.Clear();
        Answer answer = answers.GetOrAdd(question, _ => NewAnswer());
        if (_time.GetElapsedTime(answer.Asked) > Life || answer.HasFailed)
        {
            Answer next = NewAnswer();
            answer = answers.TryUpdate(question, next, answer) ? next : answers.GetOrAdd(question, next);
        }
        return ((Task<T>)answer.Asking.Value).WaitAsync(cancellationToken);

        // In a task of its own: the embedded database answers on the thread that asks.
        Answer NewAnswer() => new(_time.GetTimestamp(), new Lazy<Task>(() => Task.Run(ask)));
    }

    private sealed record Answer(long Asked, Lazy<Task> Asking)
    {
        public bool HasFailed => Asking is { IsValueCreated: true, Value: { IsCompleted: true, IsCompletedSuccessfully: false } };
    }
}
