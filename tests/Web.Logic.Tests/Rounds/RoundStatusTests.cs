using Bunit;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;
using Marketplace.Web.Logic.Tests.Support;
using Marketplace.Web.Rounds;

namespace Marketplace.Web.Logic.Tests.Rounds;

/// <summary>Where a round stands, in words.</summary>
public sealed class RoundStatusTests(SyntheticEnd end) : ComponentTest(end)
{
    private static IEnumerable<IContractEvent> Submitted => [.. SettledRound.Open, .. SettledRound.Submitted];

    [Fact]
    public void A_round_that_is_trained_says_who_has_refused() =>
        AssertStatus("training", 1_000, [.. SettledRound.Open, SettledRound.Submitted[0], SettledRound.Refusal], "1 of 4 have, 1 have refused.");

    [Fact]
    public void A_round_that_most_have_refused_can_be_closed() => AssertStatus(
        "failed",
        0,
        [
            .. SettledRound.Open,
            .. Enumerable.Range(0, 3).Select(seat => SettledRound.Refusal with { Trainer = SettledRound.Trainers[seat], Seat = seat }),
        ],
        "Anybody can close it now");

    [Fact]
    public void A_round_that_failed_has_paid_nobody() => AssertStatus(
        "failed", 0, [.. Submitted, SettledRound.Expiry with { Phase = (byte)RoundPhase.Failed, Trainers = [], Compensation = 0 }], "was burned");

    [Fact]
    public void A_round_that_was_not_settled_compensates_its_submitters() =>
        AssertStatus("expired", 99, [.. Submitted, SettledRound.Expiry], "The 3 who had submitted");

    [Fact]
    public void A_round_that_was_not_opened_compensates_all() => AssertStatus(
        "expired",
        1_000,
        [
            .. SettledRound.Open.Where(e => e is not MarketEvents.RoundOpened),
            SettledRound.Expiry with { Phase = (byte)RoundPhase.Idle, Trainers = [], Compensation = 250 },
        ],
        "every trainer gets an equal part");

    [Fact]
    public void A_settled_round_pays_by_contribution() =>
        AssertStatus("settled", 667, [.. Submitted, SettledRound.Settlement], "1 of 3 updates went into the model");

    [Fact]
    public void A_settled_round_that_kept_nobody_rolls_over() => AssertStatus(
        "nobody-kept", 0, [.. Submitted, SettledRound.Settlement with { Kept = 0, Payouts = [0, 0, 0] }], "none was kept", "rolls over");

    [Fact]
    public void A_settled_round_that_brought_nothing_new_rolls_over() => AssertStatus(
        "nobody-earned", 0, [.. Submitted, SettledRound.Settlement with { Payouts = [0, 0, 0] }], "1 of 3 updates went", "rolls over");

    [Fact]
    public void A_settled_round_without_a_valid_update_pays_nobody()
    {
        MarketEvents.RoundSettled settled = SettledRound.Settlement;
        settled = settled with { Kept = 0, Settlement = settled.Settlement with { Invalid = 0b111, Gram = [] }, Payouts = [0, 0, 0] };
        AssertStatus("nobody-valid", 0, [.. Submitted, settled], "reward was burned");
    }

    [Fact]
    public void An_overdue_round_can_be_closed()
    {
        IEnumerable<IContractEvent> overdue =
        [
            .. Submitted.Select(e => e is MarketEvents.RoundOpened opened ? opened with { TrainingEnds = 1, SettleBy = 2 } : e),
        ];
        AssertStatus("overdue", 1_000, overdue, "time to settle is over");
    }

    private void AssertStatus(string stage, int paid, IEnumerable<IContractEvent> events, params string[] words)
    {
        IRenderedComponent<RoundStatus> status = Show<RoundStatus>(parameters => parameters
            .Add(status => status.View, RoundView.Read(Market.Chain, SettledRound.Project, events, 0)!)
            .Add(status => status.Token, Address.Zero));
        Assert.Equal(stage, status.Find("[data-test=round-status]").GetAttribute("data-stage"));
        Assert.Equal($"{paid}", status.Find("[data-test=round-paid] .amount").GetAttribute("data-amount"));
        string text = string.Join(' ', status.Find("p").TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.All(words, word => Assert.Contains(word, text, StringComparison.Ordinal));
    }
}
