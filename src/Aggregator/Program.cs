using System.CommandLine;
using System.Numerics;
using Marketplace.Agents;
using Marketplace.Aggregator;
using Marketplace.Contracts;
using Marketplace.Hosting;
using Marketplace.Hosting.TrainingCommands;
using Marketplace.Learning.Training;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

if (await CommandGuard.RunAsync(args) is { } guarded)
    return guarded;

var projectsOption = new Option<string[]>("--project")
{
    Description =
        "ID=ROOTSET or ID=ROOTSET,TESTSET: a project and the data that its owner gave for it (folders with IDX files, or CSV files), the test "
            + "set only where the document names none; ID alone where commands know the data; repeatable",
    HelpName = "id[=rootset[,testset]]",
    Required = true,
    AllowMultipleArgumentsPerToken = true,
};
var projectIdOption = new Option<uint>("--project") { Description = "Id of the project", Required = true };
Option<double> pollOption = PollOption.Create();
var measuring = new MeasureSettings();

var run = new Command(
    "run",
    """
    Posts the bond, opens and settles the rounds of one or several projects, and withdraws what was earned.

    The account must be the one that the project names as its aggregator, and pays for gas and for the bond, which comes back once
    contests are over. Stopped and started again, it goes on where it was; a round that is not settled in time costs bond.

    Where the model is external, programs of the owner's compute it. The training command is that of 'trainer run --help', on the root set that it
    knows. The measuring command gets three arguments more: a folder with model.safetensors (F32) and project.json, the file at which to write
    {"loss": 0.3, "accuracy": 0.9}, and the set to measure on, root or test; without a test set it writes nothing for it.
    """)
{
    projectsOption,
    pollOption,
};
run.WithSettings([
    .. SharedSettings.Network, .. SharedSettings.Account, .. SharedSettings.Service, .. measuring.All
]).Does(async (context, cancellationToken) =>
{
    IReadOnlyList<ProjectArgument> projects = ProjectArgument.ParseAll(
        context.Arguments.GetRequiredValue(projectsOption), "ID=ROOTSET or ID=ROOTSET,TESTSET", needsData: !measuring.HasCommands(context.Settings));
    TimeSpan poll = context.Arguments.GetPoll(pollOption);
    ITrainingEngine? engine = projects.Any(project => project.Data is not null) ? measuring.OpenEngine(context) : null;
    await using Party party = await Party.OpenAsync(context.Settings, context.Log, cancellationToken);
    Srs srs = await party.SrsAsync(cancellationToken);
    await ServedProjects.RunAsync(
        projects, (project, stop) => ServeAsync(context, party, srs, measuring, engine, project, poll, stop), context.Log, cancellationToken);
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
      aggregator serve --projects /data/projects --database "Host=127.0.0.1;Database=fleet;Username=fleet"

    Every option can also be set by an environment variable (MARKETPLACE_ and its name in capitals) or in marketplace.json.
    """)
{
    run,
    ServeCommand.Create(),
    collect,
};
return await CommandHost.RunAsync(root, args);

static async Task ServeAsync(
    CommandContext context,
    Party party,
    Srs srs,
    MeasureSettings measuring,
    ITrainingEngine? engine,
    ProjectArgument served,
    TimeSpan poll,
    CancellationToken cancellationToken)
{
    await AggregatorService.RunAsync(party, served.Id, srs, new LocalProver(srs), OpenAsync, poll, Say, cancellationToken);

    async Task<(ILocalTrainer Trainer, IModelEvaluator Evaluator)> OpenAsync(ProjectView project)
    {
        var opened = await measuring.OpenAsync(context, engine, served.Data, project, party, Say, cancellationToken);
        Say($"{project.Document.Title}, {project.Document.Model.ParameterCount:N0} parameters, {project.Terms.Rounds} rounds");
        return opened;
    }

    void Say(string text) => context.Say($"project {served.Id}: {text}");
}
