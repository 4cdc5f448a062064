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

/// <summary>Decides whether an update was rightly declared invalid. Opening, commitment and CID are facts, so all judges find the same.</summary>
/// <param name="market">The market.</param>
/// <param name="claims">Its claims.</param>
/// <param name="store">Where sealed updates are served.</param>
/// <param name="srs">The reference string that the market's verifier pins.</param>
public sealed class ClaimJudge(MarketChain market, ClaimsChain claims, IContentStore store, Srs srs)
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
        UpdateOpening[] openings =
            [.. (await claims.ReadEvidenceAsync(claim, cancellationToken)).Select(UpdateOpening.TryParse).OfType<UpdateOpening>()];
        if (openings.Length == 0)
            return new Judgement(ClaimVerdict.Invalid, $"{claim.Trainer} has not shown how its sealed update opens");

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
        foreach (UpdateOpening opening in openings)
        {
            try
            {
                using var ephemeral = SealingKey.DeriveFrom(opening.EphemeralSeed);
                submission.OpenAsSealed(
                    srs, market.Round(claim.State.ProjectId, claim.Round), claim.Trainer, ephemeral, project.History.SealingKey,
                    dimension, project.Document.FractionBits, cancellationToken);
                return new Judgement(ClaimVerdict.Valid, $"the sealed update {posted.Payload} opens, and is what its trainer is bound to");
            }
            catch (InvalidSubmissionException e)
            {
                fault = $"{e.Fault}: {e.Message}";
            }
        }
        return new Judgement(ClaimVerdict.Invalid, fault);
    }
}
