using System.CommandLine;
using Marketplace.Agents;
using Marketplace.Chain;
using Marketplace.Forger;
using Marketplace.Hosting;
using Marketplace.Learning.Torch;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Rounds;

var projectOption = new Option<uint>("--project") { Description = "Id of the project", Required = true };
var dataOption = new Option<DirectoryInfo>("--data") { Description = "Root set", Required = true };
var victimOption = new Option<string>("--victim") { Description = "Whose update is declared invalid", Required = true };
var roundOption = new Option<int>("--round") { Description = "In which round, from 1", DefaultValueFactory = _ => 2 };
Option<double> pollOption = PollOption.Create();
var engineSettings = new EngineSettings("cpu");

var root = new RootCommand(
    """
    An aggregator that lies twice in one round: it declares a trainer's update invalid, and posts a matrix that it has made up.

    The contract refuses the matrix. The update is the trainer's to claim, the court's to decide, and the bond's to pay for.
    """)
{
    projectOption, dataOption, victimOption, roundOption, pollOption,
};
root.WithSettings([.. SharedSettings.Network, .. SharedSettings.Account, .. engineSettings.All]).Does(async (context, cancellationToken) =>
{
    Address victim = AddressArgument.Parse("--victim", context.Arguments.GetRequiredValue(victimOption));
    int round = context.Arguments.GetValue(roundOption) - 1;
    TorchEngine engine = engineSettings.Open(context.Settings, context.Log);
    await using Party party = await Party.OpenAsync(context.Settings, context.Log, cancellationToken);
    ProjectView project = await ProjectView.OpenAsync(party.Chain, party.Store, context.Arguments.GetValue(projectOption), cancellationToken);
    AggregatorData data = await AggregatorData.LoadAsync(
        project.Document, context.Arguments.GetRequiredValue(dataOption).FullName, null, party.Store, context.Say, cancellationToken);
    Srs srs = await party.SrsAsync(cancellationToken);
    AgentContext honest = PartyMarket.CreateContext(party, AgentRole.Aggregator, project.Document, srs, context.Say);
    AgentContext forging = honest with
    {
        Content = new BlindStore(party.Store, project, victim, round),
        Writer = new ForgingWriter(honest.Writer, round, number => project.History.PublicRows(number).Count(), context.Say),
    };
    var agent = new AggregatorAgent(forging, project, new DatasetTrainer(data.Root, engine), data, new LocalProver(srs));
    await AgentLoop.RunAsync(agent.StepAsync, context.Arguments.GetPoll(pollOption), context.Say, cancellationToken);
    return 0;
});
return await CommandHost.RunAsync(root, args);
