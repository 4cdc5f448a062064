using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Sending;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Disputes;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets;

namespace Marketplace.ReadModel.Tests;

/// <summary>The read model of claims before a panel of one auditor, on a real node.</summary>
public sealed class ClaimsOnChainTests : IAsyncLifetime
{
    private readonly Srs _srs = Srs.CreateDevelopment(ExcludedUpdate.Dimension + Srs.ReservedCoordinates);
    private readonly TemporaryFolder _folder = new();
    private IContentStore? _store;
    private TestMarket? _market;
    private Address _panel;

    private TestMarket Market => _market!;

    private Address Trainer => Market.Trainers[0];

    private Address Auditor => Market.Trainers[1];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = ContentStore.Open(_folder["blocks"]);
        _market = await TestMarket.DeployAsync(_srs);
        _panel = await OneAuditorPanel.DeployAsync(Market.Chain.Client, Market.Owner, Auditor);
    }

    public async ValueTask DisposeAsync()
    {
        await Market.DisposeAsync();
        _store!.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(ClaimVerdict.Valid)]
    [InlineData(ClaimVerdict.Invalid)]
    [InlineData(ClaimVerdict.Refused)]
    public async Task Rows_follow_a_claim_to_its_ruling_and_back(ClaimVerdict verdict)
    {
        TestProject project = await ExcludedUpdate.PlayAsync(Market, _store!, _panel, Trainer, ExcludedKind.Honest);
        ClaimsChain claims = await ClaimsChain.OpenAsync(Market.Chain, Cancellation);
        await using RunningModel model = await RunningModel.StartAsync(
            Market.Chain, new ReadModelOptions { Folder = _folder["model"], Poll = TimeSpan.FromMilliseconds(50) });
        Assert.Equal(ClaimStage.Excluded, (await AgreeAsync(model, claims, project)).Summary.Stage);

        string evidence = new UpdateOpening(ExcludedUpdate.Seed).ToUri();
        await SendAsync(Trainer, claims.Address, ClaimsContract.Calldata.Claim(1, evidence));
        ClaimDetails claim = await AgreeAsync(model, claims, project);
        Assert.Equal((Trainer, evidence), (Assert.Single(claim.Evidence).Party, claim.Evidence[0].Text));

        await SendAsync(Market.Owner, claims.Address, ClaimsContract.Calldata.Deny(1, "ipfs://nothing"));
        claim = await AgreeAsync(model, claims, project);
        Assert.Equal(Market.Owner, claim.Evidence[1].Party);

        BigInteger dispute = claim.Summary.Dispute!.Value;
        await Market.SendAsync(Auditor, new TransactionRequest(_panel, PanelContract.Calldata.Vote(dispute, (int)verdict)));
        string snapshot = await Market.Node.TakeSnapshotAsync();
        await Market.SendAsync(Market.Owner, new TransactionRequest(_panel, PanelContract.Calldata.Execute(dispute)));
        claim = await AgreeAsync(model, claims, project);
        Assert.Equal((verdict, true), (claim.Summary.Verdict, claim.Summary.IsRuled));

        await Market.Node.RevertAsync(snapshot);
        await Market.Node.PassAsync(TimeSpan.FromMinutes(1));
        await Market.SendAsync(Market.Owner, new TransactionRequest(claims.Address, ClaimsContract.Calldata.SubmitEvidence(1, "late")));
        claim = await AgreeAsync(model, claims, project);
        Assert.Equal((null, false), (claim.Summary.Verdict, claim.Summary.IsRuled));
        Assert.Equal("late", claim.Evidence[2].Text);
    }

    [Fact]
    public async Task Silence_decides_without_a_ruling()
    {
        TestProject project = await ExcludedUpdate.PlayAsync(Market, _store!, _panel, Trainer, ExcludedKind.Honest);
        ClaimsChain claims = await ClaimsChain.OpenAsync(Market.Chain, Cancellation);
        await using RunningModel model = await RunningModel.StartAsync(
            Market.Chain, new ReadModelOptions { Folder = _folder["model"], Poll = TimeSpan.FromMilliseconds(50) });
        await Market.Node.PassAsync(TimeSpan.FromHours(2));
        await Market.SendAsync(Market.Owner, new TransactionRequest(claims.Address, ClaimsContract.Calldata.Conclude(1)));
        ClaimSummary claim = (await AgreeAsync(model, claims, project)).Summary;
        Assert.Equal((ClaimVerdict.Invalid, false, null), (claim.Verdict, claim.IsRuled, claim.Claimed));
    }

    /// <summary>Whether the rows say what the contracts do.</summary>
    private async Task<ClaimDetails> AgreeAsync(RunningModel model, ClaimsChain claims, TestProject project)
    {
        await model.ReachAsync();
        ClaimDetails details = (await model.Model.FindClaimAsync(1, Cancellation))!;
        ClaimSummary row = details.Summary;
        ClaimState state = (await claims.FindAsync(1, Cancellation))!.State;
        Assert.Equal(
            (state.ProjectId, state.Trainer, (int)state.Round, (ClaimStage)state.Stage, state.Part),
            (row.Project, row.Trainer, row.Round, row.Stage, row.Part));
        Assert.Equal(state.Defender, row.Defender.GetValueOrDefault());
        Assert.Equal(state.DisputeId, row.Dispute.GetValueOrDefault());
        Assert.Equal(row.IsOpen ? (long)state.Until : null, row.Until?.ToUnixTimeSeconds());
        ProjectDetails read = (await model.Model.FindProjectAsync(row.Project, Cancellation))!;
        Member member = await Market.Chain.Contract.MemberAsync(project.Id, Trainer);
        ProjectState held = await Market.Chain.Contract.StateAsync(project.Id);
        Assert.Equal((int)member.OpenClaims, Assert.Single(read.Trainers).OpenClaims);
        Assert.Equal(member.Stake, read.Trainers[0].Stake);
        Assert.Equal((held.OpenClaims, held.Escrow, held.Bond), ((uint)read.Summary.OpenClaims, read.Summary.Remaining, read.Summary.Bond));
        return details;
    }

    private Task SendAsync(Address from, Address contract, byte[] call) =>
        Market.SendAsync(from, new TransactionRequest(contract, call) { Value = OneAuditorPanel.Fee });
}
