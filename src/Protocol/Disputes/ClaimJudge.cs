using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Crypto.Sealing;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Protocol.Disputes;

/// <summary>What a judge has found.</summary>
/// <param name="Verdict">What follows from it; null when it cannot be told, because nobody serves what would tell.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record Judgement(ClaimVerdict? Verdict, string Reason);

/// <summary>
/// Decides whether an update was rightly declared invalid. Opening, commitment and CID are facts, so all judges that can read them find the
/// same.
/// </summary>
/// <param name="market">The market.</param>
/// <param name="claims">Its claims.</param>
/// <param name="store">Where sealed updates are served.</param>
/// <param name="srs">The reference string that the market's verifier pins.</param>
/// <param name="auditor">As whom what is sealed to a panel is opened; null for somebody who is on none.</param>
public sealed class ClaimJudge(MarketChain market, ClaimsChain claims, IContentStore store, Srs srs, PanelAuditorKey? auditor = null)
{
    /// <summary>Fetches the sealed update, opens it with what its trainer has shown, and compares it with what was posted.</summary>
    public async Task<Judgement> JudgeAsync(ProjectClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ProjectView project;
        try
        {
            project = await ProjectView.OpenAsync(market, store, claim.State.ProjectId, cancellationToken);
        }
        catch (Exception e) when (e is PublishedException or ContentStoreException)
        {
            return new Judgement(null, $"the project cannot be read: {e.Message}");
        }
        if (project.History.Rounds.ElementAtOrDefault(claim.Round)?.Submissions.FirstOrDefault(e => e.Trainer == claim.Trainer) is not { } posted)
            return new Judgement(ClaimVerdict.Invalid, $"{claim.Trainer} has submitted nothing in round {claim.Round + 1}");
        RoundId round = market.Round(claim.State.ProjectId, claim.Round);
        Showing shown = Read(await claims.ReadEvidenceAsync(claim, cancellationToken), round, claim.Trainer, project.Terms.Arbitrator);
        if (shown.Openings.Count == 0)
            return shown.Missing;

        int dimension = (int)project.Terms.Dimension;
        byte[] bytes;
        try
        {
            bytes = await store.GetAsync(posted.Payload, SealedUpdate.MaxLength(dimension), cancellationToken);
        }
        catch (ContentStoreException e) when (e.IsAboutContent)
        {
            return new Judgement(ClaimVerdict.Invalid, e.Message);
        }
        catch (ContentStoreException e)
        {
            return new Judgement(null, $"the sealed update {posted.Payload} cannot be fetched: {e.Message}");
        }

        var submission = new SealedUpdate(bytes, posted.Commitment);
        string fault = "";
        foreach (UpdateOpening opening in shown.Openings)
        {
            try
            {
                using var ephemeral = SealingKey.DeriveFrom(opening.EphemeralSeed);
                submission.OpenAsSealed(
                    srs, round, claim.Trainer, ephemeral, project.History.SealingKey, dimension, project.Document.FractionBits, cancellationToken);
                return new Judgement(ClaimVerdict.Valid, $"the sealed update {posted.Payload} opens, and is what its trainer is bound to");
            }
            catch (InvalidSubmissionException e)
            {
                fault = $"{e.Fault}: {e.Message}";
            }
        }
        // What is sealed to others may open the update all the same.
        return shown.Missing.Verdict is null ? shown.Missing : new Judgement(ClaimVerdict.Invalid, fault);
    }

    /// <summary>What can be read of what a trainer has shown.</summary>
    private Showing Read(IReadOnlyList<string> evidence, RoundId round, Address trainer, Address court)
    {
        List<UpdateOpening> openings = [];
        var missing = new Judgement(ClaimVerdict.Invalid, $"{trainer} has not shown how its sealed update opens");
        foreach (string text in evidence)
        {
            if (UpdateOpening.TryParse(text) is { } opening)
            {
                openings.Add(opening);
            }
            else if (SealedOpening.TryParse(text) is { } envelope)
            {
                if (auditor is null || auditor.Panel != court)
                {
                    missing = new Judgement(
                        null, $"how the update opens is sealed to the auditors of the panel {court}, and this account is not one of them");
                    continue;
                }
                try
                {
                    openings.Add(envelope.Open(round, trainer, auditor));
                }
                catch (SealingException e)
                {
                    missing = missing with { Reason = $"{trainer} has shown nothing that this auditor can open: {e.Message}" };
                }
            }
        }
        // To try one again and again would be the auditor's work, not the trainer's.
        return new Showing([.. openings.DistinctBy(opening => Convert.ToHexString(opening.EphemeralSeed))], missing);
    }

    /// <param name="Openings">What opens the update, if anything does.</param>
    /// <param name="Missing">What is to be said where nothing of it does.</param>
    private sealed record Showing(IReadOnlyList<UpdateOpening> Openings, Judgement Missing);
}
