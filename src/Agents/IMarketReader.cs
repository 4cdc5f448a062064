using System.Numerics;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Protocol.Disputes;

namespace Marketplace.Agents;

/// <summary>What an agent asks of the market beside a project's events.</summary>
public interface IMarketReader
{
    /// <summary>The chain's EIP-155 id.</summary>
    ulong ChainId { get; }

    Address Market { get; }

    /// <summary>The chain's time, Unix seconds.</summary>
    Task<ulong> NowAsync(CancellationToken cancellationToken);

    Task<ProjectState> StateAsync(BigInteger project, CancellationToken cancellationToken);

    /// <summary>Whether an account has joined a project.</summary>
    Task<bool> HasJoinedAsync(BigInteger project, Address account, CancellationToken cancellationToken);

    /// <summary>The seat of an account in the current round; null when it has none.</summary>
    Task<int?> SeatOfAsync(BigInteger project, Address account, CancellationToken cancellationToken);

    /// <summary>A project's claims, concluded ones too.</summary>
    Task<IReadOnlyList<ProjectClaim>> ClaimsAsync(BigInteger project, CancellationToken cancellationToken);

    /// <summary>The bundled panel that a court is; null when it is another contract.</summary>
    Task<PanelSeats?> PanelAsync(Address court, CancellationToken cancellationToken);
}
