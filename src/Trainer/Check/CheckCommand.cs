using System.CommandLine;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Hosting;
using Marketplace.Learning.Data;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Trainer.Check;

/// <summary><c>trainer check</c>: whether data, machine and money fit a project, before anything is staked.</summary>
internal static class CheckCommand
{
    private static readonly Option<uint> Project = new("--project") { Description = "Id of the project", Required = true };

    private static readonly Option<string?> Account = new("--account")
    {
        Description = "Who would join, for balance, allowlist and gas; the keystore's or the key's account unless it is given",
        HelpName = "address",
    };

    public static Command Create()
    {
        var training = new TrainingSettings();
        return new Command(
            "check",
            """
            Says whether your data, your machine and your account fit a project. Sends nothing, stakes nothing.

            It reads the data as the project's document asks, trains for a few steps (or has the training command train one epoch) to tell how
            long a round takes here, and counts gas and stake against the reward. Exit code 0: it fits; 1: it does not, and the last lines say why.
            """)
        {
            Project, Account,
        }.WithSettings([.. SharedSettings.Network, .. SharedSettings.Account, .. training.All])
            .Does(async (context, cancellationToken) =>
            {
                training.RequireSome(context.Settings);
                Address? account = context.Arguments.GetValue(Account) is { } text
                    ? AddressArgument.Parse("--account", text)
                    : PartyKey.FindAddress(context.Settings, cancellationToken);
                using MarketSession session = await MarketSession.OpenForReadingAsync(context.Settings, context.Log, cancellationToken);
                ProjectView project = await ProjectView.OpenAsync(
                    session.Chain, session.Store, context.Arguments.GetValue(Project), cancellationToken);
                Console.WriteLine($"project {project.History.Id}: {project.Document.Title}");
                var report = new CheckReport(Console.Out);
                ProjectState state = await session.Chain.Contract.StateAsync(project.History.Id, cancellationToken: cancellationToken);
                int[] weights = await project.ModelAsync(project.EndedRounds, cancellationToken);
                var time = new TimeCheck(project, weights, session.Chain.Round(project.History.Id, state.Round), report);
                await CheckTrainingAsync(context, training, project, time, report, cancellationToken);
                await new CostCheck(session.Chain, project, account, report).RunAsync(state, cancellationToken);
                report.Conclude();
                return report.Fits ? 0 : CommandHost.Failed;
            });
    }

    private static async Task CheckTrainingAsync(
        CommandContext context,
        TrainingSettings training,
        ProjectView project,
        TimeCheck time,
        CheckReport report,
        CancellationToken cancellationToken)
    {
        Dataset? data = training.FindData(context.Settings) is { } path ? DataCheck.Run(project.Document, path, report, cancellationToken) : null;
        try
        {
            if (training.FindCommand(context.Settings) is { } command)
            {
                string folder = Directory.CreateTempSubdirectory("trainer-check-").FullName;
                try
                {
                    await time.RunAsync(TrainingSettings.OpenCommand(command, folder, context.Say), cancellationToken);
                }
                finally
                {
                    Directory.Delete(folder, recursive: true);
                }
            }
            else if (data is not null)
            {
                TrainingSettings.RequireBuiltIn(project.Document);
                time.Run(data, training.OpenEngine(context), cancellationToken);
            }
        }
        catch (Exception e) when (e is UsageException or InvalidDataException)
        {
            report.Obstacle($"training fails: {e.Message}");
        }
    }
}
