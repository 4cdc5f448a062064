using System.CommandLine;
using System.Numerics;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Hosting;
using Marketplace.Protocol.Audit;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Commands;

/// <summary>What anybody can do: look, verify, and close a round that is overdue.</summary>
internal static class PublicCommands
{
    private static readonly Argument<uint> Project = new("project") { Description = "Id of the project" };

    public static IEnumerable<Command> All() => [ListCommand.Create(), ShowCommand.Create(), Watch(), Audit(), Expire()];

    private static Command Watch()
    {
        Option<double> pollOption = PollOption.Create();
        return new Command("watch", "Follows a project until it ends") { Project, pollOption }
            .WithSettings(SharedSettings.Network)
            .Does(async (context, cancellationToken) =>
            {
                TimeSpan poll = context.Arguments.GetPoll(pollOption);
                using MarketSession session = await MarketSession.OpenForReadingAsync(context.Settings, context.Log, cancellationToken);
                var follower = new ProjectFollower(session.Chain, context.Arguments.GetValue(Project));
                TokenUnit? unit = null;
                int shown = 0;
                while (true)
                {
                    await follower.RefreshAsync(cancellationToken);
                    ProjectHistory history = follower.History;
                    if (history.Created is null)
                        throw new UnknownProjectException(session.Chain.Address, history.Id);
                    unit ??= await TokenUnit.ReadAsync(session.Chain, history.Terms.Token, cancellationToken);
                    for (; shown < history.Rounds.Count
                        && (history.Rounds[shown].Settled ?? (object?)history.Rounds[shown].Expired) is not null; shown++)
                    {
                        Console.WriteLine(await DescribeAsync(session, history.Rounds[shown], unit, cancellationToken));
                    }

                    if (history.Status > ProjectStatus.Running)
                    {
                        Console.WriteLine($"the project is {history.Status.ToString().ToLowerInvariant()}");
                        return 0;
                    }
                    await Task.Delay(poll, cancellationToken);
                }
            });
    }

    private static async Task<string> DescribeAsync(MarketSession session, RoundHistory round, TokenUnit unit, CancellationToken cancellationToken)
    {
        if (round.Settled is not { } settled)
        {
            string compensation = unit.Format(round.Expired!.Compensation);
            return $"round {round.Index + 1}: " + (RoundPhase)round.Expired.Phase switch
            {
                RoundPhase.Idle => $"not opened in time, all trainers get {compensation} each out of the bond",
                RoundPhase.Failed => "failed, most seats were left empty or refused",
                _ => $"not settled in time, {round.Expired.Trainers.Count} trainers compensated with {compensation} each",
            };
        }

        int kept = round.Results.Count(result => result.Outcome == SubmissionOutcome.Kept);
        return $"round {round.Index + 1}: {kept} of {round.Submissions.Count} kept, "
            + $"{await DescribeReportAsync(session, settled, cancellationToken)}; "
            + $"paid {unit.Format(settled.Payouts.Aggregate(BigInteger.Zero, BigInteger.Add))}";
    }

    /// <summary>What the aggregator says of the round. It may say anything, or nothing; following the project goes on.</summary>
    private static async Task<string> DescribeReportAsync(
        MarketSession session, MarketEvents.RoundSettled settled, CancellationToken cancellationToken)
    {
        try
        {
            RoundReport report = RoundReport.Parse(
                await session.Store.GetAsync(settled.Settlement.Report, RoundReport.MaxBytes, cancellationToken));
            string test = report.Test is { } metrics ? $", on its test set {metrics.InWords()}" : "";
            return $"the aggregator reports on its root set {report.After.InWords()}{test}";
        }
        catch (Exception e) when (e is DocumentException or ContentStoreException)
        {
            return "the aggregator's report cannot be read";
        }
    }

    private static Command Audit()
    {
        var json = new Option<bool>("--json") { Description = "Print the report as JSON" };
        var html = new Option<FileInfo?>("--html") { Description = "Write the report to this file too, as a page for people; it needs no network" };
        var summary = new Option<bool>("--summary") { Description = "Print only what did not pass, and the sum" };
        return new Command(
            "audit",
            "Verifies a project from public data alone; exit code 0 when every check passed, 3 when something does not hold, 1 when nothing is "
                + "wrong but not everything could be checked")
        {
            Project, json, html, summary,
        }.WithSettings(SharedSettings.Network)
            .Does(async (context, cancellationToken) =>
            {
                string? page = context.Arguments.GetValue(html)?.FullName;
                if (page is not null && !Directory.Exists(Path.GetDirectoryName(page)))
                    throw new UsageException($"--html must name a file in a folder that exists, got '{page}'");
                using MarketSession session = await MarketSession.OpenForReadingAsync(context.Settings, context.Log, cancellationToken);
                bool asJson = context.Arguments.GetValue(json);
                IProgress<AuditCheck>? progress = asJson ? null : new CheckPrinter(CheckPrinter.OpenConsole(), context.Arguments.GetValue(summary));
                var auditor = new Auditor(session.Chain, session.Store, await session.SrsAsync(cancellationToken), progress);
                AuditReport report = await auditor.RunAsync(context.Arguments.GetValue(Project), cancellationToken);
                if (page is not null)
                    await File.WriteAllTextAsync(page, AuditHtml.Write(report, DateTimeOffset.UtcNow), cancellationToken);
                if (asJson)
                    Console.WriteLine(report.ToJson());
                else
                    WriteSummary(report, session.Store.Location);
                return AuditExit.CodeOf(report);
            });
    }

    private static Command Expire() =>
        new Command("expire", "Closes a round that was not opened or settled in time, or that failed; the aggregator's bond pays") { Project }
            .WithSettings([.. SharedSettings.Network, .. SharedSettings.Account])
            .Does(async (context, cancellationToken) =>
            {
                await using Party party = await Party.OpenAsync(context.Settings, context.Log, cancellationToken);
                BigInteger id = context.Arguments.GetValue(Project);
                ProjectState state = await party.Chain.Contract.StateAsync(id, cancellationToken: cancellationToken);
                await party.SendAsync($"expire/{id}/{state.Round}", MarketContract.Calldata.Expire(id), cancellationToken);
                return 0;
            });

    private static void WriteSummary(AuditReport report, string store)
    {
        Console.WriteLine(
            $"{report.Count(AuditResult.Passed)} checks passed, {report.Count(AuditResult.Failed)} failed, "
                + $"{report.Count(AuditResult.Unchecked)} could not be checked, up to block {report.Block}");
        if (report.Result == AuditResult.Unchecked)
        {
            Console.WriteLine(
                $"nothing that was checked is wrong; for the rest give a --store that has what was published (this one is {store}), and an "
                    + "archive node as --rpc");
        }
        Console.WriteLine(report.FinalModel is { } model ? $"latest model {model}" : "the latest model could not be derived");
    }
}
