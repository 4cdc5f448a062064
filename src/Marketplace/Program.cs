using System.CommandLine;
using Marketplace.Commands;
using Marketplace.Demo;
using Marketplace.Hosting;
using Marketplace.Simulation;
using Marketplace.Templates;

var root = new RootCommand(
    """
    A market for federated learning: owners pay for a model trained on data that they never see, and nobody has to be believed.

    Examples:
      marketplace demo                          the whole market on this machine, in a minute
      marketplace init digits                   writes a project's files, with every entry explained
      marketplace simulate digits               plays its rounds here, before any money is escrowed
      marketplace create digits/terms.json      posts it and escrows the bounty
      marketplace list                          what there is to train for; 'show 3' tells all of project 3
      marketplace audit 3                       verifies every decision and payout of project 3
      marketplace model 3 --out model.safetensors
      marketplace predict model.safetensors --input rows.csv

    Every option can also be set by an environment variable (MARKETPLACE_ and its name in capitals) or in marketplace.json.
    """);
Command[] commands =
[
    DemoCommand.Create(), InitCommand.Create(), SimulateCommand.Create(), .. OwnerCommands.All(), .. ModelCommands.All(), .. PublicCommands.All(),
    .. DisputeCommands.All(), .. PanelCommands.All(), .. ToolCommands.All(),
];
foreach (Command command in commands)
    root.Subcommands.Add(command);
return await CommandHost.RunAsync(root, args);
