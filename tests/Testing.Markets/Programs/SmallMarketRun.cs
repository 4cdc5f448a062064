using System.Globalization;
using Marketplace.Chain.Rpc;
using Marketplace.Content;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Testing.Nodes;
using Marketplace.Testing.Programs;

namespace Marketplace.Testing.Markets.Programs;

/// <summary>One use of the market, with its own content store and state folder.</summary>
public sealed class SmallMarketRun(SmallMarket market, string folder) : IAsyncDisposable
{
    public const int Owner = 1, Aggregator = 2, FirstTrainer = 3;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly List<MarketProgram> _programs = [];

    public Uri Node => market.Node.Url;

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
        return code == 0 ? output : throw new InvalidOperationException($"exit code {code}, expected 0:\n{log}");
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
        new EthereumClient(market.Node.Url), Deployment.Read(market.DeploymentFile), CancellationToken.None);

    /// <summary>The project's events so far.</summary>
    public async Task<(ProjectHistory History, IReadOnlyList<IContractEvent> Events)> ReadAsync(int project = 1)
    {
        using MarketChain chain = await ConnectAsync();
        return await chain.ReadHistoryAsync(project, CancellationToken.None);
    }

    /// <summary>Waits until the project's events are such; fails when one of the programs ends with an error before.</summary>
    public Task WaitUntilAsync(int project, Func<ProjectHistory, bool> holds, IReadOnlyList<MarketProgram> programs) =>
        Polling.WaitUntilAsync(
            async () =>
            {
                if (programs.FirstOrDefault(program => program.ExitCode is not (null or 0)) is { } failed)
                    throw new InvalidOperationException($"ended with {failed.ExitCode}:\n{failed.Log}");
                return holds((await ReadAsync(project)).History);
            },
            Limit,
            () => string.Join('\n', programs.Select(program => program.Log)));

    /// <summary>Audits as a stranger would.</summary>
    public async Task AssertAuditPassesAsync(int project)
    {
        var (code, _, log) = await RunAsync(Owner, "audit", $"{project}");
        if (code != 0)
            throw new InvalidOperationException($"the audit of project {project} ended with {code}:\n{log}");
    }

    /// <summary>The file of the content store that holds a small file.</summary>
    public string BlockOf(Cid cid) => Path.Combine(Store, $"{cid}"[^3..^1], $"{cid}");

    /// <summary>Lets programs come to their ends, which must be good ones.</summary>
    public static Task FinishAsync(params IEnumerable<MarketProgram> programs) => FinishAsync(null, programs);

    /// <inheritdoc cref="FinishAsync(IEnumerable{MarketProgram})"/>
    /// <param name="limit">Longest that each is waited for; null for what is enough for a few projects.</param>
    /// <param name="programs">The programs.</param>
    public static async Task FinishAsync(TimeSpan? limit, IEnumerable<MarketProgram> programs)
    {
        foreach (MarketProgram program in programs)
        {
            int code = await program.WaitAsync(limit);
            if (code != 0)
                throw new InvalidOperationException($"exit code {code}, expected 0:\n{program.Log}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (MarketProgram program in _programs)
            await program.DisposeAsync();
    }
}
