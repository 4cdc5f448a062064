using System.Numerics;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Hosting;
using Marketplace.Protocol.Projects;
using Marketplace.ReadModel;
using Marketplace.Testing.Markets.Synthetic;
using Marketplace.Web.Logic.Tests.Support;
using Marketplace.Web.Projects;

namespace Marketplace.Web.Logic.Tests.Projects;

/// <summary>Whether an account can join, and why not, on both sides of every bound.</summary>
public sealed class JoinOfferTests
{
    private const long Stake = 100, Gas = 7;

    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Address Trainer = SyntheticMarket.AccountOf("trainer");
    private static readonly Address Other = SyntheticMarket.AccountOf("other");

    [Fact]
    public void An_account_with_stake_and_fee_can_join_until_the_last_second()
    {
        JoinOffer offer = Offer(Project(), ether: Stake + Gas);
        Assert.Null(offer.Obstacle);
        Assert.Equal(MarketContract.Calldata.Join(7, []), offer.Call);
        Assert.Contains("time to join is over", Refusal(Offer(Project(), ether: Stake + Gas, at: Now.AddSeconds(1))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_project_takes_nobody()
    {
        ProjectDetails project = Project();
        project = project with { Terms = project.Terms with { MaxTrainers = 1 }, Trainers = [Member(Other)] };
        Assert.Contains("takes 1 trainer,", Refusal(Offer(project, ether: Stake + Gas)), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_has_too_little_is_told_what_it_has_and_needs()
    {
        string ether = Refusal(Offer(Project(), ether: Stake + Gas - 1));
        Assert.Contains(TokenUnit.Ether.Format(Stake + Gas), ether, StringComparison.Ordinal);
        Assert.Contains(TokenUnit.Ether.Format(Stake + Gas - 1), ether, StringComparison.Ordinal);

        ProjectDetails project = Project();
        project = project with { Terms = project.Terms with { Token = Other } };
        Assert.Equal("This account has 99 TOK, and the stake is 100 TOK.", Refusal(Offer(project, ether: Gas, token: Stake - 1)));
        Assert.Contains("network's fee", Refusal(Offer(project, ether: Gas - 1, token: Stake)), StringComparison.Ordinal);
        Assert.Null(Offer(project, ether: Gas, token: Stake).Obstacle);
    }

    [Fact]
    public void Where_there_is_a_list_its_proof_goes_along()
    {
        AllowlistTree list = new([Other, Trainer]);
        ProjectDetails project = Project();
        project = project with { Terms = project.Terms with { AllowlistRoot = list.Root } };
        Assert.Equal(MarketContract.Calldata.Join(7, list.ProofOf(Trainer)), Offer(project, Stake + Gas, allowlist: [Other, Trainer]).Call);
        Assert.Contains("does not show that list", Refusal(Offer(project, Stake + Gas)), StringComparison.Ordinal);
        Assert.Contains("does not show that list", Refusal(Offer(project, Stake + Gas, allowlist: [Trainer])), StringComparison.Ordinal);
        ProjectDetails others = project with { Terms = project.Terms with { AllowlistRoot = new AllowlistTree([Other]).Root } };
        Assert.Contains("not among them", Refusal(Offer(others, Stake + Gas, allowlist: [Other])), StringComparison.Ordinal);
    }

    private static string Refusal(JoinOffer offer)
    {
        Assert.Null(offer.Call);
        return offer.Obstacle!;
    }

    private static JoinOffer Offer(
        ProjectDetails project, BigInteger ether, BigInteger? token = null, IReadOnlyList<Address>? allowlist = null, DateTimeOffset? at = null)
    {
        TokenUnit unit = project.Terms.Token.IsZero ? TokenUnit.Ether : new TokenUnit("TOK", 0);
        return JoinOffer.Of(project, allowlist ?? [], Trainer, at ?? Now, new Purse(ether, token ?? ether, unit, Gas));
    }

    private static ProjectDetails Project()
    {
        ProjectDetails project = MadeUpProject.Details();
        return project with { Terms = project.Terms with { JoinDeadline = (ulong)Now.ToUnixTimeSeconds(), TrainerStake = Stake } };
    }

    private static Participation Member(Address trainer) => new()
    {
        Project = 7,
        Trainer = trainer,
        Index = 0,
        Joined = new ChainMoment(1, Now, default),
    };
}
