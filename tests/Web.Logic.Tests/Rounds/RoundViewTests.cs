using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;
using Marketplace.LocalMarket;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;
using Marketplace.Web.Logic.Tests.Support;
using Marketplace.Web.Market;
using Marketplace.Web.Rounds;

namespace Marketplace.Web.Logic.Tests.Rounds;

/// <summary>A round's page, from the events of its project.</summary>
public sealed class RoundViewTests(SyntheticEnd end) : IClassFixture<SyntheticEnd>
{
    private static readonly PartyNames Nobody = new([]);

    private static IReadOnlyList<IContractEvent> Settled =>
        [.. SettledRound.Open, .. SettledRound.Submitted, SettledRound.Forfeit, SettledRound.Settlement];

    [Fact]
    public void A_round_that_is_not_there_has_no_view()
    {
        Assert.Null(Read([], 0));
        Assert.Null(Read([.. SettledRound.Open.Take(3)], 0));
        Assert.Null(Read(SettledRound.Open, 1));
        Assert.Null(Read(SettledRound.Open, -1));
        Assert.Null(Read(SettledRound.Open, int.MaxValue));
        Assert.Null(RoundView.Read(end.Chain, SettledRound.Project + 1, SettledRound.Open, 0));
    }

    [Fact]
    public void An_open_round_waits_for_those_who_have_not_submitted()
    {
        RoundView view = Read(SettledRound.Open, 0)!;
        Assert.Empty(view.Submissions);
        Assert.Equal(SettledRound.Trainers, view.Absent);
        view = Read([.. SettledRound.Open, .. SettledRound.Submitted], 0)!;
        Assert.Equal([SettledRound.Trainers[2]], view.Absent);
        Assert.All(
            view.Submissions,
            submission => Assert.Equal((SubmissionOutcome.Pending, 0, null), (submission.Outcome, submission.Payout, submission.Update)));
        Assert.Equal(SettledRound.Bounty, view.Reward);
        Assert.Null(view.Recomputation);
        Assert.Null(view.Problem);
    }

    [Fact]
    public void A_settled_round_says_what_became_of_each()
    {
        RoundView view = Read(Settled, 0)!;
        Assert.Null(view.Problem);
        Assert.Equal(
            [SubmissionOutcome.Invalid, SubmissionOutcome.Kept, SubmissionOutcome.Outlier],
            view.Submissions.Select(submission => submission.Outcome));
        Assert.Equal([null, 1, 2], view.Submissions.Select(submission => submission.Update));
        BigInteger paid = SettledRound.Bounty - SettledRound.TakenOut;
        Assert.Equal([0, paid, 0], view.Submissions.Select(submission => submission.Payout));
        Assert.Equal((SettledRound.Bounty, paid), (view.Reward, view.Paid));
        Assert.Equal((SettledRound.Trainers[1], SettledRound.Trainers[3]), (view.TrainerOf(1), view.TrainerOf(2)));
        Assert.Equal(2, view.Scores.Count);
        Assert.Equal(1, view.Scores[0].Cosine, 3);
        Assert.Equal(0, view.Scores[1].Weight);
        Assert.Equal(0b010u, view.Recomputation!.Outcome.Kept.Bits);
        Assert.Empty(view.PublicRows);
    }

    [Fact]
    public void Who_refuses_is_not_absent_unless_it_submits()
    {
        RoundView view = Read([.. SettledRound.Open, SettledRound.Refusal], 0)!;
        Assert.Equal([SettledRound.Trainers[2]], view.Round.Refusals);
        Assert.Equal(3, view.Absent.Count);
        Assert.DoesNotContain(SettledRound.Trainers[2], view.Absent);
        MarketEvents.UpdateSubmitted other = SettledRound.Submitted.Cast<MarketEvents.UpdateSubmitted>().First();
        view = Read([.. SettledRound.Open, SettledRound.Refusal, other with { Trainer = SettledRound.Trainers[2], Seat = 2 }], 0)!;
        Assert.Empty(view.Round.Refusals);
        Assert.Equal(3, view.Absent.Count);
    }

    [Fact]
    public void An_open_round_trains_and_is_settled_or_fails()
    {
        DateTimeOffset trainingEnds = DateTimeOffset.FromUnixTimeSeconds(2_000_000_100), later = trainingEnds.AddSeconds(1);
        Assert.Equal(RoundPhase.Training, Read(SettledRound.Open, 0)!.PhaseAt(trainingEnds));
        Assert.Equal(RoundPhase.Failed, Read(SettledRound.Open, 0)!.PhaseAt(later));
        Assert.Equal(RoundPhase.Failed, Read([.. SettledRound.Open, .. SettledRound.Submitted.Take(1)], 0)!.PhaseAt(later));
        Assert.Equal(RoundPhase.Settling, Read([.. SettledRound.Open, .. SettledRound.Submitted.Take(2)], 0)!.PhaseAt(later));
        // Everybody has answered.
        Assert.Equal(RoundPhase.Settling, Read([.. SettledRound.Open, .. SettledRound.Submitted, SettledRound.Refusal], 0)!.PhaseAt(trainingEnds));
        IEnumerable<IContractEvent> refusals =
            Enumerable.Range(0, 3).Select(seat => SettledRound.Refusal with { Trainer = SettledRound.Trainers[seat], Seat = seat });
        Assert.Equal(RoundPhase.Training, Read([.. SettledRound.Open, .. refusals.Take(2)], 0)!.PhaseAt(trainingEnds));
        Assert.Equal(RoundPhase.Failed, Read([.. SettledRound.Open, .. refusals], 0)!.PhaseAt(trainingEnds));
        Assert.Equal(RoundPhase.Idle, Read(Settled, 0)!.PhaseAt(later));
    }

    [Fact]
    public void A_reward_that_nobody_earned_can_be_earned_in_the_next_round()
    {
        MarketEvents.RoundOpened opened = SettledRound.Open.OfType<MarketEvents.RoundOpened>().Single();
        MarketEvents.RoundSettled nothing = SettledRound.Settlement with { Kept = 0, Payouts = [0, 0, 0] };
        IReadOnlyList<IContractEvent> unearned = [.. SettledRound.Open, .. SettledRound.Submitted, nothing];
        Assert.Equal((SettledRound.Bounty, 0), (Read(unearned, 0)!.Reward, Read(unearned, 0)!.Paid));
        RoundView next = Read([.. unearned, opened with { Round = 1 }], 1)!;
        BigInteger left = SettledRound.Bounty - SettledRound.TakenOut;
        Assert.Equal((left, SettledRound.Bounty + left), (next.Rollover, next.Reward));
        // Nobody's update is valid: the round's own reward is burned, and the rest waits on.
        IEnumerable<IContractEvent> invalid =
        [
            .. SettledRound.Submitted.Cast<MarketEvents.UpdateSubmitted>().Select(e => e with { Round = 1 }),
            nothing with { Round = 1, Settlement = nothing.Settlement with { Invalid = 0b111, Gram = [] }, Payouts = [0, 0, 0] },
        ];
        next = Read([.. unearned, opened with { Round = 1 }, .. invalid], 1)!;
        Assert.Equal((0, SettledRound.Bounty, 0), (next.Rollover, next.Reward, next.Paid));
    }

    [Fact]
    public void Invalid_updates_take_equal_parts_out()
    {
        Assert.Equal(0, Read([.. SettledRound.Open, .. SettledRound.Submitted], 0)!.TakenOut);
        Assert.Equal(SettledRound.TakenOut, Read(Settled, 0)!.TakenOut);
    }

    [Fact]
    public void A_round_that_was_not_opened_pays_all_trainers()
    {
        IContractEvent expiry = SettledRound.Expiry with { Phase = (byte)RoundPhase.Idle, Trainers = [], Compensation = 250 };
        RoundView view = Read([.. SettledRound.Open.Where(e => e is not MarketEvents.RoundOpened), expiry], 0)!;
        Assert.Equal(1_000, view.Paid);
    }

    [Fact]
    public void A_round_that_failed_pays_nobody()
    {
        IContractEvent expiry = SettledRound.Expiry with { Phase = (byte)RoundPhase.Failed, Trainers = [], Compensation = 0 };
        RoundView view = Read([.. SettledRound.Open, .. SettledRound.Submitted.Take(1), expiry], 0)!;
        Assert.Equal(0, view.Paid);
    }

    [Fact]
    public void An_expired_round_compensates_all_who_submitted()
    {
        RoundView view = Read([.. SettledRound.Open, .. SettledRound.Submitted, SettledRound.Expiry], 0)!;
        Assert.All(
            view.Submissions,
            submission => Assert.Equal((SubmissionOutcome.Expired, 33, null), (submission.Outcome, submission.Payout, submission.Update)));
        Assert.Equal(99, view.Paid);
        Assert.Empty(view.Scores);
    }

    [Fact]
    public void Rows_are_called_by_names_where_there_are_some()
    {
        RoundView view = Read(Settled, 0)!;
        Address ada = SettledRound.Trainers[1], other = SettledRound.Trainers[3];
        var names = new PartyNames([new NamedParty("ada", "trainer", ada, "")]);
        Assert.Equal(["Reference", "ada", $"{other.ToString()[..6]}…{other.ToString()[^4..]}"], RowNames.Of(view, names));
        Assert.Equal($"{ada.ToString()[..6]}…{ada.ToString()[^4..]}", Nobody.NameOf(ada));
    }

    [Fact]
    public void Earlier_aggregates_are_rows_named_by_their_rounds()
    {
        MarketEvents.RoundOpened opened = SettledRound.Open.OfType<MarketEvents.RoundOpened>().Single();
        MarketEvents.RoundSettled settled = SettledRound.Settlement;
        byte[] gram = Proofs.Gram.GramMatrix.Compute(SettledRound.Reference, SettledRound.Updates, [[300, 400, 10]]).Pack();
        RoundView view = Read(
            [
                .. Settled,
                opened with { Round = 1 },
                .. SettledRound.Submitted.Cast<MarketEvents.UpdateSubmitted>().Select(e => e with { Round = 1 }),
                settled with { Round = 1, Settlement = settled.Settlement with { Gram = gram } },
            ],
            1)!;
        Assert.Equal([0], view.PublicRows);
        Assert.Equal("Model change of round 1", RowNames.Of(view, Nobody)[^1]);
        Assert.Equal(4, RowNames.Of(view, Nobody).Count);
    }

    [Theory]
    [InlineData("a matrix that is cut off")]
    [InlineData("a negative squared norm")]
    [InlineData("no matrix")]
    [InlineData("more payouts than submissions")]
    [InlineData("an invalid bit too many")]
    public void What_a_node_made_up_is_a_problem_and_no_failure(string lie)
    {
        MarketEvents.RoundSettled settled = SettledRound.Settlement;
        Settlement settlement = settled.Settlement;
        settlement = lie switch
        {
            "a matrix that is cut off" => settlement with { Gram = settlement.Gram[..^1] },
            "a negative squared norm" => settlement with { Gram = [0x80, .. settlement.Gram[1..]] },
            "no matrix" => settlement with { Gram = [] },
            _ => settlement with { Invalid = 0b011 },
        };
        settled = settled with { Settlement = settlement };
        if (lie == "more payouts than submissions")
            settled = settled with { Payouts = [.. settled.Payouts, 0] };
        RoundView view = Read([.. SettledRound.Open, .. SettledRound.Submitted, settled], 0)!;
        Assert.NotEmpty(view.Problem!);
        Assert.Null(view.Recomputation);
        Assert.Empty(view.Scores);
        Assert.Equal(3, view.Submissions.Count);
        Assert.Equal(["Reference"], RowNames.Of(view, Nobody));
    }

    [Fact]
    public void A_settlement_without_an_opening_is_a_problem()
    {
        RoundView view = Read([.. Settled.Where(e => e is not MarketEvents.RoundOpened)], 0)!;
        Assert.Contains("never opened", view.Problem, StringComparison.Ordinal);
        Assert.Empty(view.Absent);
    }

    private RoundView? Read(IEnumerable<IContractEvent> events, int index) => RoundView.Read(end.Chain, SettledRound.Project, events, index);
}
