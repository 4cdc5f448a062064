using System.Numerics;
using Marketplace.Content;
using Marketplace.LocalMarket;
using Marketplace.Protocol.Audit;
using Marketplace.Protocol.Markets;

namespace Marketplace.Demo;

/// <summary>The demo's project, from its posting to its audit, in a market on this machine.</summary>
internal sealed class DemoProject(RunningMarket market, Action<string> say)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(300);

    /// <summary>Runs the project to its end.</summary>
    /// <param name="watch">Shown the market whenever something has happened.</param>
    public async Task<DemoResult> RunAsync(Func<DemoProgress, Task> watch, IProgress<AuditCheck> audit, CancellationToken cancellationToken)
    {
        say("the owner posts a project and escrows the bounty");
        BigInteger project = await market.PostProjectAsync(cancellationToken);
        Scenario scenario = market.Scenario;
        List<ChildProcess> agents = [market.StartAggregator(project, scenario.Lie)];
        agents.AddRange(scenario.Trainers.Select(trainer => market.StartTrainer(project, trainer, keepEarnings: false)));

        using MarketChain chain = await market.ConnectAsync(cancellationToken);
        using IContentStore store = ContentStore.Open(market.StoreLocation);
        var follower = new ProjectFollower(chain, project);
        var progress = new DemoProgress(scenario, chain, store);
        do
        {
            await Task.Delay(Poll, cancellationToken);
            market.Processes.ThrowIfAnyFailed();
            await follower.RefreshAsync(cancellationToken);
            await progress.UpdateAsync(follower.History, cancellationToken);
            await watch(progress);
        }
        while (follower.History.Status <= ProjectStatus.Running);

        say("everybody withdraws, the aggregator once no update can be claimed any more, half an hour later on the chain's clock");
        foreach (ChildProcess agent in agents)
            await agent.WaitAsync(cancellationToken);
        await market.EndContestAsync(project, cancellationToken);
        await market.RunOwnerAsync(["withdraw"], cancellationToken);
        await follower.RefreshAsync(cancellationToken);
        await progress.UpdateAsync(follower.History, cancellationToken);

        say("auditing from public data alone");
        AuditReport report = await new Auditor(chain, store, market.Srs, audit).RunAsync(project, cancellationToken);
        return await DemoResult.CollectAsync(scenario, progress, chain, store, follower.History, report, cancellationToken);
    }
}
