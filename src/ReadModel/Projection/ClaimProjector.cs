using Marketplace.Chain.Rpc;
using Marketplace.Contracts;
using Marketplace.Http;
using Marketplace.Protocol.Disputes;

namespace Marketplace.ReadModel.Projection;

/// <summary>What an event of the market's claims does to the rows of the project that it is about.</summary>
internal static class ClaimProjector
{
    /// <returns>Null, or why the contract cannot have emitted the event after those before it; then nothing was changed.</returns>
    public static string? Apply(ProjectRows rows, ProjectSummary project, IContractEvent @event, ChainMoment at, RowChanges changes) =>
        @event switch
        {
            ClaimsEvents.UpdateExcluded e => Exclude(rows, project, e, at, changes),
            ClaimsEvents.ClaimMade e => Advance(rows, (long)e.ClaimId, ClaimStage.Excluded, changes, claim => Make(claim, e, at)),
            ClaimsEvents.ClaimDenied e => Advance(rows, (long)e.ClaimId, ClaimStage.Claimed, changes, claim => Deny(claim, e, at, changes)),
            ClaimsEvents.Dispute e => Advance(
                rows, (long)e.EvidenceGroupId, ClaimStage.Disputed, changes, claim => claim.Dispute = e.DisputeId),
            ClaimsEvents.Evidence e => Show(rows, e, at, changes),
            ClaimsEvents.Ruling e => Rule(rows, e, changes),
            ClaimsEvents.ClaimConcluded e => Conclude(rows, project, e, at, changes),
            _ => $"{@event.GetType().Name} is not about a project",
        };

    /// <summary>The claim whose case is ruled.</summary>
    public static ClaimSummary? FindRuled(ProjectRows rows, ClaimsEvents.Ruling e) => rows.Claims.Values.FirstOrDefault(
        claim => claim.Stage == ClaimStage.Disputed && claim.Court == e.Arbitrator && claim.Dispute == e.DisputeId);

    private static string? Exclude(
        ProjectRows rows, ProjectSummary project, ClaimsEvents.UpdateExcluded e, ChainMoment at, RowChanges changes)
    {
        long id = (long)e.ClaimId;
        bool isNext = project.HasCourt && !rows.Claims.ContainsKey(id) && e.Round == rows.Round?.Index;
        if (!isNext || !rows.Trainers.TryGetValue(e.Trainer, out Participation? trainer))
            return $"there can be no claim {id} for the update of {e.Trainer} in round {e.Round}";
        ClaimSummary claim = new()
        {
            Id = id,
            Project = project.Id,
            Round = (int)e.Round,
            Trainer = e.Trainer,
            Part = e.Part,
            Token = project.Token,
            Court = project.Arbitrator,
            Stage = ClaimStage.Excluded,
            Until = UnixTime.FromSeconds(e.Until),
            Excluded = at,
        };
        rows.Claims.Add(id, claim);
        project.OpenClaims++;
        trainer.OpenClaims++;
        changes.Participations.Add(trainer);
        Note(claim, changes);
        return null;
    }

    private static void Make(ClaimSummary claim, ClaimsEvents.ClaimMade e, ChainMoment at)
    {
        claim.Stage = ClaimStage.Claimed;
        claim.Claimed = at;
        claim.Until = UnixTime.FromSeconds(e.Until);
    }

    private static void Deny(ClaimSummary claim, ClaimsEvents.ClaimDenied e, ChainMoment at, RowChanges changes)
    {
        claim.Stage = ClaimStage.Disputed;
        claim.Denied = at;
        claim.Defender = e.Defender;
        claim.Until = UnixTime.FromSeconds(e.Until);
        changes.Accounts.Add(e.Defender);
    }

    private static string? Show(ProjectRows rows, ClaimsEvents.Evidence e, ChainMoment at, RowChanges changes)
    {
        if (!rows.Claims.TryGetValue((long)e.EvidenceGroupId, out ClaimSummary? claim) || !claim.IsOpen)
            return $"claim {e.EvidenceGroupId} is not open";
        changes.Evidence.Add(new EvidenceRow
        {
            Block = at.Block,
            LogIndex = (long)e.Log.LogIndex,
            Claim = claim.Id,
            Party = e.Party,
            Text = Printable.Line(e.EvidenceValue, ClaimEvidence.MaxLength),
            Time = at.Time,
            Transaction = at.Transaction,
        });
        return null;
    }

    private static string? Rule(ProjectRows rows, ClaimsEvents.Ruling e, RowChanges changes)
    {
        if (FindRuled(rows, e) is not { } claim)
            return $"{e.Arbitrator} has no case {e.DisputeId} to rule";
        claim.IsRuled = true;
        Note(claim, changes);
        return null;
    }

    private static string? Conclude(
        ProjectRows rows, ProjectSummary project, ClaimsEvents.ClaimConcluded e, ChainMoment at, RowChanges changes)
    {
        if (!rows.Claims.TryGetValue((long)e.ClaimId, out ClaimSummary? claim) || !claim.IsOpen || !Enum.IsDefined((ClaimVerdict)e.Verdict))
            return $"claim {e.ClaimId} cannot be concluded with verdict {e.Verdict}";
        claim.Stage = ClaimStage.Concluded;
        claim.Until = null;
        claim.Concluded = at;
        claim.Verdict = (ClaimVerdict)e.Verdict;
        Participation trainer = rows.Trainers[claim.Trainer];
        project.OpenClaims--;
        trainer.OpenClaims--;
        changes.Participations.Add(trainer);
        if (claim.Defender is { } defender)
            changes.Accounts.Add(defender);
        Note(claim, changes);
        return null;
    }

    private static string? Advance(ProjectRows rows, long id, ClaimStage from, RowChanges changes, Action<ClaimSummary> advance)
    {
        if (!rows.Claims.TryGetValue(id, out ClaimSummary? claim) || claim.Stage != from)
            return $"claim {id} is not {from}";
        advance(claim);
        Note(claim, changes);
        return null;
    }

    private static void Note(ClaimSummary claim, RowChanges changes)
    {
        changes.Claims.Add(claim);
        changes.Accounts.Add(claim.Trainer);
    }
}
