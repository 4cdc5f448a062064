using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Logs;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;

namespace Marketplace.Protocol.Disputes;

/// <summary>The contract of a market's claims, as everybody can read it.</summary>
public sealed class ClaimsChain
{
    private readonly MarketChain _market;

    private ClaimsChain(MarketChain market, Address address)
    {
        _market = market;
        Address = address;
        Contract = new ClaimsContract(market.Client, address);
    }

    public Address Address { get; }

    public ClaimsContract Contract { get; }

    /// <summary>Asks the market where its claims are.</summary>
    public static async Task<ClaimsChain> OpenAsync(MarketChain market, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(market);
        return new ClaimsChain(market, await market.Contract.ClaimsAsync(cancellationToken: cancellationToken));
    }

    /// <summary>One claim; null when there is none of that number.</summary>
    public async Task<ProjectClaim?> FindAsync(BigInteger id, CancellationToken cancellationToken)
    {
        ClaimState state = await Contract.GetAsync(id, cancellationToken: cancellationToken);
        return (ClaimStage)state.Stage == ClaimStage.None ? null : new ProjectClaim(id, state);
    }

    /// <summary>All claims of a project, in the order of their numbers.</summary>
    public async Task<IReadOnlyList<ProjectClaim>> ReadAsync(BigInteger project, CancellationToken cancellationToken)
    {
        var filter = new LogFilter
        {
            Addresses = [Address],
            Topics = [[ClaimsEvents.UpdateExcluded.Topic0], null, [Bytes32.FromBigInteger(project)]],
        };
        var claims = new List<ProjectClaim>();
        foreach (ClaimsEvents.UpdateExcluded excluded in await ReadLogsAsync<ClaimsEvents.UpdateExcluded>(filter, cancellationToken))
        {
            if (await FindAsync(excluded.ClaimId, cancellationToken) is { } claim)
                claims.Add(claim);
        }
        return claims;
    }

    /// <summary>The claim that a court's dispute is about; null when it is about no claim of this market.</summary>
    public async Task<ProjectClaim?> FindDisputedAsync(Address arbitrator, BigInteger dispute, CancellationToken cancellationToken)
    {
        var filter = new LogFilter
        {
            Addresses = [Address],
            Topics = [[ClaimsEvents.Dispute.Topic0], [ToTopic(arbitrator)], [Bytes32.FromBigInteger(dispute)]],
        };
        // A claim is denied once, and its evidence is kept under its number.
        return await ReadLogsAsync<ClaimsEvents.Dispute>(filter, cancellationToken) is [{ EvidenceGroupId: var claim }]
            ? await FindAsync(claim, cancellationToken)
            : null;
    }

    /// <summary>What a claim's trainer has shown the court, in the order in which it did.</summary>
    /// <returns>URIs, as the trainer wrote them.</returns>
    public async Task<IReadOnlyList<string>> ReadEvidenceAsync(ProjectClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var filter = new LogFilter
        {
            Addresses = [Address],
            Topics = [[ClaimsEvents.Evidence.Topic0], null, [Bytes32.FromBigInteger(claim.Id)], [ToTopic(claim.Trainer)]],
        };
        return [.. (await ReadLogsAsync<ClaimsEvents.Evidence>(filter, cancellationToken)).Select(shown => shown.EvidenceValue)];
    }

    private static Bytes32 ToTopic(Address account) =>
        Bytes32.FromBigInteger(new BigInteger(account.ToArray(), isUnsigned: true, isBigEndian: true));

    private async Task<List<T>> ReadLogsAsync<T>(LogFilter filter, CancellationToken cancellationToken)
    {
        var events = new List<T>();
        await foreach (LogUpdate update in new LogReader(_market.Client, filter).ReadToHeadAsync(_market.DeployedAt, cancellationToken))
        {
            if (update is not BlocksRead read)
                throw new InvalidDataException("the chain was reorganized while it was read; try again");
            events.AddRange(read.Logs.Select(ClaimsEvents.TryDecode).OfType<T>());
        }
        return events;
    }
}
