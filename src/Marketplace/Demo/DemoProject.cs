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
    public async Task<DemoResult> RunAsync(Func<DemoProgress, Task> watch, IProgress<AuditCheck> audit, CancellationToken cancellation)
    {
        say("the owner posts a project and escrows the bounty");
        BigInteger project = await market.PostProjectAsync(cancellation);
        Scenario scenario = market.Scenario;
        List<ChildProcess> agents = [market.StartAggregator(project)];
        agents.AddRange(scenario.Trainers.Select(trainer => market.StartTrainer(project, trainer, keepEarnings: false)));

        using MarketChain chain = await market.ConnectAsync(cancellation);
        using IContentStore store = ContentStore.Open(market.StoreLocation);
        var follower = new ProjectFollower(chain, project);
        var progress = new DemoProgress(scenario, store);
        do
        {
            await Task.Delay(Poll, cancellation);
            market.Processes.ThrowIfAnyFailed();
            await follower.RefreshAsync(cancellation);
            await progress.UpdateAsync(follower.History, cancellation);
            await watch(progress);
        }
        while (follower.History.Status <= ProjectStatus.Running);

        say("everybody withdraws");
        foreach (ChildProcess agent in agents)
            await agent.WaitAsync(cancellation);
        await market.RunOwnerAsync(["withdraw"], cancellation);
        await follower.RefreshAsync(cancellation);

        say("auditing from public data alone");
        AuditReport report = await new Auditor(chain, store, market.Srs, audit).RunAsync(project, cancellation);
        return await DemoResult.CollectAsync(scenario, progress, chain, store, follower.History, report, cancellation);
    }
}
