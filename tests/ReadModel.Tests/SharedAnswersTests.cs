using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel.Following;
using Marketplace.ReadModel.Queries;
using Marketplace.Testing.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.ReadModel.Tests;

/// <summary>Who asks the same at the same time gets the same answer, and nobody one of before a change.</summary>
public sealed class SharedAnswersTests
{
    private readonly CountingModel _model = new();
    private readonly FeedPublisher _feed = new(TimeProvider.System, NullLogger.Instance);
    private readonly HandClock _clock = new();
    private readonly SharedAnswers _answers;

    public SharedAnswersTests() => _answers = new SharedAnswers(_model, _feed, _clock);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_that_ask_the_same_share_an_answer()
    {
        Task<ProjectPage>[] asked =
        [
            .. Enumerable.Range(0, 50).Select(_ => _answers.FindProjectsAsync(
                new ProjectQuery("0x", new HashSet<ProjectStatus> { ProjectStatus.Running, ProjectStatus.Open }), Cancellation)),
        ];
        _model.Answer();
        Assert.Single((await Task.WhenAll(asked)).Distinct());
        Assert.Equal(1, _model.Asked);
        await Task.WhenAll(_answers.ReadTotalsAsync(Cancellation), _answers.ReadTotalsAsync(Cancellation));
        Assert.Equal(2, _model.Asked);
    }

    [Fact]
    public async Task Other_questions_get_other_answers()
    {
        _model.Answer();
        ProjectQuery[] questions =
        [
            new(), new("1"), new(Statuses: [ProjectStatus.Open]), new(Statuses: [ProjectStatus.Running]), new(Skip: 15), new(Descending: false),
        ];
        foreach (ProjectQuery question in questions)
            await _answers.FindProjectsAsync(question, Cancellation);
        Assert.Equal(questions.Length, _model.Asked);
    }

    [Fact]
    public async Task After_a_change_is_told_nobody_gets_what_was_asked_before()
    {
        Task<ProjectPage> before = _answers.FindProjectsAsync(new ProjectQuery(), Cancellation);
        _feed.Publish(new MarketChange(41, new HashSet<long> { 1 }, new HashSet<Address>()));
        Task<ProjectPage> after = _answers.FindProjectsAsync(new ProjectQuery(), Cancellation);
        _model.Answer();
        Assert.NotSame(await before, await after);
    }

    [Fact]
    public async Task An_answer_gets_old_also_when_no_change_is_told()
    {
        _model.Answer();
        ProjectPage first = await _answers.FindProjectsAsync(new ProjectQuery(), Cancellation);
        Assert.Same(first, await _answers.FindProjectsAsync(new ProjectQuery(), Cancellation));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.NotSame(first, await _answers.FindProjectsAsync(new ProjectQuery(), Cancellation));
    }

    [Fact]
    public async Task A_failure_is_nobodys_answer_for_long()
    {
        _model.Fail();
        await Assert.ThrowsAsync<IOException>(() => _answers.FindProjectsAsync(new ProjectQuery(), Cancellation));
        _model.Answer();
        await _answers.FindProjectsAsync(new ProjectQuery(), Cancellation);
    }

    [Fact]
    public async Task A_page_that_is_left_does_not_take_the_answer_from_the_others()
    {
        using CancellationTokenSource leaving = new();
        Task<ProjectPage> left = _answers.FindProjectsAsync(new ProjectQuery(), leaving.Token);
        Task<ProjectPage> stays = _answers.FindProjectsAsync(new ProjectQuery(), Cancellation);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        _model.Answer();
        await stays;
        Assert.Equal(1, _model.Asked);
    }

    private sealed class CountingModel : IReadModel
    {
        private readonly Lock _lock = new();
        private TaskCompletionSource _ready = new();
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public void Answer() => Replace().SetResult();

        public void Fail() => Replace().SetException(new IOException("the disk is gone"));

        public async Task<ProjectPage> FindProjectsAsync(ProjectQuery query, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            await Ready();
            return new ProjectPage(0, []);
        }

        public async Task<MarketTotals> ReadTotalsAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            await Ready();
            return new MarketTotals(0, 0, 0, 0, 0, new Dictionary<Address, BigInteger>());
        }

        public Task<ProjectDetails?> FindProjectAsync(long project, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<IContractEvent>> ReadEventsAsync(long project, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<AccountDetails> ReadAccountAsync(Address account, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<AccountEventPage> ReadAccountEventsAsync(AccountEventQuery query, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<TrainerRanking> FindTrainersAsync(TrainerQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<AggregatorRanking> FindAggregatorsAsync(AggregatorQuery query, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<ClaimPage> FindClaimsAsync(ClaimQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ClaimDetails?> FindClaimAsync(long claim, CancellationToken cancellationToken) => throw new NotSupportedException();

        private Task Ready()
        {
            lock (_lock)
                return _ready.Task;
        }

        /// <summary>Whoever waits is answered with those who ask later, unless the answer before has been given.</summary>
        private TaskCompletionSource Replace()
        {
            lock (_lock)
                return _ready.Task.IsCompleted ? _ready = new TaskCompletionSource() : _ready;
        }
    }
}
