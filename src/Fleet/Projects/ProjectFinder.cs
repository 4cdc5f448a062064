using System.Numerics;
using Marketplace.Agents;
using Marketplace.Contracts;
using Marketplace.Fleet.Silos;
using Marketplace.Protocol.Markets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Fleet.Projects;

/// <summary>
/// Finds on chain the projects that name the account as their aggregator, and sees to it that each is served: on every silo, so that one
/// that is left brings all of them back. A project is taken up without a restart, once there is something for it on this machine.
/// </summary>
internal sealed class ProjectFinder(ServedMarket market, IGrainFactory grains, ILogger<ProjectFinder> log) : BackgroundService
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly Dictionary<BigInteger, Terms> _named = [];
    private BigInteger _looked = BigInteger.Zero;
    private string _problem = "";

    private MarketChain Chain => market.Session.Chain;

    protected override async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        // What is computed before the first wait would hold up the start of the others.
        await Task.Yield();
        TimeSpan pause = market.Poll > Shortest ? market.Poll : Shortest;
        while (!cancellationToken.IsCancellationRequested)
        {
            await LookAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(pause, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await FindNewAsync(cancellationToken);
            BigInteger[] here = [.. _named.Keys.Where(market.Data.Has)];
            ulong now = await Chain.NowAsync(cancellationToken);
            await Task.WhenAll(here.Select(project => EnsureAsync(project, now, cancellationToken)));
            _problem = "";
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A node, a database or a silo that is away comes back; there is nothing else to wait for.
            string problem = Trouble.Describe(e);
            if (_problem != problem)
                log.LogWarning("looking after the projects, trying again: {Problem}", _problem = problem);
        }
    }

    private async Task FindNewAsync(CancellationToken cancellationToken)
    {
        BigInteger count = await Chain.Contract.ProjectCountAsync(cancellationToken: cancellationToken);
        // Fewer than before: the chain was reorganized, and its numbers may mean other projects.
        if (count < _looked)
        {
            _looked = 0;
            _named.Clear();
        }
        for (; _looked < count; _looked++)
        {
            BigInteger id = _looked + 1;
            Terms terms = await Chain.Contract.TermsAsync(id, cancellationToken: cancellationToken);
            if (terms.Aggregator == market.Account.Account)
                _named[id] = terms;
        }
    }

    private async Task EnsureAsync(BigInteger project, ulong now, CancellationToken cancellationToken)
    {
        ProjectState state = await Chain.Contract.StateAsync(project, cancellationToken: cancellationToken);
        if (AggregatorAgent.IsNeeded(state, _named[project], now))
        {
            var key = new ProjectKey(Chain.ChainId, Chain.Address, project);
            await grains.GetGrain<IProjectGrain>(key.ToString()).EnsureServedAsync().WaitAsync(cancellationToken);
        }
    }
}
