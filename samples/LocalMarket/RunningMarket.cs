using System.Globalization;
using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Signing;
using Marketplace.Hosting;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Markets;

namespace Marketplace.LocalMarket;

/// <summary>
/// A whole market on this machine: a chain with the contracts, funded parties with data of their own, and their programs as processes.
/// This process only starts them; whatever it wants to know it reads from the chain, as anybody could.
/// </summary>
public sealed class RunningMarket : IAsyncDisposable
{
    private static readonly BigInteger Funds = Units.ParseEther("1000");

    private readonly string _folder;
    private LocalChain? _chain;

    private RunningMarket(Scenario scenario, string folder, string store, string repository)
    {
        Scenario = scenario;
        Repository = repository;
        StoreLocation = store;
        _folder = folder;
        Programs = MarketPrograms.Find(repository);
        Processes = new ChildProcesses(folder);
    }

    /// <summary>Who takes part.</summary>
    public Scenario Scenario { get; }

    /// <summary>The checkout from which all is started.</summary>
    public string Repository { get; }

    /// <summary>The programs that the parties run.</summary>
    public MarketPrograms Programs { get; }

    /// <summary>The market's processes; whoever starts another one here has it end with the market.</summary>
    public ChildProcesses Processes { get; }

    /// <summary>The chain's JSON-RPC endpoint.</summary>
    public Uri Rpc { get; private set; } = null!;

    /// <summary>The file that names the market contract.</summary>
    public string DeploymentFile { get; private set; } = "";

    /// <summary>Where content is kept, as programs take it by <c>--store</c>.</summary>
    public string StoreLocation { get; }

    /// <summary>The file that names the parties; <see cref="NamedParty.ReadAsync"/> reads it.</summary>
    public string PartiesFile => Path.Combine(_folder, "parties.json");

    /// <summary>The reference string that the market's verifier pins: it takes every model that a market can take.</summary>
    public Srs Srs { get; } = Srs.OpenDevelopment(GramMatrix.MaxDimension, Srs.DevelopmentCache);

    /// <summary>The panel of the scenario's auditors, which owners can name as their court.</summary>
    public Address Court { get; private set; }

    /// <summary>The parties' data.</summary>
    public ScenarioData Data { get; private set; } = null!;

    /// <summary>Starts a chain, or takes the given one, deploys the market, funds the parties and makes their data.</summary>
    /// <param name="options">What the user chose.</param>
    /// <param name="folder">Folder for data, state and logs; it must be there.</param>
    /// <param name="say">Told what is being done.</param>
    /// <param name="cancellationToken">Ends the start; what was started until then is ended.</param>
    /// <exception cref="LocalMarketException">Something could not be started; the message says what.</exception>
    public static async Task<RunningMarket> StartAsync(
        LocalMarketOptions options, string folder, Action<string> say, CancellationToken cancellationToken)
    {
        (string repository, string node) = await LocalChain.PrepareAsync(cancellationToken);
        var market = new RunningMarket(Scenario.Create(options), folder, options.Store ?? Path.Combine(folder, "blocks"), repository);
        try
        {
            await market.DeployAsync(options, node, say, cancellationToken);
            return market;
        }
        catch
        {
            await market.DisposeAsync();
            throw;
        }
    }

    /// <summary>Posts the scenario's project as its owner.</summary>
    /// <returns>The project's id.</returns>
    public async Task<BigInteger> PostProjectAsync(CancellationToken cancellationToken)
    {
        string terms = Path.Combine(_folder, "terms.json");
        await File.WriteAllTextAsync(terms, Scenario.TermsJson(Court), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_folder, "project.json"), Scenario.Document, cancellationToken);
        // The scenario's terms are always the same; who asks for a project wants another one.
        string printed = await RunOwnerAsync(["create", terms, "--again"], cancellationToken);
        return BigInteger.TryParse(printed, NumberStyles.None, CultureInfo.InvariantCulture, out BigInteger project)
            ? project
            : throw new LocalMarketException($"the owner's create command printed '{printed}', expected the project's id");
    }

    /// <summary>Runs a command of the owner's program to its end.</summary>
    /// <returns>The last line that it wrote.</returns>
    public Task<string> RunOwnerAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        RunAsync(Scenario.Owner, Programs.Marketplace, arguments, cancellationToken);

    /// <summary>Starts the aggregator for a project; it ends with the project.</summary>
    /// <param name="project">The project's id.</param>
    /// <param name="lie">What it lies about; null for the honest one.</param>
    public ChildProcess StartAggregator(BigInteger project, LocalLie? lie = null) => Start(
        Scenario.Aggregator,
        $"{Scenario.Aggregator.Name}-{project}",
        lie is null ? Programs.Aggregator : Programs.Forger,
        lie is null
            ? ["run", "--project", $"{project}={Data.RootPath},{Data.TestPath}", "--poll", "0.2"]
            :
            [
                "--project", $"{project}", "--data", Data.RootPath, "--victim", $"{lie.Victim.Party.Address}", "--round", $"{lie.Round}",
                "--poll", "0.2",
            ]);

    /// <summary>Lets the time pass, on the chain's clock, in which somebody may claim or deny, and has the aggregator take back its bond.</summary>
    public async Task EndContestAsync(BigInteger project, CancellationToken cancellationToken)
    {
        await _chain!.PassAsync(Scenario.Contest + TimeSpan.FromSeconds(1), cancellationToken);
        await RunAsync(Scenario.Aggregator, Programs.Aggregator, ["collect", "--project", $"{project}"], cancellationToken);
    }

    /// <summary>Starts a trainer for a project; it ends with the project.</summary>
    /// <param name="keepEarnings">Whether what it earns stays in the market until somebody withdraws it.</param>
    public ChildProcess StartTrainer(BigInteger project, LocalTrainer trainer, bool keepEarnings)
    {
        string[] training = trainer.Behavior == Behavior.Replaying
            ? ["--train-command", $"dotnet \"{Programs.Replayer}\""]
            : ["--data", Data.PathOf(trainer)];
        string[] earnings = keepEarnings ? ["--keep-earnings"] : [];
        return Start(
            trainer.Party,
            $"{trainer.Name}-{project}",
            Programs.Trainer,
            ["run", "--project", $"{project}", "--poll", "0.2", .. training, .. earnings]);
    }

    /// <summary>Connects to the market as anybody could.</summary>
    public Task<MarketChain> ConnectAsync(CancellationToken cancellationToken) =>
        MarketChain.ConnectAsync(new EthereumClient(Rpc), Deployment.Read(DeploymentFile), cancellationToken);

    /// <summary>What tells a party's program of this market and of the party: environment variables, its key among them.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentOf(LocalParty party)
    {
        using PrivateKey key = party.CreateKey();
        var secret = new byte[PrivateKey.Size];
        key.ExportTo(secret);
        return new Dictionary<string, string>
        {
            [SharedSettings.Rpc.Variable] = Rpc.ToString(),
            [SharedSettings.Deployment.Variable] = DeploymentFile,
            [SharedSettings.Store.Variable] = StoreLocation,
            [SharedSettings.State.Variable] = Path.Combine(_folder, "state"),
            [PartyKey.KeyVariable] = Convert.ToHexStringLower(secret),
        };
    }

    public ValueTask DisposeAsync() => Processes.DisposeAsync();

    private async Task DeployAsync(LocalMarketOptions options, string node, Action<string> say, CancellationToken cancellationToken)
    {
        say(options.Rpc is null ? "starting a local chain" : $"using the chain at {options.Rpc.Host}:{options.Rpc.Port}");
        LocalChain chain = options.Rpc is { } given
            ? new LocalChain(Repository, node, given)
            : await LocalChain.StartAsync(Repository, node, Processes, cancellationToken);
        (_chain, Rpc) = (chain, chain.Url);

        say("deploying the market");
        DeploymentFile = await chain.DeployAsync(await WriteSrsParametersAsync(cancellationToken), _folder, Processes, cancellationToken);
        await chain.FundAsync(Scenario.Parties.Select(party => party.Address), Funds, cancellationToken);

        say("making every party's own data, and seating the court");
        Task<ScenarioData> data = Task.Run(() => ScenarioData.Prepare(Scenario, options, Path.Combine(_folder, "data")), cancellationToken);
        await SeatCourtAsync(cancellationToken);
        NamedParty court = new("panel", "court", Court, $"{string.Join(", ", Scenario.Auditors.Select(auditor => auditor.Name))}: most must agree");
        await NamedParty.WriteAsync(PartiesFile, [.. Scenario.Parties, court], cancellationToken);
        Data = await data;
    }

    /// <summary>Deploys the auditors' panel, and starts its auditors.</summary>
    private async Task SeatCourtAsync(CancellationToken cancellationToken)
    {
        string[] names = [.. Scenario.Auditors.SelectMany(auditor => new[] { "--auditor", $"{auditor.Address}" })];
        string printed = await RunAsync(Scenario.Auditors[0], Programs.Marketplace, ["panel", "create", .. names], cancellationToken);
        Court = Address.TryParse(printed, out Address court)
            ? court
            : throw new LocalMarketException($"the command that creates the court printed '{printed}', expected its address");
        foreach (LocalParty auditor in Scenario.Auditors)
            Start(auditor, auditor.Name, Programs.Marketplace, ["panel", "run", $"{Court}", "--poll", "0.5"]);
    }

    /// <summary>Runs a command of a party's to its end.</summary>
    /// <returns>The last line that it wrote.</returns>
    private async Task<string> RunAsync(LocalParty party, string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        ChildProcess process = Start(party, party.Name, program, arguments);
        await process.WaitAsync(cancellationToken);
        await Processes.EndAsync(process);
        return process.LastLine;
    }

    private async Task<string> WriteSrsParametersAsync(CancellationToken cancellationToken)
    {
        string file = Path.Combine(_folder, "srs-parameters.json");
        await Srs.Parameters.WriteAsync(file, cancellationToken);
        return file;
    }

    private ChildProcess Start(LocalParty party, string name, string program, IEnumerable<string> arguments) =>
        Processes.Start(name, "dotnet", [program, .. arguments, "--end-with-input"], EnvironmentOf(party));
}
