using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Sending;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Crypto.Sealing;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Audit;
using Marketplace.Protocol.Disputes;
using Marketplace.Protocol.Markets;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets;

namespace Marketplace.Protocol.Tests.Disputes;

/// <summary>An update that was declared invalid, before a panel of one auditor, on a real node.</summary>
public sealed class ClaimsOnChainTests : IAsyncLifetime
{
    private readonly Srs _srs = Srs.CreateDevelopment(ExcludedUpdate.Dimension + Srs.ReservedCoordinates);
    private readonly TemporaryFolder _folder = new();
    private IContentStore? _store;
    private TestMarket? _market;
    private Address _panel;

    private TestMarket Market => _market!;

    private IContentStore Store => _store!;

    private Address Trainer => Market.Trainers[0];

    private Address Auditor => Market.Trainers[1];

    private PanelContract Panel => new(Market.Chain.Client, _panel);

    public async ValueTask InitializeAsync()
    {
        _store = ContentStore.Open(_folder["blocks"]);
        _market = await TestMarket.DeployAsync(_srs);
        _panel = await OneAuditorPanel.DeployAsync(Market.Chain.Client, Market.Owner, Auditor);
    }

    public async ValueTask DisposeAsync()
    {
        await Market.DisposeAsync();
        Store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_claim_that_is_right_is_paid()
    {
        TestProject project = await PlayAsync(ExcludedKind.Honest);
        (ClaimsChain claims, ProjectClaim claim) = await DisputeAsync(project, new UpdateOpening(ExcludedUpdate.Seed).ToUri());
        Judgement judgement = await new ClaimJudge(Market.Chain, claims, Store, _srs).JudgeAsync(claim, CancellationToken.None);
        Assert.True(judgement.Verdict == ClaimVerdict.Valid, judgement.Reason);
        await RuleAsync(claim, ClaimVerdict.Valid);

        Assert.Equal(ClaimStage.Concluded, (await claims.FindAsync(claim.Id, CancellationToken.None))!.Stage);
        ProjectHistory history = (await Market.Chain.ReadHistoryAsync(project.Id)).History;
        BigInteger part = history.PartOfInvalid(history.Rounds[0]);
        Assert.Equal(history.RewardOf(0), part);
        Assert.Equal(part, history.Credited(Trainer, CreditReason.ClaimedReward));
        Assert.Equal(part, history.Credited(Trainer, CreditReason.ClaimCompensation));
        Assert.Equal(OneAuditorPanel.Fee, await claims.Contract.BalanceOfAsync(Trainer));
        AuditCheck won = Assert.Single((await AuditAsync(project)).Checks, check => check.Name.Contains("won by claims", StringComparison.Ordinal));
        Assert.Equal(AuditResult.Passed, won.Result);
        Assert.DoesNotContain(
            (await AuditAsync(project)).Checks, check => check.Subject == "money" && check.Result == AuditResult.Failed);
    }

    [Theory]
    [InlineData(ExcludedKind.OtherCommitment, "Mismatch")]
    [InlineData(ExcludedKind.SealedToOther, "Unopenable")]
    [InlineData(ExcludedKind.Noise, "Unopenable")]
    public async Task A_claim_that_is_wrong_costs_the_stake(ExcludedKind kind, string why)
    {
        TestProject project = await PlayAsync(kind);
        (ClaimsChain claims, ProjectClaim claim) = await DisputeAsync(project, new UpdateOpening(ExcludedUpdate.Seed).ToUri());
        Judgement judgement = await new ClaimJudge(Market.Chain, claims, Store, _srs).JudgeAsync(claim, CancellationToken.None);
        Assert.Equal(ClaimVerdict.Invalid, judgement.Verdict);
        Assert.StartsWith(why, judgement.Reason, StringComparison.Ordinal);
        await RuleAsync(claim, ClaimVerdict.Invalid);
        ProjectHistory history = (await Market.Chain.ReadHistoryAsync(project.Id)).History;
        Assert.Equal(project.Terms.TrainerStake, Assert.Single(history.Rounds[0].ForfeitedByClaims).Amount);
        Assert.Equal(OneAuditorPanel.Fee, await claims.Contract.BalanceOfAsync(Market.Owner));
        Assert.DoesNotContain(
            (await AuditAsync(project)).Checks, check => check.Subject == "money" && check.Result == AuditResult.Failed);
    }

    [Theory]
    [InlineData("ipfs://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy")]
    [InlineData("data:application/json;base64,e30=")]
    [InlineData("")]
    public async Task Who_shows_no_opening_is_not_believed(string evidence)
    {
        TestProject project = await PlayAsync(ExcludedKind.Honest);
        (ClaimsChain claims, ProjectClaim claim) = await DisputeAsync(project, evidence);
        Judgement judgement = await new ClaimJudge(Market.Chain, claims, Store, _srs).JudgeAsync(claim, CancellationToken.None);
        Assert.Equal(ClaimVerdict.Invalid, judgement.Verdict);
        Assert.Contains("has not shown", judgement.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_nobody_serves_cannot_be_told()
    {
        TestProject project = await PlayAsync(ExcludedKind.NotServed);
        (ClaimsChain claims, ProjectClaim claim) = await DisputeAsync(project, new UpdateOpening(ExcludedUpdate.Seed).ToUri());
        Judgement judgement = await new ClaimJudge(Market.Chain, claims, Store, _srs).JudgeAsync(claim, CancellationToken.None);
        Assert.Null(judgement.Verdict);
        Assert.Contains("cannot be fetched", judgement.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_sealed_to_the_panel_its_auditor_alone_can_judge()
    {
        TestProject project = await PlayAsync(ExcludedKind.Honest);
        using var key = SealingKey.Generate();
        PanelSeats seats = await PublishAsync(key);
        (ClaimsChain claims, ProjectClaim claim) = await DisputeAsync(project, Sealed(project, seats, ExcludedUpdate.Seed));

        Judgement outsider = await new ClaimJudge(Market.Chain, claims, Store, _srs).JudgeAsync(claim, CancellationToken.None);
        Assert.Null(outsider.Verdict);
        Assert.Contains($"is sealed to the auditors of the panel {_panel}", outsider.Reason, StringComparison.Ordinal);
        Judgement judgement = await JudgeAsync(claims, claim, key);
        Assert.True(judgement.Verdict == ClaimVerdict.Valid, judgement.Reason);

        using var other = SealingKey.Generate();
        Judgement unable = await JudgeAsync(claims, claim, other);
        Assert.Equal(ClaimVerdict.Invalid, unable.Verdict);
        Assert.Contains("has shown nothing that this auditor can open", unable.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_seed_that_is_sealed_to_an_auditor_opens_nothing()
    {
        TestProject project = await PlayAsync(ExcludedKind.Honest);
        using var key = SealingKey.Generate();
        PanelSeats seats = await PublishAsync(key);
        (ClaimsChain claims, ProjectClaim claim) = await DisputeAsync(project, Sealed(project, seats, Bytes32.Keccak("another").ToArray()));
        Judgement judgement = await JudgeAsync(claims, claim, key);
        Assert.Equal(ClaimVerdict.Invalid, judgement.Verdict);
        Assert.StartsWith("Unopenable", judgement.Reason, StringComparison.Ordinal);

        // More can be shown until the case is concluded.
        await Market.SendAsync(Trainer, new TransactionRequest(
            claims.Address, ClaimsContract.Calldata.SubmitEvidence(claim.Id, Sealed(project, seats, ExcludedUpdate.Seed))));
        judgement = await JudgeAsync(claims, claim, key);
        Assert.True(judgement.Verdict == ClaimVerdict.Valid, judgement.Reason);
    }

    [Fact]
    public async Task What_is_no_panel_is_not_taken_for_one()
    {
        Assert.NotNull(await PanelSeats.FindAsync(Market.Chain.Client, _panel, CancellationToken.None));
        Assert.Null(await PanelSeats.FindAsync(Market.Chain.Client, Market.Chain.Address, CancellationToken.None));
        Assert.Null(await PanelSeats.FindAsync(Market.Chain.Client, Trainer, CancellationToken.None));
    }

    /// <summary>The auditor publishes a key.</summary>
    private async Task<PanelSeats> PublishAsync(SealingKey key)
    {
        PanelSeats before = (await PanelSeats.FindAsync(Market.Chain.Client, _panel, CancellationToken.None))!;
        Assert.False(before.HasKey(0));
        var auditor = new PanelAuditorKey(_panel, 0, key);
        await Market.SendAsync(Auditor, new TransactionRequest(_panel, auditor.Publication()));
        PanelSeats seats = (await PanelSeats.FindAsync(Market.Chain.Client, _panel, CancellationToken.None))!;
        Assert.True(seats.HasPublished(auditor));
        Assert.Equal((1, 0, null), (seats.Quorum, seats.SeatOf(Auditor), seats.SeatOf(Trainer)));
        return seats;
    }

    private string Sealed(TestProject project, PanelSeats seats, byte[] seed) =>
        SealedOpening.Seal(new UpdateOpening(seed), Market.Chain.Round(project.Id, 0), Trainer, seats).ToUri();

    private Task<Judgement> JudgeAsync(ClaimsChain claims, ProjectClaim claim, SealingKey key) =>
        new ClaimJudge(Market.Chain, claims, Store, _srs, new PanelAuditorKey(_panel, 0, key)).JudgeAsync(claim, CancellationToken.None);

    /// <summary>The trainer claims, and the owner denies.</summary>
    private async Task<(ClaimsChain Claims, ProjectClaim Claim)> DisputeAsync(TestProject project, string evidence)
    {
        ClaimsChain claims = await ClaimsChain.OpenAsync(Market.Chain, CancellationToken.None);
        ProjectClaim claim = Assert.Single(await claims.ReadAsync(project.Id, CancellationToken.None));
        Assert.Equal((Trainer, 0, ClaimStage.Excluded), (claim.Trainer, claim.Round, claim.Stage));
        await SendAsync(Trainer, claims.Address, ClaimsContract.Calldata.Claim(claim.Id, evidence));
        await SendAsync(Market.Owner, claims.Address, ClaimsContract.Calldata.Deny(claim.Id, "it does not open"));
        claim = (await claims.FindAsync(claim.Id, CancellationToken.None))!;
        Assert.Equal(ClaimStage.Disputed, claim.Stage);
        return (claims, claim);
    }

    private async Task RuleAsync(ProjectClaim claim, ClaimVerdict verdict)
    {
        BigInteger dispute = claim.State.DisputeId;
        await Market.SendAsync(Auditor, new TransactionRequest(_panel, PanelContract.Calldata.Vote(dispute, (int)verdict)));
        await Market.SendAsync(Market.Owner, new TransactionRequest(_panel, PanelContract.Calldata.Execute(dispute)));
        Assert.Equal((int)verdict, await Panel.CurrentRulingAsync(dispute));
    }

    private Task<TestProject> PlayAsync(ExcludedKind kind) => ExcludedUpdate.PlayAsync(Market, Store, _panel, Trainer, kind);

    private Task SendAsync(Address from, Address contract, byte[] call) =>
        Market.SendAsync(from, new TransactionRequest(contract, call) { Value = OneAuditorPanel.Fee });

    private Task<AuditReport> AuditAsync(TestProject project) =>
        new Auditor(Market.Chain, Store, _srs).RunAsync(project.Id, CancellationToken.None);
}
