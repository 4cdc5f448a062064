using System.Numerics;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.ReadModel.Projection;
using Marketplace.ReadModel.Tables;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.ReadModel.Stores;

/// <summary>Finds the projects of events that name only a claim, or only a court's case: those of one batch, in their order.</summary>
internal sealed class ClaimProjects(MarketTables tables)
{
    private readonly Dictionary<BigInteger, long> _ofClaims = [];
    private readonly Dictionary<(Address Court, BigInteger Dispute), long> _ofCases = [];

    /// <returns>The event with its project, where it is about one; null when its claim is unknown.</returns>
    public async Task<MarketEvent?> FindAsync(MarketEvent @event, CancellationToken cancellationToken)
    {
        if (@event.Event is ClaimsEvents.UpdateExcluded excluded)
            _ofClaims[excluded.ClaimId] = @event.Project!.Value;
        if (@event.Project is not null || @event.IsAboutNoProject)
            return @event;
        long? project = @event.Event switch
        {
            ClaimsEvents.ClaimMade e => await OfClaimAsync(e.ClaimId, cancellationToken),
            ClaimsEvents.ClaimDenied e => await OfClaimAsync(e.ClaimId, cancellationToken),
            ClaimsEvents.Evidence e => await OfClaimAsync(e.EvidenceGroupId, cancellationToken),
            ClaimsEvents.Dispute e => await OfClaimAsync(e.EvidenceGroupId, cancellationToken),
            ClaimsEvents.Ruling e => await OfCaseAsync(e.Arbitrator, e.DisputeId, cancellationToken),
            _ => null,
        };
        if (@event.Event is ClaimsEvents.Dispute dispute && project is { } found)
            _ofCases[(dispute.Arbitrator, dispute.DisputeId)] = found;
        return project is null ? null : @event with { Project = project };
    }

    private async Task<long?> OfClaimAsync(BigInteger claim, CancellationToken cancellationToken)
    {
        if (claim > long.MaxValue)
            return null;
        if (!_ofClaims.TryGetValue(claim, out long project))
        {
            long id = (long)claim;
            IQueryable<long?> found = tables.Claims.Where(row => row.Id == id).Select(row => (long?)row.Project);
            if (await found.SingleOrDefaultAsync(cancellationToken) is not { } kept)
                return null;
            _ofClaims.Add(claim, project = kept);
        }
        return project;
    }

    private async Task<long?> OfCaseAsync(Address court, BigInteger dispute, CancellationToken cancellationToken) =>
        _ofCases.TryGetValue((court, dispute), out long project)
            ? project
            : await tables.Claims.Where(row => row.Court == court && row.Dispute == dispute)
                .Select(row => (long?)row.Project).FirstOrDefaultAsync(cancellationToken);
}
