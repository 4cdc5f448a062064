using System.Numerics;
using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;
using Marketplace.Testing.Markets;

namespace Marketplace.Protocol.Tests.Rounds;

/// <summary>What the chain says became of a round's submissions.</summary>
public class SubmissionResultTests
{
    private static readonly Log Anywhere = new(Address.Zero, [], default, 7, default, default, 0, 0);
    private static readonly Address[] Trainers = [.. Enumerable.Range(0, 3).Select(PlayedMarket.TrainerAddress)];

    [Fact]
    public void Submissions_of_an_open_round_are_pending() =>
        Assert.All(SubmissionResult.Of(Trainers, null, null), result => Assert.Equal((SubmissionOutcome.Pending, 0, null), Parts(result)));

    [Fact]
    public void Bits_go_by_submission_and_invalid_goes_before_kept()
    {
        IReadOnlyList<SubmissionResult> results = SubmissionResult.Of(Trainers, Settled(invalid: 0b001, kept: 0b011, 1, 20, 300), null);
        Assert.Equal(Trainers, results.Select(result => result.Trainer));
        Assert.Equal(
            [(SubmissionOutcome.Invalid, 1, null), (SubmissionOutcome.Kept, 20, 1), (SubmissionOutcome.Outlier, 300, 2)], results.Select(Parts));
    }

    [Fact]
    public void An_expired_round_compensates_those_that_its_event_names()
    {
        var expired = new MarketEvents.RoundExpired(1, 0, (byte)RoundPhase.Settling, [Trainers[0], Trainers[2]], 33, Anywhere);
        Assert.Equal([33, 0, 33], SubmissionResult.Of(Trainers, null, expired).Select(result => result.Payout));
        Assert.All(
            SubmissionResult.Of(Trainers, Settled(0, 0b111, 1, 1, 1), expired), result => Assert.Equal(SubmissionOutcome.Expired, result.Outcome));
    }

    [Fact]
    public void What_a_node_made_up_never_fails()
    {
        IReadOnlyList<SubmissionResult> results = SubmissionResult.Of(
            Trainers, Settled(uint.MaxValue << 1, (BigInteger.One << 200) + (BigInteger.One << 31) + 1), null);
        Assert.Equal(
            [(SubmissionOutcome.Kept, 0, 1), (SubmissionOutcome.Invalid, 0, null), (SubmissionOutcome.Invalid, 0, null)], results.Select(Parts));
        Assert.Empty(SubmissionResult.Of([], Settled(1, 1, 5), null));
        Assert.Equal(40, SubmissionResult.Of(Enumerable.Repeat(Trainers[0], 40), Settled(0, -1), null).Count);
    }

    [Fact]
    public void A_mask_holds_what_was_put_in()
    {
        var mask = RoundMask.Of([true, false, true]);
        Assert.Equal((0b101u, 2), (mask.Bits, mask.Count));
        Assert.Equal([true, false, true, false], Enumerable.Range(0, 4).Select(mask.Contains));
        Assert.True(RoundMask.Of(Enumerable.Repeat(true, 32)).Contains(31));
        Assert.False(new RoundMask(uint.MaxValue).Contains(32));
        Assert.False(new RoundMask(uint.MaxValue).Contains(-1));
    }

    private static (SubmissionOutcome, BigInteger, int?) Parts(SubmissionResult result) => (result.Outcome, result.Payout, result.Update);

    private static MarketEvents.RoundSettled Settled(uint invalid, BigInteger kept, params BigInteger[] payouts)
    {
        Cid nothing = default;
        return new MarketEvents.RoundSettled(
            1, 0, new Settlement(invalid, [], [], G1.Infinity, nothing, nothing), kept, 1, payouts, Anywhere);
    }
}
