using System.CommandLine;
using Marketplace.Hosting;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Commands;

/// <summary><c>marketplace show</c>: all that is needed to decide whether to train for a project.</summary>
internal static class ShowCommand
{
    private static readonly Argument<uint> Project = new("project") { Description = "Id of the project" };

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON, amounts in the token's smallest unit" };

    public static Command Create() =>
        new Command(
            "show",
            "Shows what a project pays and asks: data, model, reward, stake, deadlines, court, the aggregator's record, and how to train for it")
        {
            Project, Json,
        }.WithSettings(SharedSettings.Network)
            .Does(async (context, cancellationToken) =>
            {
                using MarketSession session = await MarketSession.OpenForReadingAsync(context.Settings, context.Log, cancellationToken);
                ProjectFacts facts = await ReadAsync(session, context.Arguments.GetValue(Project), cancellationToken);
                if (context.Arguments.GetValue(Json))
                    JsonOutput.Write(facts.ToJson());
                else
                    new ProjectSheet(facts, Console.Out).Write(NextSteps(facts, context));
                return 0;
            });

    private static async Task<ProjectFacts> ReadAsync(MarketSession session, uint id, CancellationToken cancellationToken)
    {
        try
        {
            return await ProjectFacts.ReadAsync(session, id, cancellationToken);
        }
        catch (DocumentException e)
        {
            throw new PublishedException($"project {id}: what was published is wrong: {e.Message}", e);
        }
    }

    /// <summary>What may be done next, with the settings of this very command line.</summary>
    private static IEnumerable<string> NextSteps(ProjectFacts facts, CommandContext context)
    {
        string network = string.Concat(
            SharedSettings.Network.Where(setting => context.Arguments.GetResult(setting.Option) is { Implicit: false }).Select(setting =>
                // Such URLs often hold a credential.
                $" {setting.Option.Name} {(setting == SharedSettings.Rpc ? "URL" : Quote(context.Settings.Require(setting)))}"));
        string data = facts.Document.Data.Kind == "csv" ? "FILE.csv" : "FOLDER";
        if (facts.State.GetStatus() == ProjectStatus.Open)
        {
            yield return $"trainer check --project {facts.Id} --data {data}{network}";
            yield return $"trainer run --project {facts.Id} --data {data} --keystore me.json --password-file secret{network}";
        }
        else
        {
            yield return $"nobody can join any more; to verify it: marketplace audit {facts.Id}{network}";
        }
    }

    private static string Quote(string text) => text.Contains(' ', StringComparison.Ordinal) ? $"\"{text}\"" : text;
}
