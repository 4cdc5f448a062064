using System.Globalization;
using System.Numerics;
using Marketplace.ContentAddressing;
using Marketplace.Ethereum;
using Marketplace.Ethereum.Rpc;
using Marketplace.Proofs;
using Marketplace.Protocol.Audit;
using Marketplace.Protocol.Chain;
using Marketplace.Protocol.Hosting;
using Marketplace.Protocol.Projects;

namespace Marketplace.Demo;

/// <summary>
/// A whole market on one machine: a chain, an owner, an aggregator and trainers, each a process of its own. This process only
/// starts them, watches the chain as anybody could, and audits the result.
/// </summary>
internal sealed class DemoMarket(DemoOptions options, DemoScenario scenario, string folder, ChildProcesses processes, Action<string> say)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(300);
    private static readonly BigInteger Funds = Units.ParseEther("1000");

    private string deploymentFile = "";
    private Uri? rpc;

    private string StoreLocation => options.Store ?? Path.Combine(folder, "blocks");

    /// <summary>Runs the market to its end.</summary>
    /// <param name="watch">Shown the market whenever something has happened.</param>
    public async Task<DemoResult> RunAsync(Func<DemoProgress, Task> watch, IProgress<AuditCheck> audit, CancellationToken cancellation)
    {
        (string repository, string node) = await LocalChain.PrepareAsync(cancellation);
        DemoPrograms programs = DemoPrograms.Find(repository);
        say(options.Rpc is null ? "starting a local chain" : $"using the chain at {options.Rpc.Host}:{options.Rpc.Port}");
        LocalChain chain = options.Rpc is { } given
            ? new LocalChain(repository, node, given)
            : await LocalChain.StartAsync(repository, node, processes, cancellation);
        rpc = chain.Url;

        say("deploying the market");
        deploymentFile = await chain.DeployAsync(await WriteSrsParametersAsync(cancellation), folder, processes, cancellation);
        await chain.FundAsync(
            [scenario.Owner.Address, scenario.Aggregator.Address, .. scenario.Trainers.Select(trainer => trainer.Party.Address)], Funds, cancellation);

        say("making every party's own data");
        DemoData data = await Task.Run(() => scenario.PrepareData(options, Path.Combine(folder, "data")), cancellation);
        string rootSet = data.Give("root", scenario.RootSamples, Behavior.Honest);

        say("the owner posts a project and escrows the bounty");
        BigInteger project = await CreateProjectAsync(programs, cancellation);
        List<Child> agents = [StartAggregator(programs, project, rootSet, data.TestPath)];
        foreach (DemoTrainer trainer in scenario.Trainers)
            agents.Add(StartTrainer(programs, project, trainer, data));

        using MarketChain market = await MarketChain.ConnectAsync(new EthereumClient(chain.Url), Deployment.Read(deploymentFile), cancellation);
        using IContentStore store = ContentStore.Open(StoreLocation);
        var follower = new ProjectFollower(market, project);
        var progress = new DemoProgress(scenario, store);
        do
        {
            await Task.Delay(Poll, cancellation);
            processes.ThrowIfAnyFailed();
            await follower.RefreshAsync(cancellation);
            await progress.UpdateAsync(follower.History, cancellation);
            await watch(progress);
        }
        while (follower.History.Status <= ProjectStatus.Running);

        say("everybody withdraws");
        foreach (Child agent in agents)
            await agent.WaitAsync(cancellation);
        await RunOwnerAsync(programs, ["withdraw"], cancellation);
        await follower.RefreshAsync(cancellation);

        say("auditing from public data alone");
        var auditor = new Auditor(market, store, Srs.OpenDevelopment(ParameterCount, MarketSession.SrsCache, cancellationToken: cancellation), audit);
        AuditReport report = await auditor.RunAsync(project, cancellation);
        return await DemoResult.CollectAsync(scenario, progress, market, store, follower.History, report, cancellation);
    }

    private int ParameterCount => ProjectDocument.Draft.Parse(System.Text.Encoding.UTF8.GetBytes(scenario.Document), "demo").ParseModel().ParameterCount;

    private async Task<string> WriteSrsParametersAsync(CancellationToken cancellation)
    {
        Srs srs = await Task.Run(
            () => Srs.OpenDevelopment(ParameterCount, MarketSession.SrsCache, cancellationToken: cancellation), cancellation);
        string file = Path.Combine(folder, "srs-parameters.json");
        await srs.Parameters.WriteAsync(file, cancellation);
        return file;
    }

    private async Task<BigInteger> CreateProjectAsync(DemoPrograms programs, CancellationToken cancellation)
    {
        string terms = Path.Combine(folder, "terms.json");
        await File.WriteAllTextAsync(terms, scenario.Terms, cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, "project.json"), scenario.Document, cancellation);
        string printed = await RunOwnerAsync(programs, ["create", terms], cancellation);
        return BigInteger.TryParse(printed, NumberStyles.None, CultureInfo.InvariantCulture, out BigInteger project)
            ? project
            : throw new DemoException($"the owner's create command printed '{printed}', expected the project's id");
    }

    private async Task<string> RunOwnerAsync(DemoPrograms programs, string[] arguments, CancellationToken cancellation)
    {
        Child owner = Start(scenario.Owner, programs.Marketplace, arguments);
        await owner.WaitAsync(cancellation);
        return owner.LastLine;
    }

    private Child StartAggregator(DemoPrograms programs, BigInteger project, string rootSet, string testSet) =>
        Start(scenario.Aggregator, programs.Aggregator, ["run", "--project", $"{project}={rootSet},{testSet}", "--poll", "0.2"]);

    private Child StartTrainer(DemoPrograms programs, BigInteger project, DemoTrainer trainer, DemoData data)
    {
        string[] training = trainer.Behavior == Behavior.Replaying
            ? ["--train-command", $"dotnet \"{programs.Marketplace}\" replay"]
            : ["--data", data.Give(trainer.Name, trainer.Samples, trainer.Behavior)];
        return Start(trainer.Party, programs.Trainer, ["run", "--project", $"{project}", "--poll", "0.2", .. training]);
    }

    private Child Start(DemoParty party, string program, IEnumerable<string> arguments)
    {
        using Ethereum.Signing.PrivateKey key = party.CreateKey();
        var secret = new byte[Ethereum.Signing.PrivateKey.Size];
        key.ExportTo(secret);
        return processes.Start(
            party.Name,
            "dotnet",
            [program, .. arguments, "--end-with-input"],
            new Dictionary<string, string>
            {
                [SharedSettings.Rpc.Variable] = rpc!.ToString(),
                [SharedSettings.Deployment.Variable] = deploymentFile,
                [SharedSettings.Store.Variable] = StoreLocation,
                [SharedSettings.State.Variable] = Path.Combine(folder, "state"),
                [PartyKey.KeyVariable] = Convert.ToHexStringLower(secret),
            });
    }
}

/// <summary>Where the market's programs were built.</summary>
internal sealed record DemoPrograms(string Marketplace, string Aggregator, string Trainer)
{
    public static DemoPrograms Find(string repository)
    {
        string source = Path.Combine(repository, "src");
        string output = Path.GetRelativePath(Path.Combine(source, "Marketplace"), AppContext.BaseDirectory);
        return new DemoPrograms(
            typeof(DemoPrograms).Assembly.Location,
            Path.Combine(source, "Aggregator", output, "Marketplace.Aggregator.dll"),
            Path.Combine(source, "Trainer", output, "Marketplace.Trainer.dll"));
    }
}
