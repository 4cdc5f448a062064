using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Protocol.Disputes;
using Marketplace.ReadModel.Projection;
using Marketplace.ReadModel.Stores;
using Marketplace.Testing.Markets.Synthetic;

namespace Marketplace.ReadModel.Tests;

// What every store must do with claims.
public abstract partial class StoreTests
{
    [Fact]
    public async Task Claims_are_kept_in_every_stage_and_with_every_verdict()
    {
        await using MarketStore store = await OpenAsync(Market);
        SyntheticHistory history = SyntheticHistory.Contest(seed: 31, steps: 60);
        await Batches.ApplyAsync(store, history.Chain.Blocks, new Random(1));
        await AssertClaimsHoldAsync(store, history);
        IReadOnlyList<ClaimSummary> claims = (await store.FindClaimsAsync(new ClaimQuery(Take: 1000), Cancellation)).Claims;
        foreach (ClaimStage stage in new[] { ClaimStage.Excluded, ClaimStage.Claimed, ClaimStage.Disputed })
            Assert.Contains(claims, claim => claim.Stage == stage && claim is { Until: not null, Verdict: null, Concluded: null });
        foreach (ClaimVerdict verdict in Enum.GetValues<ClaimVerdict>())
        {
            Assert.Contains(claims, claim => claim.Verdict == verdict && claim is { IsRuled: true, Until: null, Concluded: not null });
            Assert.Contains(claims, claim => claim.Verdict == verdict && claim is { IsRuled: false, Until: null, Concluded: not null });
        }
        Assert.Null(await store.FindClaimAsync(claims.Count + 1, Cancellation));
        Assert.Null(await store.FindClaimAsync(-1, Cancellation));
    }

    [Fact]
    public async Task Open_claims_come_first_in_pages()
    {
        await using MarketStore store = await OpenAsync(Market);
        SyntheticHistory history = SyntheticHistory.Contest(seed: 31, steps: 60);
        await Batches.ApplyAsync(store, history.Chain.Blocks, new Random(1));
        long[] all = [.. history.Market.Claims.All.OrderBy(claim => !claim.IsOpen).ThenByDescending(claim => claim.Id).Select(claim => claim.Id)];
        int open = history.Market.Claims.All.Count(claim => claim.IsOpen);
        Assert.InRange(open, 1, all.Length - 1);
        ClaimPage page = await store.FindClaimsAsync(new ClaimQuery(Skip: 1, Take: open), Cancellation);
        Assert.Equal(all.Length, page.Total);
        Assert.Equal(all.Skip(1).Take(open), page.Claims.Select(claim => claim.Id));
        page = await store.FindClaimsAsync(new ClaimQuery(OnlyOpen: true, Take: 1000), Cancellation);
        Assert.Equal(open, page.Total);
        Assert.Equal(all.Take(open), page.Claims.Select(claim => claim.Id));
        foreach (SyntheticClaim claim in history.Market.Claims.All.Where(claim => claim.Defender is not null))
        {
            Assert.Contains((await store.ReadAccountAsync(claim.Trainer, Cancellation)).Claims, row => row.Id == claim.Id);
            Assert.Contains((await store.ReadAccountAsync(claim.Defender!.Value, Cancellation)).Claims, row => row.Id == claim.Id);
        }
    }

    [Fact]
    public async Task A_reorganization_takes_a_ruling_back()
    {
        await using MarketStore store = await OpenAsync(Market);
        SyntheticHistory history = SyntheticHistory.Contest(seed: 31, steps: 60);
        SyntheticBlock ruled = history.Chain.Blocks.Last(block => block.Logs.Any(log => ClaimsEvents.TryDecode(log) is ClaimsEvents.Ruling));
        int at = (int)ruled.Number;
        long id = (long)ruled.Logs.Select(ClaimsEvents.TryDecode).OfType<ClaimsEvents.ClaimConcluded>().Last().ClaimId;
        await store.ApplyAsync(Batches.Of(history.Chain.Blocks, 0, at - 1), null, Cancellation);
        string before = await Answers.AllAsync(store, history);
        await store.ApplyAsync(Batches.Of(history.Chain.Blocks, at, at), null, Cancellation);
        Assert.True((await store.FindClaimAsync(id, Cancellation))!.Summary.IsRuled);
        MarketChange change = await store.RollBackAsync((ulong)at, Cancellation);
        ClaimSummary claim = (await store.FindClaimAsync(id, Cancellation))!.Summary;
        Assert.Equal((ClaimStage.Disputed, null, false), (claim.Stage, claim.Verdict, claim.IsRuled));
        Assert.Contains(claim.Project, change.Projects);
        Assert.Contains(claim.Trainer, change.Accounts);
        Assert.Contains(claim.Defender!.Value, change.Accounts);
        Assert.Equal(before, await Answers.AllAsync(store, history));
    }

    [Fact]
    public async Task Evidence_is_bounded_in_length_and_number_and_strangers_do_not_crowd_out_the_parties()
    {
        await using MarketStore store = await OpenAsync(Market);
        SyntheticHistory history = SyntheticHistory.Contest(seed: 31, steps: 60);
        SyntheticClaim claim = history.Market.Claims.All.Last(claim => claim.Stage == ClaimStage.Excluded);
        Address stranger = SyntheticMarket.AccountOf("stranger");
        for (int k = 0; k < 100; k++)
            history.Market.Claims.ShowEvidence(claim, stranger);
        history.Market.Claims.Claim(claim);
        history.Chain.Mine();
        await Batches.ApplyAsync(store, history.Chain.Blocks, new Random(1));
        IReadOnlyList<ClaimEvidence> evidence = (await store.FindClaimAsync(claim.Id, Cancellation))!.Evidence;
        Assert.Equal(50, evidence.Count);
        Assert.Equal(claim.Trainer, evidence[^1].Party);
        Assert.All(evidence, shown => Assert.InRange(shown.Text.Length, 0, ClaimEvidence.MaxLength));
        Assert.All(evidence, shown => Assert.DoesNotContain(shown.Text, letter => char.IsControl(letter) || letter == '\u202e'));
        Assert.Contains(evidence, shown => shown.Text.EndsWith('…'));
        Assert.Contains(evidence, shown => shown.Text == "a bc d");
    }

    [Fact]
    public async Task An_event_of_a_claim_that_does_not_fit_is_left_out()
    {
        await using MarketStore store = await OpenAsync(Market);
        SyntheticHistory history = SyntheticHistory.Contest(seed: 31, steps: 60);
        EventBatch batch = Batches.Of(history.Chain.Blocks, 0, history.Chain.Blocks.Count - 1);
        await store.ApplyAsync(
            batch with { Events = [.. batch.Events.Where(@event => @event.Event is not ClaimsEvents.UpdateExcluded)] }, null, Cancellation);
        Assert.Equal(0, (await store.FindClaimsAsync(new ClaimQuery(), Cancellation)).Total);
        await store.RollBackAsync(0, Cancellation);
        await store.ApplyAsync(
            batch with { Events = [.. batch.Events.Where(@event => @event.Event is not ClaimsEvents.ClaimMade)] }, null, Cancellation);
        Assert.All(
            (await store.FindClaimsAsync(new ClaimQuery(Take: 1000), Cancellation)).Claims,
            claim => Assert.True(claim is { Claimed: null, Denied: null, Dispute: null, IsRuled: false }));
    }

    private static async Task AssertClaimsHoldAsync(MarketStore store, SyntheticHistory history)
    {
        foreach (SyntheticClaim claim in history.Market.Claims.All)
        {
            ClaimDetails details = (await store.FindClaimAsync(claim.Id, Cancellation))!;
            ClaimSummary row = details.Summary;
            Assert.Equal(
                (claim.Project.Id, claim.Round, claim.Trainer, claim.Part, claim.Stage, claim.Defender, claim.Verdict, claim.IsRuled),
                (row.Project, row.Round, row.Trainer, row.Part, row.Stage, row.Defender, row.Verdict, row.IsRuled));
            Assert.Equal((claim.Project.Terms.Arbitrator, claim.Project.Terms.Token), (row.Court, row.Token));
            Assert.Equal(claim.Defender is null ? null : claim.Dispute, row.Dispute);
            Assert.Equal(Math.Min(claim.Evidence, 50), details.Evidence.Count);
        }
        foreach (SyntheticProject project in history.Market.Projects)
        {
            ILookup<Address, SyntheticClaim> open = history.Market.Claims.All.Where(claim => claim.IsOpen && claim.Project == project)
                .ToLookup(claim => claim.Trainer);
            ProjectDetails details = (await store.FindProjectAsync(project.Id, Cancellation))!;
            Assert.Equal(open.Sum(trainer => trainer.Count()), details.Summary.OpenClaims);
            Assert.All(details.Trainers, trainer => Assert.Equal(open[trainer.Trainer].Count(), trainer.OpenClaims));
            Assert.Equal(history.Market.Claims.All.Count(claim => claim.Project == project), details.Claims.Count);
        }
    }
}
