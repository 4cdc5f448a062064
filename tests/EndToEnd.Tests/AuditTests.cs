using System.Text.Json;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Audit;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;
using Marketplace.Testing.Markets;
using Marketplace.Testing.Markets.Programs;

namespace Marketplace.EndToEnd.Tests;

/// <summary>The audit must say what is wrong, and by its exit code that something is.</summary>
public sealed class AuditTests(SmallMarketFixture market)
{
    private const int Auditor = 9, CouldNotCheck = 1, WrongUsage = 2;

    [Fact]
    public async Task Names_what_is_missing_or_was_tampered_with()
    {
        await using SmallMarketRun run = await market.BeginAsync();
        int[] trainers = [SmallMarketRun.FirstTrainer, SmallMarketRun.FirstTrainer + 1];
        await run.CreateAsync(new ProjectFiles("Tampered", SmallMarketRun.TermsOf(trainers) with { Payment = new("1"), Rounds = 1 })
        {
            TestData = market.DataOf(SmallMarketRun.Owner),
        });
        await SmallMarketRun.FinishAsync([run.StartAggregator(), .. trainers.Select(trainer => run.StartTrainer(trainer))]);
        await run.AssertAuditPassesAsync(1);

        ProjectHistory history = (await run.ReadAsync()).History;
        MarketEvents.RoundSettled settled = history.Rounds[0].Settled!;
        MarketEvents.UpdateSubmitted submission = history.Rounds[0].Submissions.First();
        (string Check, string Block)[] published =
        [
            ("The aggregate is published under its CID", run.BlockOf(settled.Settlement.Aggregate)),
            ("The aggregator's report is published", run.BlockOf(settled.Settlement.Report)),
            ($"The sealed update of {submission.Trainer} is published", run.BlockOf(submission.Payload)),
            ("The test set is published under its CIDs and fits the model", run.BlockOf(await TestLabelsAsync(run, history))),
            ("The initial model is published under its CID", run.BlockOf(history.Rounds[0].Opened!.Model)),
            ("The project document is published under its CID and agrees with the terms", run.BlockOf(history.Terms.Document)),
        ];
        foreach ((string check, string block) in published)
        {
            byte[] original = await File.ReadAllBytesAsync(block);
            File.Delete(block);
            await AssertUncheckedAsync(run, check);
            await File.WriteAllBytesAsync(block, original);
        }

        byte[] aggregate = await File.ReadAllBytesAsync(published[0].Block);
        aggregate[^1] ^= 1;
        await File.WriteAllBytesAsync(published[0].Block, aggregate);
        await AssertUncheckedAsync(run, published[0].Check);
        aggregate[^1] ^= 1;
        await File.WriteAllBytesAsync(published[0].Block, aggregate);
        await run.AssertAuditPassesAsync(1);
        await AssertNoticesBetterNumbersAsync(run, settled.Settlement.Report);

        var (code, _, log) = await run.RunAsync(Auditor, "audit", "2");
        Assert.True(code == WrongUsage, $"exit code {code}, expected {WrongUsage}:\n{log}");
        Assert.Contains("no project 2", log, StringComparison.Ordinal);
        await AssertSaysWhatToDoAboutAnotherStoreAsync(run);
        await AssertWritesAPageAsync(run);
    }

    private static async Task AssertWritesAPageAsync(SmallMarketRun run)
    {
        string page = $"{run.Store}-audit.html";
        (int code, _, string log) = await run.RunAsync(Auditor, "audit", "1", "--summary", "--html", page);
        Assert.True(code == 0, $"exit code {code}, expected 0:\n{log}");
        string html = await File.ReadAllTextAsync(page);
        Assert.Contains("Audit report: project 1", html, StringComparison.Ordinal);
        Assert.Contains("The sealed update of", html, StringComparison.Ordinal);
        (code, _, log) = await run.RunAsync(Auditor, "audit", "1", "--html", Path.Combine(run.Store, "nowhere", "audit.html"));
        Assert.True(code == WrongUsage, $"exit code {code}, expected {WrongUsage}:\n{log}");
        Assert.Contains("folder that exists", log, StringComparison.Ordinal);
    }

    /// <summary>A mistyped folder is no fraud, is named, and is not made.</summary>
    private static async Task AssertSaysWhatToDoAboutAnotherStoreAsync(SmallMarketRun run)
    {
        string mistyped = $"{run.Store}-mistyped";
        (int code, string output, string log) = await run.RunAsync(Auditor, "audit", "1", "--summary", "--store", mistyped);
        Assert.True(code == CouldNotCheck, $"exit code {code}, expected {CouldNotCheck}:\n{log}");
        Assert.Contains(" 0 failed, ", output, StringComparison.Ordinal);
        Assert.Contains("nothing that was checked is wrong", output, StringComparison.Ordinal);
        Assert.Contains(mistyped, output, StringComparison.Ordinal);
        Assert.DoesNotContain("✓", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
        Assert.False(Directory.Exists(mistyped), $"{mistyped} was made");
    }

    /// <summary>The audit of a report that flatters its model, as an aggregator could have published it.</summary>
    private static async Task AssertNoticesBetterNumbersAsync(SmallMarketRun run, Cid report)
    {
        using IContentStore store = ContentStore.Open(run.Store);
        RoundReport told = RoundReport.Parse(await store.GetAsync(report, RoundReport.MaxBytes));
        Assert.NotNull(told.Test);
        RoundReport flattering = told with { Test = told.Test with { Accuracy = told.Test.Accuracy + 10.0 / 300 } };
        using MarketChain chain = await run.ConnectAsync();
        var auditor = new Auditor(
            chain, new SubstitutingStore(store, report, flattering.ToBytes()), Srs.OpenDevelopment(GramMatrix.MaxDimension, Srs.DevelopmentCache));
        AuditReport audit = await auditor.RunAsync(1, CancellationToken.None);
        AuditCheck failed = Assert.Single(audit.Checks, check => check.Result != AuditResult.Passed);
        Assert.Equal("The reported loss and accuracy on the test set are those of the model that the round made", failed.Name);
    }

    private static async Task<Cid> TestLabelsAsync(SmallMarketRun run, ProjectHistory history)
    {
        using IContentStore store = ContentStore.Open(run.Store);
        var document = ProjectDocument.Parse(await store.GetAsync(history.Terms.Document, ProjectDocument.MaxBytes));
        return document.TestSet!.Labels!.Value;
    }

    /// <summary>Another store's content, but for one file: as if that had been published under the CID that the chain names.</summary>
    private sealed class SubstitutingStore(IContentStore store, Cid cid, byte[] content) : IContentStore
    {
        public string Location => store.Location;

        public Task<Cid> AddAsync(Stream added, CancellationToken cancellationToken) => store.AddAsync(added, cancellationToken);

        public async Task GetAsync(Cid wanted, Stream destination, long maxBytes, CancellationToken cancellationToken)
        {
            if (wanted == cid)
                await destination.WriteAsync(content, cancellationToken);
            else
                await store.GetAsync(wanted, destination, maxBytes, cancellationToken);
        }


        public void Dispose()
        {
            // The store is its owner's.
        }
    }

    private static async Task AssertUncheckedAsync(SmallMarketRun run, string check)
    {
        var (code, output, log) = await run.RunAsync(Auditor, "audit", "1", "--json");
        Assert.True(code == CouldNotCheck, $"without what '{check}' looks at: exit code {code}, expected {CouldNotCheck}:\n{log}");
        using JsonDocument report = JsonDocument.Parse(output);
        Assert.False(report.RootElement.GetProperty("passed").GetBoolean());
        Assert.Equal("Unchecked", report.RootElement.GetProperty("result").GetString());
        string[] others =
        [
            .. report.RootElement.GetProperty("checks").EnumerateArray()
                .Where(made => made.GetProperty("result").GetString() != "Passed")
                .Select(made => made.GetProperty("name").GetString()!),
        ];
        Assert.Contains(check, others);
    }
}
