using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;
using Marketplace.Protocol.Audit;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Tests.Markets;
using Marketplace.Testing.Markets;

namespace Marketplace.Protocol.Tests.Audit;

/// <summary>What trainers of a settled round are credited, in events that a node could make up.</summary>
public class PayChecksTests(PlayedFixture played)
{
    private static readonly Log Anywhere = new(Address.Zero, [], default, 7, default, Bytes32.Keccak("pay"), 0, 0);

    private ProjectHistory History => played.HistoryOf(played.Events);

    private Address Earner => History.Rounds[0].Earned.Keys.First();

    private BigInteger Earned => History.EarnedBy(Earner);

    [Fact]
    public void Pay_that_was_earned_passes_in_one_piece_and_in_two()
    {
        Assert.True(Earned > 1);
        Assert.All(ChecksOf(Pay(Earner, Earned)), Passed);
        Assert.All(ChecksOf(Pay(Earner, 1), Pay(Earner, Earned - 1)), Passed);
    }

    [Fact]
    public void More_pay_than_was_earned_is_found() =>
        Assert.Contains(ChecksOf(Pay(Earner, Earned), Pay(Earner, 1)), check => check.Result == AuditResult.Failed);

    [Fact]
    public void Pay_for_somebody_who_never_joined_is_found() =>
        Assert.Contains(ChecksOf(Pay(PlayedMarket.TrainerAddress(4), 1)), check => check.Result == AuditResult.Failed);

    [Fact]
    public void A_stake_that_comes_back_without_what_was_earned_is_found() =>
        Assert.Contains(
            ChecksOf(new MarketEvents.ProjectCompleted(played.Project, Anywhere), Credit(Earner, 1, CreditReason.StakeReturn)),
            check => check.Result == AuditResult.Failed);

    [Fact]
    public void A_stake_that_comes_back_with_what_was_earned_passes()
    {
        var end = new MarketEvents.ProjectCompleted(played.Project, Anywhere);
        ProjectHistory ended = played.HistoryOf([.. played.Events, end]);
        BigInteger due = Earned + new Departure(ended).RolloverOf(Earner);
        Assert.All(ChecksOf(end, Credit(Earner, 1, CreditReason.StakeReturn), Pay(Earner, due)), Passed);
    }

    private static void Passed(AuditCheck check) => Assert.True(check.Result == AuditResult.Passed, $"{check.Name}: {check.Evidence}");

    private MarketEvents.Credited Pay(Address account, BigInteger amount) => Credit(account, amount, CreditReason.Reward);

    private MarketEvents.Credited Credit(Address account, BigInteger amount, CreditReason reason) =>
        new(played.Project, account, Address.Zero, amount, (byte)reason, Anywhere);

    private List<AuditCheck> ChecksOf(params IContractEvent[] made) => [.. PayChecks.Of(played.HistoryOf([.. played.Events, .. made]))];
}
