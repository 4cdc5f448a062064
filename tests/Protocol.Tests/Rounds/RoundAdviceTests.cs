using System.Numerics;
using Marketplace.Algebra.Curves;
using Marketplace.Proofs.Gram;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Protocol.Tests.Rounds;

/// <summary>What a trainer is told of rounds of which it is known how they went.</summary>
public sealed class RoundAdviceTests
{
    private static readonly short[] Reference = [1000, 0, 0, 0], Good = [800, 600, 0, 0], Against = [-800, 0, 600, 0], Zero = [0, 0, 0, 0];

    [Fact]
    public void A_round_that_paid_somebody_needs_no_word_for_all()
    {
        RoundOutcome outcome = Decide([Good, Against]);
        Assert.Null(RoundAdvice.OfNobody(outcome));
        Assert.Contains("Nothing was taken away", RoundAdvice.Of(outcome, 1, hasCourt: true), StringComparison.Ordinal);
        Assert.Contains("points away", RoundAdvice.Of(outcome, 2, hasCourt: true), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_all_point_away_the_data_are_to_be_compared()
    {
        RoundOutcome outcome = Decide([Against, Against]);
        Assert.Contains(RoundAdvice.KeptNobody, RoundAdvice.OfNobody(outcome), StringComparison.Ordinal);
        Assert.Contains("trainer check", RoundAdvice.OfNobody(outcome), StringComparison.Ordinal);
        Assert.Contains("points away", RoundAdvice.Of(outcome, 1, hasCourt: true), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nobody_trained_it_says_so() =>
        Assert.Contains("all updates are zero", RoundAdvice.OfNobody(Decide([Zero, Zero])), StringComparison.Ordinal);

    [Fact]
    public void Who_was_kept_in_a_round_without_pay_is_not_told_that_it_is_paid()
    {
        RoundOutcome unpaid = Decide([Good]) with { Payouts = [0] };
        Assert.Contains("nobody was paid", RoundAdvice.Of(unpaid, 1, hasCourt: true), StringComparison.Ordinal);
        Assert.Contains("add nothing", RoundAdvice.OfNobody(unpaid), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "can be claimed")]
    [InlineData(false, "could not be fetched")]
    public void What_was_declared_invalid_is_told_what_can_be_done(bool hasCourt, string words)
    {
        RoundOutcome outcome = RoundOutcome.Decide([G1.Generator], new RoundMask(1u), null, 100, 0);
        Assert.Contains(words, RoundAdvice.Of(outcome, null, hasCourt), StringComparison.Ordinal);
        Assert.Contains("every update was declared invalid", RoundAdvice.OfNobody(outcome), StringComparison.Ordinal);
    }

    private static RoundOutcome Decide(short[][] updates) => RoundOutcome.Decide(
        [.. updates.Select(_ => G1.Generator)], default, GramMatrix.Compute(Reference, updates, []), reward: BigInteger.Pow(10, 18), rollover: 0);
}
