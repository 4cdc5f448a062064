using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Protocol.Chain;

namespace Marketplace.EndToEnd.Tests;

/// <summary>The audit must say what is wrong, and by its exit code that something is.</summary>
public sealed class AuditTests(SmallMarket market)
{
    private const int Auditor = 9, AuditFailed = 3, WrongUsage = 2;

    [Fact]
    public async Task Names_what_is_missing_or_was_tampered_with()
    {
        await using SmallMarketRun run = await market.BeginAsync();
        ProjectFiles files = new(
            "Tampered", """{ "bounty": "1" }""", Rounds: 1, [SmallMarketRun.FirstTrainer, SmallMarketRun.FirstTrainer + 1]);
        await run.CreateAsync(files);
        await SmallMarketRun.FinishAsync([run.StartAggregator(), .. files.Trainers.Select(trainer => run.StartTrainer(trainer))]);
        await run.AssertAuditPassesAsync(1);

        ProjectHistory history = (await run.ReadAsync()).History;
        MarketEvents.RoundSettled settled = history.Rounds[0].Settled!;
        MarketEvents.UpdateSubmitted submission = history.Rounds[0].Submissions.First();
        (string Check, string Block)[] published =
        [
            ("The aggregate is published under its CID", run.BlockOf(settled.Settlement.Aggregate.ToCid())),
            ("The aggregator's report is published", run.BlockOf(settled.Settlement.Report.ToCid())),
            ($"The sealed update of {submission.Trainer} is published", run.BlockOf(submission.Payload.ToCid())),
            ("The initial model is published under its CID", run.BlockOf(history.Rounds[0].Opened!.Model.ToCid())),
            ("The project document is published under its CID and agrees with the terms", run.BlockOf(history.Terms.Document.ToCid())),
        ];
        foreach ((string check, string block) in published)
        {
            byte[] original = await File.ReadAllBytesAsync(block);
            File.Delete(block);
            await AssertFailsAsync(run, check);
            await File.WriteAllBytesAsync(block, original);
        }

        byte[] aggregate = await File.ReadAllBytesAsync(published[0].Block);
        aggregate[^1] ^= 1;
        await File.WriteAllBytesAsync(published[0].Block, aggregate);
        await AssertFailsAsync(run, published[0].Check);
        aggregate[^1] ^= 1;
        await File.WriteAllBytesAsync(published[0].Block, aggregate);
        await run.AssertAuditPassesAsync(1);

        var (code, _, log) = await run.RunAsync(Auditor, "audit", "2");
        Assert.True(code == WrongUsage, $"exit code {code}, expected {WrongUsage}:\n{log}");
        Assert.Contains("no project 2", log, StringComparison.Ordinal);
    }

    private static async Task AssertFailsAsync(SmallMarketRun run, string check)
    {
        var (code, output, log) = await run.RunAsync(Auditor, "audit", "1", "--json");
        Assert.True(code == AuditFailed, $"without what '{check}' looks at: exit code {code}, expected {AuditFailed}:\n{log}");
        using JsonDocument report = JsonDocument.Parse(output);
        Assert.False(report.RootElement.GetProperty("passed").GetBoolean());
        string[] failed =
        [
            .. report.RootElement.GetProperty("checks").EnumerateArray()
                .Where(made => made.GetProperty("result").GetString() == "Failed")
                .Select(made => made.GetProperty("name").GetString()!),
        ];
        Assert.Contains(check, failed);
    }
}
