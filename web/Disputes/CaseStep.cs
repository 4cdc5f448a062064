using Marketplace.Chain;
using Marketplace.Protocol.Disputes;
using Marketplace.ReadModel;
using Marketplace.Web.Shared;

namespace Marketplace.Web.Disputes;

/// <summary>One step of a case.</summary>
/// <param name="About">What happened, or who can do what.</param>
/// <param name="Who">Whose step it was, as far as the chain's events say; null where they do not.</param>
/// <param name="At">When it happened; null while it has not.</param>
/// <param name="Deadline">Until when it has to happen; null where there is no limit, or it is past.</param>
public sealed record CaseStep(
    string Name, StepState State, string About, Address? Who = null, ChainMoment? At = null, DateTimeOffset? Deadline = null)
{
    /// <summary>What was shown with it.</summary>
    public IReadOnlyList<ClaimEvidence> Evidence { get; init; } = [];

    /// <summary>The steps of a case in their order, the ones that will not come any more left out.</summary>
    /// <param name="now">The reader's time.</param>
    public static IReadOnlyList<CaseStep> Of(ClaimDetails details, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(details);
        ClaimSummary claim = details.Summary;
        CaseStep[] taken = [.. Taken(details)];
        ILookup<Bytes32, ClaimEvidence> shown = details.Evidence.ToLookup(evidence => evidence.At.Transaction);
        HashSet<Bytes32> steps = [.. taken.Select(step => step.At!.Transaction)];
        IEnumerable<CaseStep> more = details.Evidence.Where(evidence => !steps.Contains(evidence.At.Transaction)).Select(evidence =>
            new CaseStep("Evidence", StepState.Done, "Shown to the court.", evidence.Party, evidence.At) { Evidence = [evidence] });
        // A stable sort: what is of one block stays in the order of the case.
        return
        [
            .. taken.Select(step => step with { Evidence = [.. shown[step.At!.Transaction].Where(evidence => evidence.Party == step.Who)] })
                .Concat(more).OrderBy(step => step.At!.Block),
            .. claim.IsOpen ? Coming(claim, now) : [],
        ];
    }

    private static IEnumerable<CaseStep> Taken(ClaimDetails details)
    {
        ClaimSummary claim = details.Summary;
        yield return new(
            "Declared invalid", StepState.Done, "The aggregator says that it could not be fetched, opened, or matched to its commitment.",
            details.Project.Aggregator, claim.Excluded);
        if (claim.Claimed is { } claimed)
        {
            yield return new(
                "Claimed", StepState.Done, "The trainer says that it is valid, and has deposited what the court costs.", claim.Trainer, claimed);
        }

        if (claim.Denied is { } denied)
            yield return new("Denied", StepState.Done, "Somebody says that it is not, and has paid the court.", claim.Defender, denied);
        if (claim is not { Concluded: { } concluded, Verdict: { } verdict })
            yield break;
        string words = ClaimWords.Verdict(verdict).ToLowerInvariant();
        if (claim.IsRuled)
            yield return new("Ruled", StepState.Done, $"The court's verdict: {words}.", claim.Court, concluded);
        StepState end = verdict == ClaimVerdict.Invalid ? StepState.Failed : StepState.Done;
        string silence = claim.IsRuled ? "" : $"{ClaimWords.Due(claim, concluded.Time)}. ";
        yield return new($"Concluded: {words}", end, silence + Consequence(claim, verdict), At: concluded);
    }

    private static IEnumerable<CaseStep> Coming(ClaimSummary claim, DateTimeOffset now)
    {
        DateTimeOffset? deadline = claim.IsOverdue(now) ? null : claim.Until;
        string overdue = deadline is null ? $" {ClaimWords.Due(claim, now)}." : "";
        if (claim.Stage == ClaimStage.Excluded)
            yield return new("Claim", StepState.Current, $"The trainer can claim that it is valid.{overdue}", claim.Trainer, Deadline: deadline);
        else if (claim.Stage == ClaimStage.Claimed)
            yield return new("Denial", StepState.Current, $"Anybody can deny it; then the court decides.{overdue}", Deadline: deadline);
        else
            yield return new("Ruling", StepState.Current, $"The court is to rule.{overdue}", claim.Court, Deadline: deadline);
        yield return new("Conclusion", StepState.Ahead, "Part, stake and deposit go where they belong.");
    }

    private static string Consequence(ClaimSummary claim, ClaimVerdict verdict) => verdict switch
    {
        ClaimVerdict.Valid => "The part was paid to the trainer, with compensation out of the bond as far as it could spare any.",
        ClaimVerdict.Invalid => "The part goes back to the owner, and the trainer's stake was burned.",
        _ => "The part goes back to the owner, and nobody is punished.",
    } + (claim.Claimed is null ? "" : verdict switch
    {
        ClaimVerdict.Valid => " The deposit is the trainer's again.",
        ClaimVerdict.Invalid => " The deposit is whose denial was right.",
        _ => " The deposit was halved.",
    });
}
