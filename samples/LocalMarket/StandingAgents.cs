using System.Numerics;
using Marketplace.Agents;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Hosting;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.LocalMarket;

/// <summary>
/// Has the local parties take on projects that anybody posts and that name the local aggregator. What trainers earn stays in the
/// market, so that whoever plays them can withdraw it.
/// </summary>
/// <remarks>
/// One project at a time, in the order of posting: an account sends from one process only, and the parties are the same for all
/// projects. Those that come meanwhile wait.
/// </remarks>
public sealed class StandingAgents(RunningMarket market, Action<string> say)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    private BigInteger _next = 1;

    /// <summary>Takes on projects until it is cancelled.</summary>
    /// <exception cref="LocalMarketException">A process of the market, such as its chain, has failed.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using MarketChain chain = await market.ConnectAsync(cancellationToken);
        using IContentStore store = ContentStore.Open(market.StoreLocation);
        await AgentLoop.RunAsync(cancellationToken => StepAsync(chain, store, cancellationToken), Poll, say, cancellationToken);
    }

    private async Task<AgentStep> StepAsync(MarketChain chain, IContentStore store, CancellationToken cancellationToken)
    {
        market.Processes.ThrowIfAnyFailed();
        BigInteger count = await chain.Contract.ProjectCountAsync(cancellationToken: cancellationToken);
        // A development chain can be taken back to before a project.
        _next = BigInteger.Min(_next, count + 1);
        if (_next > count)
            return AgentStep.Wait($"waiting for projects that name {market.Scenario.Aggregator.Address} as their aggregator");
        await ConsiderAsync(chain, store, _next, cancellationToken);
        _next++;
        return AgentStep.Acted;
    }

    private async Task ConsiderAsync(MarketChain chain, IContentStore store, BigInteger id, CancellationToken cancellationToken)
    {
        Terms terms = await chain.Contract.TermsAsync(id, cancellationToken: cancellationToken);
        ProjectState state = await chain.Contract.StateAsync(id, cancellationToken: cancellationToken);
        if (terms.Aggregator != market.Scenario.Aggregator.Address || state.GetStatus() > ProjectStatus.Running)
            return;
        try
        {
            ProjectView project = await ProjectView.OpenAsync(chain, store, id, cancellationToken);
            IReadOnlyList<LocalTrainer> trainers = ChooseTrainers(project);
            say(
                $"project {id}, {project.Document.Title}: taken on by the aggregator and "
                    + $"{string.Join(", ", trainers.Select(trainer => trainer.Name))}");
            await ServeAsync(chain, project, trainers, cancellationToken);
        }
        catch (Exception e) when (e is PublishedException or ContentStoreException or InvalidDataException or LocalMarketException)
        {
            say($"project {id}: not served: {e.Message}");
        }
    }

    /// <summary>The trainers that can join, those that have joined before all others.</summary>
    /// <exception cref="LocalMarketException">The project asks for what the parties do not have.</exception>
    private List<LocalTrainer> ChooseTrainers(ProjectView project)
    {
        ProjectDocument document = project.Document;
        if (document.Data.Kind != "idx")
            throw new LocalMarketException($"it asks for {document.Data.Kind} data, the parties of this market have idx images");
        ProjectData.Load(document, market.Data.RootPath, "train");
        HashSet<Address> joined = [.. project.History.Trainers];
        bool running = project.History.Status == ProjectStatus.Running;
        List<LocalTrainer> able =
        [
            .. market.Scenario.Trainers
                .Where(trainer => joined.Contains(trainer.Party.Address) || (!running && Invites(document, trainer.Party.Address)))
                .OrderByDescending(trainer => joined.Contains(trainer.Party.Address)),
        ];
        int others = joined.Count - able.Count(trainer => joined.Contains(trainer.Party.Address));
        List<LocalTrainer> chosen = [.. able.Take(project.Terms.MaxTrainers - others)];
        int total = others + chosen.Count;
        if (total < project.Terms.MinTrainers)
        {
            throw new LocalMarketException(
                $"it needs at least {project.Terms.MinTrainers} trainers, this market has {able.Count} that it would take");
        }

        if (!running && total < project.Terms.MaxTrainers)
        {
            say(
                $"project {project.History.Id} takes up to {project.Terms.MaxTrainers} trainers, {total} are here: it starts when its owner "
                    + "starts it, or once joining has ended");
        }

        return chosen;
    }

    private static bool Invites(ProjectDocument document, Address account) =>
        document.Allowlist.Count == 0 || document.Allowlist.Contains(account);

    /// <summary>Runs the project's agents until it has ended.</summary>
    private async Task ServeAsync(
        MarketChain chain, ProjectView project, IReadOnlyList<LocalTrainer> trainers, CancellationToken cancellationToken)
    {
        BigInteger id = project.History.Id;
        ChildProcess aggregator = market.StartAggregator(id);
        List<ChildProcess> agents = [aggregator];
        try
        {
            agents.AddRange(trainers.Select(trainer => market.StartTrainer(id, trainer, keepEarnings: true)));
            while (!aggregator.HasExited)
            {
                await Task.Delay(Poll, cancellationToken);
                await CancelIfStuckAsync(chain, project, cancellationToken);
            }
            foreach (ChildProcess agent in agents)
                await agent.WaitAsync(cancellationToken);
            say($"project {id} has ended");
        }
        finally
        {
            await market.Processes.EndAsync(agents);
        }
    }

    /// <summary>Joining may end without enough trainers, when some that were counted on could not join: then nothing else ends the project.</summary>
    private async Task CancelIfStuckAsync(MarketChain chain, ProjectView project, CancellationToken cancellationToken)
    {
        BigInteger id = project.History.Id;
        ProjectState state = await chain.Contract.StateAsync(id, cancellationToken: cancellationToken);
        if (state.GetStatus() != ProjectStatus.Open
            || await chain.NowAsync(cancellationToken) <= project.Terms.JoinDeadline
            || (state.Bonded && state.Trainers >= project.Terms.MinTrainers))
        {
            return;
        }

        say($"project {id}: joining has ended without a bond or enough trainers, cancelling it");
        await market.RunOwnerAsync(["cancel", $"{id}"], cancellationToken);
    }
}
