using System.Numerics;
using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;
using Marketplace.Testing.Markets;

namespace Marketplace.Protocol.Tests.Markets;

/// <summary>A project's events, replayed.</summary>
public class ProjectHistoryTests(PlayedFixture played)
{
    private static readonly Log Anywhere = new(Address.Zero, [], default, 7, default, default, 0, 0);

    [Fact]
    public async Task The_history_says_what_the_contract_says()
    {
        ProjectHistory history = played.HistoryOf(played.Events);
        ProjectState state = await played.Chain.Contract.StateAsync(played.Project);
        Assert.Equal(ProjectStatus.Completed, history.Status);
        Assert.Equal(state.GetStatus(), history.Status);
        Assert.Equal(await played.Chain.Contract.TermsAsync(played.Project), history.Terms);
        Assert.Equal(Enumerable.Range(0, PlayedMarket.Trainers).Select(PlayedMarket.TrainerAddress), history.Trainers);
        for (int k = 0; k < PlayedMarket.Trainers; k++)
            Assert.Equal(await played.Chain.Contract.MemberAtAsync(played.Project, k), history.Trainers[k]);
        for (int round = 0; round < 2; round++)
            Assert.Equal(await played.Chain.Contract.RoundRewardAsync(played.Project, round), history.RewardOf(round));
        Assert.Equal(2, history.AggregatedRounds.Count());
        Assert.Equal([3, 2], history.Rounds.Select(round => round.Submissions.Count));
    }

    [Fact]
    public async Task Credits_are_what_accounts_can_withdraw()
    {
        ProjectHistory history = played.HistoryOf(played.Events);
        foreach (Address account in history.Credits.Select(credit => credit.Account).Distinct())
        {
            BigInteger credited = Enum.GetValues<CreditReason>().Aggregate(BigInteger.Zero, (sum, reason) => sum + history.Credited(account, reason));
            Assert.Equal(await played.Chain.Contract.BalanceOfAsync(account, Address.Zero), credited);
        }
    }

    [Fact]
    public void Public_rows_are_the_aggregates_before_the_round()
    {
        ProjectHistory history = played.HistoryOf(played.Events);
        Assert.Empty(history.PublicRowCommitments(0));
        Assert.Equal([CommitmentOf(0)], history.PublicRowCommitments(1));
        Assert.Equal([CommitmentOf(1), CommitmentOf(0)], history.PublicRowCommitments(2));
        G1 CommitmentOf(int round) => history.Rounds[round].Settled!.Settlement.AggregateCommitment;
    }

    [Fact]
    public void Published_aggregates_open_what_the_contract_computed()
    {
        ProjectHistory history = played.HistoryOf(played.Events);
        for (int round = 0; round < 2; round++)
        {
            Aggregate aggregate = played.Aggregates[round];
            G1 commitment = history.Rounds[round].Settled!.Settlement.AggregateCommitment;
            Assert.True(aggregate.Opens(played.Srs, commitment));
            Assert.False((aggregate with { Blinder = aggregate.Blinder + Fr.One }).Opens(played.Srs, commitment));
            long[] longer = [.. aggregate.Entries];
            longer[3]++;
            Assert.False((aggregate with { Entries = longer }).Opens(played.Srs, commitment));
        }
    }

    [Fact]
    public void What_the_contract_stores_of_a_submission_is_the_hash_of_its_parts()
    {
        ProjectHistory history = played.HistoryOf(played.Events);
        foreach (RoundHistory round in history.Rounds)
        {
            Assert.Equal(
                played.SubmissionHashes[round.Index],
                round.Submissions.Select(e => GramContext.SubmissionHash(round.Index, e.ToSubmission())));
        }
    }

    [Fact]
    public void Another_projects_events_change_nothing()
    {
        var other = new ProjectHistory(played.Project + 1);
        foreach (IContractEvent @event in played.Events)
            other.Apply(@event);
        Assert.Null(other.Created);
        Assert.Equal(ProjectStatus.None, other.Status);
        Assert.Empty(other.Rounds);
        Assert.Empty(other.Trainers);
        Assert.Empty(other.Credits);
        Assert.Throws<InvalidOperationException>(() => other.Terms);
    }

    [Fact]
    public void A_later_submission_replaces_the_seats_earlier_one()
    {
        var history = new ProjectHistory(1);
        history.Apply(Submitted(seat: 4, x: 1));
        history.Apply(Submitted(seat: 2, x: 2));
        history.Apply(Submitted(seat: 4, x: 3));
        Assert.Equal([(2, Point(2)), (4, Point(3))], history.Rounds[0].Submissions.Select(e => ((int)e.Seat, e.Commitment)));
    }

    [Fact]
    public void Who_leaves_gives_its_place_to_the_last_and_may_join_again()
    {
        var history = new ProjectHistory(1);
        for (int k = 0; k < 3; k++)
            history.Apply(new MarketEvents.TrainerJoined(1, PlayedMarket.TrainerAddress(k), k, Anywhere));
        history.Apply(new MarketEvents.TrainerLeft(1, PlayedMarket.TrainerAddress(0), 0, Anywhere));
        Assert.Equal([PlayedMarket.TrainerAddress(2), PlayedMarket.TrainerAddress(1)], history.Trainers);
        history.Apply(new MarketEvents.TrainerLeft(1, PlayedMarket.TrainerAddress(1), 1, Anywhere));
        history.Apply(new MarketEvents.TrainerJoined(1, PlayedMarket.TrainerAddress(0), 1, Anywhere));
        Assert.Equal([PlayedMarket.TrainerAddress(2), PlayedMarket.TrainerAddress(0)], history.Trainers);
        Assert.Equal((1, 1, 0), (
            history.DeparturesOf(PlayedMarket.TrainerAddress(0)),
            history.DeparturesOf(PlayedMarket.TrainerAddress(1)),
            history.DeparturesOf(PlayedMarket.TrainerAddress(2))));
    }

    [Fact]
    public void A_refusal_stands_until_its_trainer_submits()
    {
        var history = new ProjectHistory(1);
        history.Apply(new MarketEvents.RoundRefused(1, 0, PlayedMarket.TrainerAddress(1), 4, Anywhere));
        history.Apply(new MarketEvents.RoundRefused(1, 0, PlayedMarket.TrainerAddress(2), 2, Anywhere));
        Assert.Equal([PlayedMarket.TrainerAddress(2), PlayedMarket.TrainerAddress(1)], history.Rounds[0].Refusals);
        history.Apply(Submitted(seat: 4, x: 1));
        Assert.Equal([PlayedMarket.TrainerAddress(2)], history.Rounds[0].Refusals);
    }

    [Fact]
    public void Training_that_ends_early_moves_the_deadline()
    {
        var history = new ProjectHistory(1);
        history.Apply(new MarketEvents.RoundOpened(1, 0, NoCid, G1.Generator, new HyperParameters(1, 1, 1), 0, 100, 200, Anywhere));
        Assert.Equal(200UL, history.Rounds[0].SettleBy);
        history.Apply(new MarketEvents.TrainingEnded(1, 0, 150, Anywhere));
        Assert.Equal(150UL, history.Rounds[0].SettleBy);
    }

    [Fact]
    public void A_round_that_expired_without_having_been_opened_keeps_its_place()
    {
        var history = new ProjectHistory(1);
        history.Apply(new MarketEvents.RoundExpired(1, 0, (byte)RoundPhase.Idle, [], 0, Anywhere));
        history.Apply(new MarketEvents.RoundOpened(1, 1, NoCid, G1.Generator, new HyperParameters(1, 1, 1), 0, 100, 200, Anywhere));
        Assert.Equal(2, history.Rounds.Count);
        Assert.Null(history.Rounds[0].Opened);
        Assert.Null(history.Rounds[0].SettleBy);
        Assert.NotNull(history.Rounds[1].Opened);
    }

    [Fact]
    public void The_end_has_three_names()
    {
        Assert.Equal(ProjectStatus.Cancelled, After(new MarketEvents.ProjectCancelled(1, Anywhere)));
        Assert.Equal(ProjectStatus.Aborted, After(new MarketEvents.ProjectAborted(1, Anywhere)));
        Assert.Equal(ProjectStatus.Completed, After(new MarketEvents.ProjectCompleted(1, Anywhere)));
        static ProjectStatus After(IContractEvent end)
        {
            var history = new ProjectHistory(1);
            history.Apply(end);
            return history.Status;
        }
    }

    private static readonly Cid NoCid = new(CidCodec.Raw, new byte[32]);

    private static MarketEvents.UpdateSubmitted Submitted(int seat, int x) =>
        new(1, 0, PlayedMarket.TrainerAddress(0), seat, Point(x), NoCid, Anywhere);

    private static G1 Point(int x) => G1.Generator * Fr.FromUInt64((ulong)x);
}
