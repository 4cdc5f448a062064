using System.Globalization;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Content;
using Marketplace.EndToEnd.Tests;
using Marketplace.Learning.Data;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Testing;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets;
using Marketplace.Testing.Nodes;
using Marketplace.Testing.Programs;

[assembly: AssemblyFixture(typeof(SmallMarket))]

// These tests start a dozen processes each; side by side they would only wait for each other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Marketplace.EndToEnd.Tests;

/// <summary>
/// A market on a node of its own with some small data sets. Each test begins on the same chain, right after the deployment: so two
/// runs of the same project are the same project, number and all, and can be compared.
/// </summary>
public sealed class SmallMarket : IAsyncLifetime
{
    private const int Samples = 300;

    private readonly TemporaryFolder _folder = new();
    private AnvilNode? _node;
    private string _snapshot = "";

    /// <summary>Account 0 deploys; the others are parties. All have money for gas.</summary>
    internal static Address AccountOf(int party) => DevelopmentAccounts.AddressOf(party);

    internal AnvilNode Node => _node ?? throw new InvalidOperationException("Not started.");

    internal string DeploymentFile => _folder["deployment.json"];

    public async ValueTask InitializeAsync()
    {
        _node = await AnvilNode.StartAsync();
        await DeployAsync();
        foreach (string split in new[] { "train", "t10k" })
        {
            for (int party = 1; party < EthereumNode.Keys.Count; party++)
                WriteData(party, split);
        }

        _snapshot = await Node.TakeSnapshotAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
            await _node.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Takes the chain back to where the market was just deployed, and gives an empty content store and state.</summary>
    internal async Task<SmallMarketRun> BeginAsync()
    {
        await Node.RevertAsync(_snapshot);
        _snapshot = await Node.TakeSnapshotAsync();
        return new SmallMarketRun(this, _folder.CreateFolder(Guid.NewGuid().ToString("N")));
    }

    internal string DataOf(int party) => _folder[$"data-{party}"];

    private void WriteData(int party, string split)
    {
        string path = Directory.CreateDirectory(DataOf(party)).FullName;
        Dataset data = RenderedDigits.Generate(Samples, (ulong)(split == "train" ? party : 100), difficulty: 0.5);
        IdxWriter.Write(data, Path.Combine(path, $"{split}-images-idx3-ubyte"), Path.Combine(path, $"{split}-labels-idx1-ubyte"));
    }

    private async Task DeployAsync()
    {
        string parameters = _folder["srs-parameters.json"];
        var (code, _, log) = await MarketProgram.RunAsync(
            "Marketplace", ["srs", "development", "--parameters", parameters]);
        Assert.True(code == 0, log);
        NodeToolchain node = await NodeToolchain.FindAsync();
        System.Diagnostics.ProcessStartInfo deploy = node.Start(
            Repository.Root, Path.Combine("node_modules", "hardhat", "dist", "src", "cli.js"),
            "run", Path.Combine("eng", "hardhat-deploy.mjs"), "--no-compile", "--network", "local");
        deploy.Environment["LOCAL_RPC_URL"] = Node.Url.ToString();
        deploy.Environment["SRS_PARAMETERS"] = parameters;
        deploy.Environment["DEPLOYMENT_FILE"] = DeploymentFile;
        (await ProgramRun.RunAsync(deploy)).Succeeded();
    }
}

/// <summary>One use of the market, with its own content store and state folder.</summary>
internal sealed class SmallMarketRun(SmallMarket market, string folder) : IAsyncDisposable
{
    public const int Owner = 1, Aggregator = 2, FirstTrainer = 3;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly List<MarketProgram> _programs = [];

    public string Store => Path.Combine(folder, "blocks");

    /// <summary>The state folder of all programs.</summary>
    public string State => Path.Combine(folder, "state");

    /// <summary>Starts a program as a party, which takes the party's key and keeps its state.</summary>
    /// <param name="party">Index of the account.</param>
    /// <param name="rpc">The node, or what stands before it; null for the node.</param>
    public MarketProgram Start(int party, string program, IEnumerable<string> arguments, Uri? rpc = null) => StartBare(
        program,
        arguments,
        new Dictionary<string, string>
        {
            ["MARKETPLACE_RPC"] = (rpc ?? market.Node.Url).ToString(),
            ["MARKETPLACE_DEPLOYMENT"] = market.DeploymentFile,
            ["MARKETPLACE_STORE"] = Store,
            ["MARKETPLACE_STATE"] = State,
            ["MARKETPLACE_KEY"] = EthereumNode.Keys[party],
        });

    /// <summary>Starts a program that knows nothing of the market but what it is told.</summary>
    public MarketProgram StartBare(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        MarketProgram started = MarketProgram.Start(program, arguments, environment);
        lock (_programs)
            _programs.Add(started);
        return started;
    }

    public MarketProgram StartTrainer(int party, int project = 1, Uri? rpc = null) =>
        Start(party, "Trainer", ["run", "--project", $"{project}", "--data", market.DataOf(party), "--poll", "0.2"], rpc);

    public MarketProgram StartAggregator(Uri? rpc = null, params IEnumerable<int> projects) =>
        Start(
            Aggregator,
            "Aggregator",
            ["run", .. projects.DefaultIfEmpty(1).SelectMany(id => new[] { "--project", $"{id}={market.DataOf(Aggregator)}" }), "--poll", "0.2"],
            rpc);

    /// <summary>Runs a command of the owner's and auditor's program to its end.</summary>
    public async Task<(int ExitCode, string Output, string Log)> RunAsync(int party, params string[] arguments)
    {
        MarketProgram program = Start(party, "Marketplace", arguments);
        return (await program.WaitAsync(), program.Output, program.Log);
    }

    /// <summary>Runs a command that must succeed.</summary>
    /// <returns>What it wrote to standard output.</returns>
    public async Task<string> RunWellAsync(int party, params string[] arguments)
    {
        var (code, output, log) = await RunAsync(party, arguments);
        Assert.True(code == 0, $"exit code {code}, expected 0:\n{log}");
        return output;
    }

    /// <summary>Terms with these trainers, who all must join.</summary>
    public static TermsFile TermsOf(params int[] trainers) => ProjectFiles.TermsOf(SmallMarket.AccountOf(Aggregator)) with
    {
        Trainers = ProjectFiles.Invite([.. trainers.Select(SmallMarket.AccountOf)]),
        Deadlines = new("10m", "30m", "30m"),
        HyperParameters = new() { LearningRate = [0.001m, 0.05m], LocalEpochs = [2, 2], BatchSize = [16, 64] },
    };

    /// <summary>Writes the two files of a project, as an owner would.</summary>
    /// <returns>The terms file.</returns>
    public string WriteProject(ProjectFiles files) => files.WriteTo(Path.Combine(folder, files.Title));

    public async Task<int> CreateAsync(ProjectFiles files) =>
        int.Parse(await RunWellAsync(Owner, "create", WriteProject(files)), CultureInfo.InvariantCulture);

    /// <summary>The market as anybody can read it.</summary>
    public Task<MarketChain> ConnectAsync() => MarketChain.ConnectAsync(
        new EthereumClient(market.Node.Url), Deployment.Read(market.DeploymentFile), TestContext.Current.CancellationToken);

    /// <summary>The project's events so far.</summary>
    public async Task<(ProjectHistory History, IReadOnlyList<IContractEvent> Events)> ReadAsync(int project = 1)
    {
        using MarketChain chain = await ConnectAsync();
        return await chain.ReadHistoryAsync(project, TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until the project's events are such; fails when one of the programs ends with an error before.</summary>
    public Task WaitUntilAsync(int project, Func<ProjectHistory, bool> holds, IReadOnlyList<MarketProgram> programs) =>
        Polling.WaitUntilAsync(
            async () =>
            {
                Assert.All(programs, program => Assert.True(program.ExitCode is null or 0, $"ended with {program.ExitCode}:\n{program.Log}"));
                return holds((await ReadAsync(project)).History);
            },
            Limit,
            () => string.Join('\n', programs.Select(program => program.Log)),
            TestContext.Current.CancellationToken);

    /// <summary>Starts a program and kills it at a point.</summary>
    /// <param name="start">Starts it with the given URL as its node.</param>
    public async Task KillAtAsync(KillPoint point, Func<Uri, MarketProgram> start)
    {
        await using KillingProxy proxy = new(market.Node.Url, State);
        MarketProgram? program = null;
        using SemaphoreSlim started = new(0);
        Task killed = proxy.ArmAsync(point, () =>
        {
            started.Wait();
            program!.Kill();
        });
        program = start(proxy.Url);
        started.Release();
        Task<int> ended = program.WaitAsync();
        Task first = await Task.WhenAny(killed, ended, Task.Delay(Limit, TestContext.Current.CancellationToken));
        proxy.Disarm();
        Assert.True(killed.IsCompleted, $"The point '{point}' was not reached{(first == ended ? ", the program ended" : "")}:\n{program.Log}");
        await ended;
    }

    /// <summary>Audits as a stranger would.</summary>
    public async Task AssertAuditPassesAsync(int project)
    {
        var (code, _, log) = await RunAsync(Owner, "audit", $"{project}");
        Assert.True(code == 0, $"the audit of project {project} ended with {code}:\n{log}");
    }

    /// <summary>The file of the content store that holds a small file.</summary>
    public string BlockOf(Cid cid) => Path.Combine(Store, $"{cid}"[^3..^1], $"{cid}");

    /// <summary>Lets a program come to its end, which must be a good one.</summary>
    public static async Task FinishAsync(params IEnumerable<MarketProgram> programs)
    {
        foreach (MarketProgram program in programs)
        {
            int code = await program.WaitAsync();
            Assert.True(code == 0, $"exit code {code}, expected 0:\n{program.Log}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (MarketProgram program in _programs)
            await program.DisposeAsync();
    }
}
