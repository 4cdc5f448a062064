using System.Globalization;
using System.Text.Json;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Signing;
using Marketplace.Content;
using Marketplace.EndToEnd.Tests;
using Marketplace.Learning.Data;
using Marketplace.Protocol.Markets;
using Marketplace.Support;

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

    private AnvilNode? _node;
    private string _folder = "";
    private string _snapshot = "";

    /// <summary>Account 0 deploys; the others are parties. All have money for gas.</summary>
    internal static Address AccountOf(int party)
    {
        using PrivateKey key = PrivateKey.Parse(EthereumNode.Keys[party]);
        return key.Address;
    }

    internal AnvilNode Node => _node ?? throw new InvalidOperationException("Not started.");

    internal string DeploymentFile => Path.Combine(_folder, "deployment.json");

    public async ValueTask InitializeAsync()
    {
        _folder = Directory.CreateTempSubdirectory("marketplace-tests-").FullName;
        _node = await AnvilNode.StartAsync();
        await DeployAsync();
        foreach (string split in new[] { "train", "t10k" })
        {
            for (int party = 1; party < EthereumNode.Keys.Count; party++)
                WriteData(party, split);
        }

        _snapshot = await TakeSnapshotAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
            await _node.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Takes the chain back to where the market was just deployed, and gives an empty content store and state.</summary>
    internal async Task<SmallMarketRun> BeginAsync()
    {
        await Node.SendAsync("evm_revert", $"""["{_snapshot}"]""");
        _snapshot = await TakeSnapshotAsync();
        return new SmallMarketRun(this, Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName);
    }

    internal string DataOf(int party) => Path.Combine(_folder, $"data-{party}");

    private void WriteData(int party, string split)
    {
        string path = Directory.CreateDirectory(DataOf(party)).FullName;
        Dataset data = RenderedDigits.Generate(Samples, (ulong)(split == "train" ? party : 100), difficulty: 0.5);
        IdxWriter.Write(data, Path.Combine(path, $"{split}-images-idx3-ubyte"), Path.Combine(path, $"{split}-labels-idx1-ubyte"));
    }

    private async Task DeployAsync()
    {
        string parameters = Path.Combine(_folder, "srs-parameters.json");
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
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(deploy)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await output + await errors);
    }

    private async Task<string> TakeSnapshotAsync()
    {
        using JsonDocument answer = JsonDocument.Parse(await Node.SendAsync("evm_snapshot"));
        return answer.RootElement.GetProperty("result").GetString()!;
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
    public MarketProgram Start(int party, string program, IEnumerable<string> arguments, Uri? rpc = null)
    {
        MarketProgram started = MarketProgram.Start(
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

    /// <summary>Writes the two files of a project, as an owner would.</summary>
    /// <returns>The terms file.</returns>
    public string WriteProject(ProjectFiles files)
    {
        string path = Directory.CreateDirectory(Path.Combine(folder, files.Title)).FullName;
        File.WriteAllText(Path.Combine(path, "project.json"), files.Document);
        string terms = Path.Combine(path, "terms.json");
        File.WriteAllText(terms, files.Terms);
        return terms;
    }

    public async Task<int> CreateAsync(ProjectFiles files) =>
        int.Parse(await RunWellAsync(Owner, "create", WriteProject(files)), CultureInfo.InvariantCulture);

    /// <summary>The market as anybody can read it.</summary>
    public Task<MarketChain> ConnectAsync() => MarketChain.ConnectAsync(
        new EthereumClient(market.Node.Url), Deployment.Read(market.DeploymentFile), TestContext.Current.CancellationToken);

    /// <summary>The project's events so far.</summary>
    public async Task<(ProjectHistory History, List<IContractEvent> Events)> ReadAsync(int project = 1)
    {
        using MarketChain chain = await ConnectAsync();
        var (events, _, _) = await chain.ReadEventsAsync(project, chain.DeployedAt, TestContext.Current.CancellationToken);
        ProjectHistory history = new(project);
        foreach (IContractEvent @event in events)
            history.Apply(@event);
        return (history, events);
    }

    /// <summary>Waits until the project's events are such; fails when one of the programs ends with an error before.</summary>
    public async Task WaitUntilAsync(int project, Func<ProjectHistory, bool> holds, IReadOnlyList<MarketProgram> programs)
    {
        DateTime end = DateTime.UtcNow + Limit;
        while (!holds((await ReadAsync(project)).History))
        {
            Assert.True(DateTime.UtcNow < end, $"Not within {Limit}:\n{string.Join('\n', programs.Select(program => program.Log))}");
            Assert.All(programs, program => Assert.True(program.ExitCode is null or 0, $"ended with {program.ExitCode}:\n{program.Log}"));
            await Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
        }
    }

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

    /// <summary>Moves the chain's clock and mines a block, so that everybody sees it.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        await market.Node.SendAsync("evm_increaseTime", $"[{(long)time.TotalSeconds}]");
        await market.Node.SendAsync("evm_mine");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (MarketProgram program in _programs)
            await program.DisposeAsync();
    }
}

/// <summary>A small project as its owner writes it down: a classifier of digits, linear unless it has another model.</summary>
/// <param name="TestData">Folder of a test set to publish; null for none.</param>
internal sealed record ProjectFiles(string Title, string Payment, int Rounds, IReadOnlyList<int> Trainers, string More = "", string? TestData = null)
{
    /// <summary>The model as the document has it, for images [1, 16, 16] in ten classes.</summary>
    public string Model { get; init; } = """
        {
            "input": [1, 16, 16],
            "layers": [{ "type": "flatten" }, { "type": "linear", "name": "output", "out": 10 }],
            "loss": "crossEntropy"
          }
        """;

    public string Terms => $$"""
        {
          "aggregator": "{{SmallMarket.AccountOf(SmallMarketRun.Aggregator)}}",
          "payment": {{Payment}},
          "rounds": {{Rounds}},
          "trainers": {
            "minimum": {{Trainers.Count}}, "maximum": {{Trainers.Count}}, "joinWithin": "1h",
            "allowlist": [{{string.Join(", ", Trainers.Select(trainer => $"\"{SmallMarket.AccountOf(trainer)}\""))}}]
          },
          "deadlines": { "open": "10m", "training": "30m", "settling": "30m" },
          "hyperParameters": { "learningRate": [0.001, 0.05], "localEpochs": [2, 2], "batchSize": [16, 64] },
          {{More}}
          "document": "project.json"
        }
        """;

    private string TestSet => TestData is null ? "" : $$"""
        "testSet": { "images": "{{TestData}}/t10k-images-idx3-ubyte", "labels": "{{TestData}}/t10k-labels-idx1-ubyte" },
        """;

    public string Document => $$"""
        {
          "title": "{{Title}}",
          "model": {{Model}},
          "initialSeed": 7,
          {{TestSet}}
          "data": { "kind": "idx" }
        }
        """;
}
