using System.CommandLine;
using System.Numerics;
using Marketplace.Agents;
using Marketplace.Contracts;
using Marketplace.Hosting;
using Marketplace.Learning.Torch;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

var projectsOption = new Option<string[]>("--project")
{
    Description =
        "ID=ROOTSET or ID=ROOTSET,TESTSET: a project and the data that its owner gave for it (folders with IDX files, or CSV files), the test "
            + "set only where the document names none; repeatable",
    HelpName = "id=rootset[,testset]",
    Required = true,
    AllowMultipleArgumentsPerToken = true,
};
var projectIdOption = new Option<uint>("--project") { Description = "Id of the project", Required = true };
Option<double> pollOption = PollOption.Create();
var engineSettings = new EngineSettings("cpu");

var run = new Command(
    "run",
    """
    Posts the bond, opens and settles the rounds of one or several projects, and withdraws what was earned.

    The account must be the one that the project names as its aggregator, and pays for gas and for the bond, which comes back once
    contests are over. Stopped and started again, it goes on where it was; a round that is not settled in time costs bond.
    """)
{
    projectsOption,
    pollOption,
};
run.WithSettings([
    .. SharedSettings.Network, .. SharedSettings.Account, .. SharedSettings.Service, .. engineSettings.All
]).Does(async (context, cancellationToken) =>
{
    IReadOnlyList<ProjectArgument> projects = ProjectArgument.ParseAll(
        context.Arguments.GetRequiredValue(projectsOption), "ID=ROOTSET or ID=ROOTSET,TESTSET", needsData: true);
    TimeSpan poll = context.Arguments.GetPoll(pollOption);
    TorchEngine engine = engineSettings.Open(context.Settings, context.Log);
    await using Party party = await Party.OpenAsync(context.Settings, context.Log, cancellationToken);
    Srs srs = await party.SrsAsync(cancellationToken);
    await ServedProjects.RunAsync(
        projects, (project, stop) => ServeAsync(party, srs, engine, project, poll, context.Say, stop), context.Log, cancellationToken);
    return 0;
});

var collect = new Command("collect", "Takes back a project's bond once contests are over, and withdraws") { projectIdOption };
collect.WithSettings([.. SharedSettings.Network, .. SharedSettings.Account]).Does(async (context, cancellationToken) =>
{
    await using Party party = await Party.OpenAsync(context.Settings, context.Log, cancellationToken);
    BigInteger id = context.Arguments.GetValue(projectIdOption);
    ProjectState state = await party.Chain.Contract.StateAsync(id, cancellationToken: cancellationToken);
    if (state.GetStatus() == ProjectStatus.None)
        throw new UnknownProjectException(party.Chain.Address, id);
    if (!state.Bond.IsZero)
        await party.SendAsync($"bond-return/{id}", MarketContract.Calldata.ReturnBond(id), cancellationToken);
    Terms terms = await party.Chain.Contract.TermsAsync(id, cancellationToken: cancellationToken);
    await party.WithdrawAsync(terms.Token, receiver: null, amount: null, Console.WriteLine, cancellationToken);
    return 0;
});

var root = new RootCommand(
    """
    Runs rounds of federated learning: opens sealed updates, proves their Gram matrix, publishes the aggregate.

    Examples:
      aggregator run --project 3=/data/root --keystore me.json --password-file secret
      aggregator run --project 3=/data/root,/data/test --project 5=/data/other.csv
      aggregator collect --project 3

    Every option can also be set by an environment variable (MARKETPLACE_ and its name in capitals) or in marketplace.json.
    """)
{
    run,
    collect,
};
return await CommandHost.RunAsync(root, args);

static async Task ServeAsync(
    Party party, Srs srs, TorchEngine engine, ProjectArgument served, TimeSpan poll, Action<string> log, CancellationToken cancellationToken)
{
    ProjectView project = await ProjectView.OpenAsync(party.Chain, party.Store, served.Id, cancellationToken);
    AggregatorAgent.RequireAccount(project, party.Address);
    string[] paths = served.Data!.Split(',', 2);
    AggregatorData data = await AggregatorData.LoadAsync(
        project.Document, paths[0], paths.ElementAtOrDefault(1), party.Store, Say, cancellationToken);
    var agent = new AggregatorAgent(
        PartyMarket.CreateContext(party, AgentRole.Aggregator, project.Document, srs, Say), project, new DatasetTrainer(data.Root, engine), data);
    Say($"{project.Document.Title}, {project.Document.Model.ParameterCount:N0} parameters, {project.Terms.Rounds} rounds");
    await AgentLoop.RunAsync(agent.StepAsync, poll, Say, cancellationToken);

    void Say(string text) => log($"project {served.Id}: {text}");
}
