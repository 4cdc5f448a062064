using Marketplace.Chain.Rpc;
using Marketplace.LocalMarket;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.FleetHost;

/// <summary>The fleet and all around it, as resources of Aspire: who waits for whom, and what they are told.</summary>
internal sealed class FleetModel
{
    private readonly IDistributedApplicationBuilder _builder;
    private readonly string _folder;
    private readonly List<IResource> _programs = [], _surroundings = [];

    /// <param name="builder">Gets the resources.</param>
    /// <param name="options">What the user chose.</param>
    /// <param name="folder">Of all data.</param>
    /// <param name="repository">The checkout.</param>
    /// <param name="node">The Node that runs the chain.</param>
    /// <param name="database">The fleet's.</param>
    public FleetModel(
        IDistributedApplicationBuilder builder, HostOptions options, string folder, string repository, string node, HostDatabase database)
    {
        (_builder, _folder) = (builder, folder);
        int chainPort = LoopbackPort.FindFree();
        IResourceBuilder<ExecutableResource> chain = AddChain(repository, node, chainPort);
        IResourceBuilder<ExecutableResource>? server = AddServer(database);
        Market = new MarketResource(options, new Uri($"http://127.0.0.1:{chainPort}"), folder);
        IResourceBuilder<MarketResource> market = builder.AddResource(Market)
            .WithInitialState(new CustomResourceSnapshot { ResourceType = "Market", Properties = [], State = KnownResourceStates.NotStarted })
            .OnInitializeResource((resource, start, _) => resource.StartAsync(start))
            .WaitFor(chain);
        for (int machine = 1; machine <= options.Machines; machine++)
        {
            IResourceBuilder<ExecutableResource> added = AddMachine($"machine-{machine}", market, database);
            if (server is not null)
                added.WaitFor(server);
        }

        foreach (LocalTrainer trainer in Scenario.Create(Market.Options).Trainers)
            AddTrainer(trainer, market);
        DashboardUrl = new Uri($"http://127.0.0.1:{(options.WebPort == 0 ? LoopbackPort.FindFree() : options.WebPort)}");
        AddDashboard(market, repository);
    }

    public MarketResource Market { get; }

    /// <summary>Where the market's dashboard will be.</summary>
    public Uri DashboardUrl { get; }

    /// <summary>The market's programs. They end well only while what is around them runs.</summary>
    public IReadOnlyList<IResource> Programs => _programs;

    /// <summary>The processes that the programs need.</summary>
    public IReadOnlyList<IResource> Surroundings => _surroundings;

    private IResourceBuilder<ExecutableResource> AddChain(string repository, string node, int port)
    {
        IResourceBuilder<ExecutableResource> chain = _builder.AddExecutable("chain", node, repository, LocalChain.ArgumentsOf(repository, port))
            .WithHttpEndpoint(port: port, targetPort: port, isProxied: false);
        _surroundings.Add(chain.Resource);
        return WithCheck(chain, async cancellationToken =>
        {
            using var client = new EthereumClient(new RpcOptions(new Uri($"http://127.0.0.1:{port}")) { MaxAttempts = 1 });
            try
            {
                await client.GetChainIdAsync(cancellationToken);
                return true;
            }
            catch (RpcTransportException)
            {
                return false;
            }
        });
    }

    private IResourceBuilder<ExecutableResource>? AddServer(HostDatabase database)
    {
        if (database.Server is not [var program, .. var arguments])
            return null;
        IResourceBuilder<ExecutableResource> server = _builder.AddExecutable("database", program, "/", arguments);
        _surroundings.Add(server.Resource);
        return WithCheck(server, database.AnswersAsync);
    }

    private IResourceBuilder<ExecutableResource> AddMachine(
        string name, IResourceBuilder<MarketResource> market, HostDatabase database) =>
        AddProgram(name, market, running => running.Scenario.Aggregator, running =>
        [
            running.Programs.Aggregator, "serve", "--projects", Market.ProjectsFolder, "--port", $"{LoopbackPort.FindFree()}", "--poll", "0.2",
            // Nothing but the database, the chain and the content store is shared.
            "--state", Path.Combine(_folder, "state", name),
        ])
        .WithEnvironment(HostOptions.Database.Variable, database.Connection);

    private void AddTrainer(LocalTrainer trainer, IResourceBuilder<MarketResource> market) =>
        AddProgram(trainer.Name, market, _ => trainer.Party, running =>
        [
            running.Programs.Trainer, "run", "--poll", "0.2",
            .. Market.Projects.SelectMany(project => new[] { "--project", $"{project}={running.Data.PathOf(trainer)}" }),
        ]);

    private void AddDashboard(IResourceBuilder<MarketResource> market, string repository) =>
        AddProgram("dashboard", market, party: null, running =>
        [
            MarketPrograms.PathOf(repository, "web", "Marketplace.Web.dll"),
            "--rpc", running.Rpc.ToString(), "--deployment", running.DeploymentFile, "--store", running.StoreLocation,
            "--parties", running.PartiesFile, "--data-folder", Path.Combine(_folder, "dashboard"), "--urls", DashboardUrl.ToString(),
        ])
        .WithHttpEndpoint(port: DashboardUrl.Port, targetPort: DashboardUrl.Port, isProxied: false)
        .WithHttpHealthCheck("/health/ready");

    /// <summary>Adds one of the market's programs, which starts once the market runs and says where it is.</summary>
    /// <param name="name">The resource's.</param>
    /// <param name="market">Waited for.</param>
    /// <param name="party">Who runs it; null for nobody in particular.</param>
    /// <param name="arguments">The command line of <c>dotnet</c>.</param>
    private IResourceBuilder<ExecutableResource> AddProgram(
        string name, IResourceBuilder<MarketResource> market, Func<RunningMarket, LocalParty>? party, Func<RunningMarket, string[]> arguments)
    {
        IResourceBuilder<ExecutableResource> program = _builder.AddExecutable(name, "dotnet", _folder)
            .WithArgs(async context =>
            {
                foreach (string argument in arguments(await Market.Running))
                    context.Args.Add(argument);
            })
            .WithEnvironment(async context =>
            {
                RunningMarket running = await Market.Running;
                // The keys of a chain that is thrown away; everybody can compute them.
                foreach ((string variable, string value) in party is null ? [] : running.EnvironmentOf(party(running)).ToArray())
                    context.EnvironmentVariables[variable] = value;
            })
            .WithOtlpExporter()
            .WaitFor(market, WaitBehavior.StopOnResourceUnavailable);
        _programs.Add(program.Resource);
        return program;
    }

    private IResourceBuilder<ExecutableResource> WithCheck(
        IResourceBuilder<ExecutableResource> resource, Func<CancellationToken, Task<bool>> answers)
    {
        string name = $"{resource.Resource.Name} answers";
        _builder.Services.AddHealthChecks().AddAsyncCheck(
            name, async cancellationToken => await answers(cancellationToken) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
        return resource.WithHealthCheck(name);
    }
}
