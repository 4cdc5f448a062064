using System.Numerics;
using Marketplace.Content;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Agents;

/// <summary>What an agent works with.</summary>
/// <param name="Reader">Reads the market.</param>
/// <param name="Writer">Acts on it, as the agent's account.</param>
/// <param name="Content">Where updates, models, aggregates and reports are published.</param>
/// <param name="Updates">Keeps what must be decided once.</param>
/// <param name="Secrets">The account's.</param>
/// <param name="Srs">The reference string that the market's verifier pins.</param>
/// <param name="Say">Told what is done, one line each.</param>
public sealed record AgentContext(
    IMarketReader Reader, IMarketWriter Writer, IContentStore Content, IUpdateStore Updates, PartySecrets Secrets, Srs Srs, Action<string> Say)
{
    public RoundId Round(BigInteger project, int round) => new(Reader.ChainId, Reader.Market, project, round);

    /// <summary>What was decided about a round, now or before.</summary>
    /// <param name="round">Which round.</param>
    /// <param name="fits">Whether what was decided is about the round as it is now; a reorganization can have changed it.</param>
    /// <param name="decide">Makes an update, when none was decided before.</param>
    /// <param name="cancellationToken">Stops reading and keeping.</param>
    internal async Task<StoredUpdate> DecideOnceAsync(
        RoundId round, Func<StoredUpdate, bool> fits, Func<Task<StoredUpdate>> decide, CancellationToken cancellationToken) =>
        await FindAsync(round, fits, cancellationToken)
        ?? await Updates.DecideAsync(round, await decide(), fits, cancellationToken);

    /// <summary>What was kept of a round if it still fits; null when there is nothing, or nothing that can be used.</summary>
    private async Task<StoredUpdate?> FindAsync(RoundId round, Func<StoredUpdate, bool> fits, CancellationToken cancellationToken)
    {
        try
        {
            return await Updates.FindAsync(round, cancellationToken) is { } kept && fits(kept) ? kept : null;
        }
        catch (StoredUpdateException e)
        {
            Say($"round {round.Round + 1}: the update that was kept is lost, {e.Message}; training anew");
            return null;
        }
    }
}
