using Marketplace.Chain;
using Marketplace.Protocol.Disputes;
using Marketplace.ReadModel;
using Marketplace.Testing.Markets.Synthetic;

namespace Marketplace.Web.Logic.Tests.Support;

/// <summary>Claims as pages get them from the read model.</summary>
internal static class MadeUpClaim
{
    public static readonly Address
        Trainer = SyntheticMarket.AccountOf("trainer"), Defender = SyntheticMarket.AccountOf("defender"), Court = SyntheticMarket.AccountOf("court");

    /// <summary>A claim of round 2 of project 7 in one of its stages, with its deadline an hour ahead.</summary>
    public static ClaimSummary Of(long id, ClaimStage stage, ClaimVerdict? verdict = null, bool isRuled = false) => new()
    {
        Id = id,
        Project = 7,
        Title = "Digits",
        Round = 1,
        Trainer = Trainer,
        Part = 250_000_000_000_000_000,
        Token = Address.Zero,
        Court = Court,
        Stage = stage,
        Until = stage == ClaimStage.Concluded ? null : MadeUpProject.Now.AddHours(1),
        Excluded = At(10),
        Claimed = stage is ClaimStage.Excluded ? null : At(11),
        Denied = stage is ClaimStage.Disputed || isRuled ? At(12) : null,
        Defender = stage is ClaimStage.Disputed || isRuled ? Defender : null,
        Dispute = stage is ClaimStage.Disputed || isRuled ? 3 : null,
        Concluded = stage is ClaimStage.Concluded ? At(14) : null,
        Verdict = verdict,
        IsRuled = isRuled,
    };

    public static ClaimDetails Details(ClaimSummary claim, params ClaimEvidence[] evidence) =>
        new() { Summary = claim, Project = MadeUpProject.Summary(7, "Digits"), Evidence = evidence };

    /// <summary>A block with one transaction.</summary>
    public static ChainMoment At(ulong block) => new(block, MadeUpProject.Now.AddHours(-1), Bytes32.Keccak($"{block}"));
}
