using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;

namespace Marketplace.Protocol.Markets;

/// <summary>Keeps a project's history up with the chain, and rebuilds it when the chain was reorganized.</summary>
public sealed class ProjectFollower(MarketChain chain, BigInteger projectId)
{
    private ulong nextBlock = chain.DeployedAt;
    private Bytes32 lastHash;

    public ProjectHistory History { get; private set; } = new(projectId);

    /// <summary>Reads what has happened since the last call.</summary>
    /// <returns>Whether a reorganization made it start over.</returns>
    public async Task<bool> RefreshAsync(CancellationToken cancellation)
    {
        bool rolledBack = nextBlock > chain.DeployedAt
            && (await chain.Client.GetBlockAsync(nextBlock - 1, cancellation))?.Hash != lastHash;
        if (rolledBack)
        {
            History = new ProjectHistory(projectId);
            nextBlock = chain.DeployedAt;
        }
        if ((await chain.HeadAsync(cancellation)).Number < nextBlock)
            return rolledBack;
        (List<IContractEvent> events, ulong lastBlock, lastHash) = await chain.ReadEventsAsync(projectId, nextBlock, cancellation);
        foreach (IContractEvent @event in events)
            History.Apply(@event);
        nextBlock = lastBlock + 1;
        return rolledBack;
    }
}
