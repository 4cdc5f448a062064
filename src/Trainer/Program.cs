using System.CommandLine;
using Marketplace.Chain;
using Marketplace.Hosting;
using Marketplace.Hosting.TrainingCommands;
using Marketplace.Protocol.Markets;
using Marketplace.Trainer;
using Marketplace.Trainer.Check;

if (await CommandGuard.RunAsync(args) is { } guarded)
    return guarded;

var projectOption = new Option<uint>("--project") { Description = "Id of the project", Required = true };
var status = new Command("status", "Shows what an account has earned in a project and can withdraw") { projectOption };
status.WithSettings([.. SharedSettings.Network, .. SharedSettings.Account]).Does(async (context, cancellationToken) =>
{
    await using Party party = await Party.OpenAsync(context.Settings, context.Log, cancellationToken);
    await TrainerStatus.WriteAsync(party, context.Arguments.GetValue(projectOption), Console.Out, cancellationToken);
    return 0;
});

var roundOption = new Option<int?>("--round") { Description = "Number of the round, from 1; all that are settled unless it is given" };
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
      trainer check --project 3 --data /data/digits
      trainer run --project 3 --data /data/digits --keystore me.json --password-file secret
      trainer run --project 3 --train-command "python train.py"
      trainer run --project 3=/data/digits --project 5=/data/visits.csv
      MARKETPLACE_KEY=0x… trainer status --project 3
      trainer explain --project 3 --round 2 --trainer 0x…

    Every option can also be set by an environment variable (MARKETPLACE_ and its name in capitals) or in marketplace.json.
    """)
{
    CheckCommand.Create(),
    RunCommand.Create(),
    status,
    explain,
    leave,
    WithdrawCommand.Create(),
};
return await CommandHost.RunAsync(root, args);
