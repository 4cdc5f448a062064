using System.CommandLine;
using System.Numerics;
using Marketplace.ContentAddressing;
using Marketplace.Contracts;
using Marketplace.Protocol.Audit;
using Marketplace.Protocol.Chain;
using Marketplace.Protocol.Hosting;
using Marketplace.Protocol.Rounds;
using Spectre.Console;

namespace Marketplace.Commands;

/// <summary>What anybody can do: look, and verify.</summary>
internal static class PublicCommands
{
    /// <summary>The audit was made, and something does not hold or could not be checked.</summary>
    private const int AuditFailed = 3;

    private static readonly Argument<uint> Project = new("project") { Description = "Id of the project" };

    public static IEnumerable<Command> All() => [List(), Watch(), Audit()];

    private static Command List() =>
        new Command("list", "Lists the market's projects")
            .WithSettings(SharedSettings.Network)
            .Does(async (settings, _, cancellation) =>
            {
                using MarketSession session = await MarketSession.OpenAsync(settings, Console.Error, cancellation);
                BigInteger count = await session.Chain.Contract.ProjectCountAsync(cancellationToken: cancellation);
                for (BigInteger id = 1; id <= count; id++)
                {
                    ProjectState state = await session.Chain.Contract.StateAsync(id, cancellationToken: cancellation);
                    Terms terms = await session.Chain.Contract.TermsAsync(id, cancellationToken: cancellation);
                    Console.WriteLine(
                        $"{id}\t{state.GetStatus()}\tround {state.Round} of {terms.Rounds}\t{state.Trainers} trainers\tbounty {terms.Bounty}\t{terms.Document.ToCid()}");
                }
                return 0;
            });

    private static Command Watch()
    {
        var poll = new Option<double>("--poll") { Description = "Seconds between looks at the chain [default: 2]", DefaultValueFactory = _ => 2 };
        return new Command("watch", "Follows a project until it ends") { Project, poll }
            .WithSettings(SharedSettings.Network)
            .Does(async (settings, arguments, cancellation) =>
            {
                using MarketSession session = await MarketSession.OpenAsync(settings, Console.Error, cancellation);
                var follower = new ProjectFollower(session.Chain, arguments.GetValue(Project));
                int shown = 0;
                while (true)
                {
                    await follower.RefreshAsync(cancellation);
                    ProjectHistory history = follower.History;
                    for (; shown < history.Rounds.Count && (history.Rounds[shown].Settled ?? (object?)history.Rounds[shown].Expired) is not null; shown++)
                        Console.WriteLine(await DescribeAsync(session, history.Rounds[shown], cancellation));
                    if (history.Status > ProjectStatus.Running)
                    {
                        Console.WriteLine($"the project is {history.Status.ToString().ToLowerInvariant()}");
                        return 0;
                    }
                    await Task.Delay(TimeSpan.FromSeconds(arguments.GetValue(poll)), cancellation);
                }
            });
    }

    private static async Task<string> DescribeAsync(MarketSession session, RoundHistory round, CancellationToken cancellation)
    {
        if (round.Settled is not { } settled)
            return $"round {round.Index + 1}: expired, {round.Expired!.Trainers.Count} trainers compensated";
        RoundReport report = RoundReport.Parse(
            await session.Store.GetAsync(settled.Settlement.Report.ToCid(), RoundReport.MaxBytes, cancellation));
        int kept = BitOperations.PopCount((uint)settled.Kept);
        return $"round {round.Index + 1}: {kept} of {settled.Settlement.Submissions.Count} kept, the aggregator reports loss {report.After.Loss:0.0000}, " +
            $"accuracy {report.After.Accuracy:0.0 %}; paid {settled.Payouts.Aggregate(BigInteger.Zero, BigInteger.Add)}";
    }

    private static Command Audit()
    {
        var json = new Option<bool>("--json") { Description = "Print the report as JSON" };
        return new Command("audit", "Verifies a project from public data alone; exit code 0 only when every check passed, 3 otherwise") { Project, json }
            .WithSettings(SharedSettings.Network)
            .Does(async (settings, arguments, cancellation) =>
            {
                using MarketSession session = await MarketSession.OpenAsync(settings, Console.Error, cancellation);
                bool asJson = arguments.GetValue(json);
                IProgress<AuditCheck>? progress = asJson ? null : new CheckPrinter(AnsiConsole.Console);
                var auditor = new Auditor(session.Chain, session.Store, await session.SrsAsync(cancellation), progress);
                AuditReport report = await auditor.RunAsync(arguments.GetValue(Project), cancellation);
                if (asJson)
                    Console.WriteLine(report.ToJson());
                else
                    WriteSummary(report);
                return report.Passed ? 0 : AuditFailed;
            });
    }

    private static void WriteSummary(AuditReport report)
    {
        int failed = report.Checks.Count(check => check.Result == AuditResult.Failed);
        int skipped = report.Checks.Count(check => check.Result == AuditResult.Skipped);
        Console.WriteLine($"{report.Checks.Count - failed - skipped} checks passed, {failed} failed, {skipped} skipped, up to block {report.Block}");
        Console.WriteLine(report.FinalModel is { } model ? $"latest model {model}" : "the latest model could not be derived");
    }
}
