using System.Numerics;
using Marketplace.Chain.Rpc;
using Marketplace.Protocol.Markets;

namespace Marketplace.Testing.Markets;

/// <summary>Projects as their events tell them.</summary>
public static class MarketHistories
{
    /// <summary>The history that events make.</summary>
    public static ProjectHistory Replay(BigInteger project, IEnumerable<IContractEvent> events)
    {
        ProjectHistory history = new(project);
        foreach (IContractEvent @event in events)
            history.Apply(@event);
        return history;
    }

    /// <summary>A project's events so far, and the history that they make.</summary>
    public static async Task<(ProjectHistory History, IReadOnlyList<IContractEvent> Events)> ReadHistoryAsync(
        this MarketChain chain, BigInteger project, CancellationToken cancellationToken = default)
    {
        (List<IContractEvent> events, _, _) = await chain.ReadEventsAsync(project, chain.DeployedAt, cancellationToken);
        return (Replay(project, events), events);
    }
}
