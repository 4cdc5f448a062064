using System.CommandLine;
using System.CommandLine.Parsing;
using Marketplace.Agents;
using Marketplace.Chain;
using Marketplace.Hosting;
using Marketplace.Learning.Data;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;
using Marketplace.Trainer;

var projectOption = new Option<uint>("--project") { Description = "Id of the project", Required = true };
Option<double> pollOption = PollOption.Create();
var dataSetting = new Setting("data", "The trainer's own data: a folder with IDX files, or a CSV file; it never leaves this machine");
var commandSetting = new Setting(
    "train-command", "Trains instead of the built-in engine: a program and its arguments, to which the round's folder and the output file are added");
var engineSettings = new EngineSettings("auto");

var keepOption = new Option<bool>("--keep-earnings") { Description = "Leave what was earned in the market, for 'trainer withdraw'" };

var run = new Command(
    "run",
    """
    Joins a project, trains and submits in every round, and withdraws what was earned.

    The account pays for gas and for the project's stake, which comes back at the project's end. Stopped and started again, it goes
    on where it was. Data are never sent anywhere: give them by --data, or let your own program train by --train-command.

    A training command gets two arguments more: a folder with model.safetensors (F32), project.json (the document, with the model's
    layers) and round.json (project, round, learningRate, localEpochs, batchSize), and the file at which to write the trained model, in the
    same names and shapes. It has until shortly before the round's training ends; then it is stopped, and the round refused, which costs
    nothing. What it prints is logged.
    """)
{
    projectOption,
    pollOption,
    keepOption,
};
run.WithSettings([
    .. SharedSettings.Network, .. SharedSettings.Account, .. SharedSettings.Service, .. engineSettings.All, dataSetting, commandSetting
]).Does(async (context, cancellationToken) =>
{
    TimeSpan poll = context.Arguments.GetPoll(pollOption);
    await using Party party = await Party.OpenAsync(context.Settings, context.Log, cancellationToken);
    Srs srs = await party.SrsAsync(cancellationToken);
    ProjectView project = await ProjectView.OpenAsync(party.Chain, party.Store, context.Arguments.GetValue(projectOption), cancellationToken);
    context.Say($"project {project.History.Id}: {project.Document.Title}");
    var agent = new TrainerAgent(
        PartyMarket.CreateContext(party, AgentRole.Trainer, project.Document, srs, context.Say),
        project,
        CreateTrainer(context, project.Document, party.StateFolder),
        context.Arguments.GetValue(keepOption));
    await AgentLoop.RunAsync(agent.StepAsync, poll, context.Say, cancellationToken);
    return 0;
});

var status = new Command("status", "Shows what an account has earned in a project and can withdraw") { projectOption };
status.WithSettings([.. SharedSettings.Network, .. SharedSettings.Account]).Does(async (context, cancellationToken) =>
{
    await using Party party = await Party.OpenAsync(context.Settings, context.Log, cancellationToken);
    await TrainerStatus.WriteAsync(party, context.Arguments.GetValue(projectOption), Console.Out, cancellationToken);
    return 0;
});

var roundOption = new Option<int>("--round") { Description = "Number of the round, from 1", Required = true };
var trainerOption = new Option<string?>("--trainer")
{
    Description = "Whose update to explain, the own account's unless it is given",
    HelpName = "address",
};
var explain = new Command("explain", "Says why an update was paid what it was paid, number by number, and what would change it")
{
    projectOption, roundOption, trainerOption,
};
explain.WithSettings([.. SharedSettings.Network, .. SharedSettings.Account]).Does(async (context, cancellationToken) =>
{
    Address trainer = context.Arguments.GetValue(trainerOption) is { } text
        ? AddressArgument.Parse("--trainer", text)
        : PartyKey.ReadAddress(context.Settings, cancellationToken);
    using MarketSession session = await MarketSession.OpenForReadingAsync(context.Settings, context.Log, cancellationToken);
    await RoundExplanation.WriteAsync(
        session.Chain, context.Arguments.GetValue(projectOption), context.Arguments.GetValue(roundOption), trainer, Console.Out, cancellationToken);
    return 0;
});

var leave = new Command("leave", "Leaves a project before its join deadline and takes the stake back") { projectOption };
leave.WithSettings([.. SharedSettings.Network, .. SharedSettings.Account]).Does(async (context, cancellationToken) =>
{
    await using Party party = await Party.OpenAsync(context.Settings, context.Log, cancellationToken);
    ProjectHistory history = await ProjectFollower.ReadAsync(party.Chain, context.Arguments.GetValue(projectOption), cancellationToken);
    await party.LeaveAsync(history, cancellationToken);
    await party.WithdrawAsync(history.Terms.Token, receiver: null, amount: null, Console.WriteLine, cancellationToken);
    return 0;
});

var root = new RootCommand(
    """
    Trains for projects of the market on data that never leaves this machine.

    Examples:
      trainer run --project 3 --data /data/digits --keystore me.json --password-file secret
      trainer run --project 3 --train-command "python train.py"
      MARKETPLACE_KEY=0x… trainer status --project 3
      trainer explain --project 3 --round 2 --trainer 0x…

    Every option can also be set by an environment variable (MARKETPLACE_ and its name in capitals) or in marketplace.json.
    """)
{
    run,
    status,
    explain,
    leave,
    WithdrawCommand.Create(),
};
return await CommandHost.RunAsync(root, args);

ILocalTrainer CreateTrainer(CommandContext context, ProjectDocument document, string stateFolder)
{
    if (context.Settings.Find(commandSetting) is { } command)
    {
        string[] words = [.. CommandLineParser.SplitCommandLine(command)];
        if (words.Length == 0)
            throw new UsageException("--train-command is empty");
        var trainer = new CommandTrainer(words[0], words[1..], stateFolder, context.Say);
        trainer.RequireProgram();
        return trainer;
    }
    Dataset data = ProjectData.Load(document, context.Settings.Require(dataSetting), "train");
    context.Say($"{data.Count:N0} samples");
    return new DatasetTrainer(data, engineSettings.Open(context.Settings, context.Log), context.Say);
}
