using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;

namespace Marketplace.Protocol.Markets;

/// <summary>A project's history, kept up with the chain.</summary>
public interface IProjectFollower
{
    ProjectHistory History { get; }

    /// <summary>Reads what has happened since the last call.</summary>
    /// <returns>Whether a reorganization made it start over, with a new <see cref="History"/>.</returns>
    Task<bool> RefreshAsync(CancellationToken cancellationToken);
}

/// <summary>Keeps a project's history up with a node, and rebuilds it when the chain was reorganized.</summary>
public sealed class ProjectFollower(MarketChain chain, BigInteger projectId) : IProjectFollower
{
    private ulong _nextBlock = chain.DeployedAt;
    private Bytes32 _lastHash;

    public ProjectHistory History { get; private set; } = new(projectId);

    /// <summary>A project's history up to now.</summary>
    /// <exception cref="UnknownProjectException">There is no such project.</exception>
    public static async Task<ProjectHistory> ReadAsync(MarketChain chain, BigInteger projectId, CancellationToken cancellationToken)
    {
        var follower = new ProjectFollower(chain, projectId);
        await follower.RefreshAsync(cancellationToken);
        return follower.History.Created is null ? throw new UnknownProjectException(chain.Address, projectId) : follower.History;
    }

    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        bool rolledBack = _nextBlock > chain.DeployedAt
            && (await chain.Client.GetBlockAsync(_nextBlock - 1, cancellationToken))?.Hash != _lastHash;
        if (rolledBack)
        {
            History = new ProjectHistory(projectId);
            _nextBlock = chain.DeployedAt;
        }
        if ((await chain.HeadAsync(cancellationToken)).Number < _nextBlock)
            return rolledBack;
        (List<IContractEvent> events, ulong lastBlock, _lastHash) = await chain.ReadEventsAsync(projectId, _nextBlock, cancellationToken);
        foreach (IContractEvent @event in events)
            History.Apply(@event);
        _nextBlock = lastBlock + 1;
        return rolledBack;
    }
}
