using System.CommandLine;
using Marketplace.Agents;
using Marketplace.Hosting;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Rounds;
using Microsoft.Extensions.Logging;

namespace Marketplace.Trainer;

/// <summary><c>trainer run</c>: takes one account through one or several projects.</summary>
internal static class RunCommand
{
    private static readonly Option<string[]> Projects = new("--project")
    {
        Description =
            "ID or ID=DATA: a project, and the data for it where --data is not for all (a folder with IDX files, or a CSV file); repeatable",
        HelpName = "id[=data]",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<double> Poll = PollOption.Create();

    private static readonly Option<bool> KeepEarnings = new("--keep-earnings")
    {
        Description = "Leave what was earned in the market, for 'trainer withdraw'",
    };

    public static Command Create()
    {
        var training = new TrainingSettings();
        return new Command(
            "run",
            """
            Joins one or several projects, trains and submits in every round, and withdraws what was earned.

            The account pays for gas and for each project's stake, which comes back at the project's end. Stopped and started again, it goes
            on where it was. Data are never sent anywhere: give them by --data, or by --project ID=DATA where projects differ, or let your own
            program train by --train-command. Projects run side by side; what ends one of them does not end the others.

            A training command gets two arguments more: a folder with model.safetensors (F32), project.json (the document, with the model's
            layers) and round.json (project, round, learningRate, localEpochs, batchSize), and the file at which to write the trained model, in the
            same names and shapes. It has until shortly before the round's training ends; then it is stopped, and the round refused, which costs
            nothing. What it prints is logged. All that it has started ends with this program, even when that is killed (on Windows, except for
            what has outlived the process that started it).
            """)
        {
            Projects,
            Poll,
            KeepEarnings,
        }.WithSettings([.. SharedSettings.Network, .. SharedSettings.Account, .. SharedSettings.Service, .. training.All])
            .Does(async (context, cancellationToken) =>
            {
                IReadOnlyList<ProjectArgument> projects = ProjectArgument.ParseAll(
                    context.Arguments.GetRequiredValue(Projects), "ID or ID=DATA", needsData: false);
                TimeSpan poll = context.Arguments.GetPoll(Poll);
                await using Party party = await Party.OpenAsync(context.Settings, context.Log, cancellationToken);
                Srs srs = await party.SrsAsync(cancellationToken);
                await ServedProjects.RunAsync(
                    projects,
                    (served, stop) => ServeAsync(context, party, srs, training, served, poll, stop),
                    context.Log,
                    cancellationToken);
                return 0;
            });
    }

    private static async Task ServeAsync(
        CommandContext context,
        Party party,
        Srs srs,
        TrainingSettings training,
        ProjectArgument served,
        TimeSpan poll,
        CancellationToken cancellationToken)
    {
        ProjectView project = await ProjectView.OpenAsync(party.Chain, party.Store, served.Id, cancellationToken);
        Say(project.Document.Title);
        TokenUnit unit = await TokenUnit.ReadAsync(party.Chain, project.Terms.Token, cancellationToken);
        var rounds = new RoundLog(party.Chain, project, party.Address, unit, Log);
        var agent = new TrainerAgent(
            PartyMarket.CreateContext(party, AgentRole.Trainer, project.Document, srs, Say),
            project,
            training.Open(context, served.Data, project.Document, party.StateFolder, Say),
            context.Arguments.GetValue(KeepEarnings),
            rounds.Tell);
        await AgentLoop.RunAsync(agent.StepAsync, poll, Say, cancellationToken);

        void Say(string line) => Log(LogLevel.Information, line);
        void Log(LogLevel level, string line) => context.Log.Log(level, "project {Project}: {Line}", served.Id, line);
    }
}
