using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Crypto.Sealing;
using Marketplace.Hosting;
using Marketplace.Proofs;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Aggregator;

/// <summary>A submission and what opening it gave: the update, or why there is none.</summary>
/// <param name="Submission">As its trainer posted it.</param>
/// <param name="Payload">The update and its blinder; null when the submission is invalid.</param>
/// <param name="Fault">Why it is invalid; null when it is not.</param>
/// <param name="Detail">What was expected and what came, when it is invalid.</param>
public sealed record OpenedSubmission(Submission Submission, UpdatePayload? Payload, SubmissionFault? Fault = null, string Detail = "");

/// <summary>Fetches sealed updates, opens them, and checks each against the commitment that its trainer is bound to.</summary>
public sealed class SubmissionOpener(Party party, Srs srs, TextWriter log)
{
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(1);

    private readonly Dictionary<(int Round, Bytes32 Hash), OpenedSubmission> opened = [];

    /// <summary>Opens what has come in since the last call, while trainers are still submitting.</summary>
    public async Task OpenNewAsync(ProjectView project, int round, CancellationToken cancellation)
    {
        foreach (MarketEvents.UpdateSubmitted e in project.History.Rounds[round].Submissions)
            await OpenAsync(project, round, e, cancellation);
    }

    /// <summary>Opens all submissions of a round. What can not be fetched is tried again until <paramref name="patience"/>.</summary>
    /// <param name="patience">Chain time, Unix seconds.</param>
    /// <returns>All submissions, valid or not, in ascending order of seat.</returns>
    public async Task<IReadOnlyList<OpenedSubmission>> OpenAllAsync(
        ProjectView project, int round, ulong patience, CancellationToken cancellation)
    {
        var all = new List<OpenedSubmission>();
        foreach (MarketEvents.UpdateSubmitted e in project.History.Rounds[round].Submissions)
        {
            OpenedSubmission result;
            while ((result = await OpenAsync(project, round, e, cancellation)).Fault == SubmissionFault.Unavailable
                && await party.Chain.NowAsync(cancellation) < patience)
                await Task.Delay(RetryEvery, cancellation);
            all.Add(result);
        }
        return all;
    }

    /// <summary>Drops what was kept of a settled round.</summary>
    public void Forget(int round)
    {
        foreach ((int Round, Bytes32 Hash) key in opened.Keys.Where(key => key.Round <= round).ToList())
            opened.Remove(key);
    }

    private async Task<OpenedSubmission> OpenAsync(ProjectView project, int round, MarketEvents.UpdateSubmitted e, CancellationToken cancellation)
    {
        var submission = new Submission(e.Trainer, e.Commitment, e.Payload);
        (int, Bytes32) key = (round, GramContext.SubmissionHash(round, submission));
        if (opened.TryGetValue(key, out OpenedSubmission? known) && known.Fault != SubmissionFault.Unavailable)
            return known;
        OpenedSubmission result = await TryOpenAsync(project, round, submission, cancellation);
        if (result.Fault is { } fault && known is null)
            log.WriteLine($"project {project.History.Id}: the submission of {e.Trainer} is invalid so far: {fault}, {result.Detail}");
        return opened[key] = result;
    }

    private async Task<OpenedSubmission> TryOpenAsync(
        ProjectView project, int round, Submission submission, CancellationToken cancellation)
    {
        int dimension = (int)project.Terms.Dimension;
        Cid cid = submission.Payload;
        byte[] sealedPayload;
        try
        {
            sealedPayload = await party.Store.GetAsync(cid, UpdateSealing.MaxLength(dimension), cancellation);
        }
        catch (ContentTooLargeException e)
        {
            return Invalid(SubmissionFault.Malformed, e.Message);
        }
        catch (ContentStoreException e)
        {
            return Invalid(SubmissionFault.Unavailable, e.Message);
        }

        UpdatePayload payload;
        try
        {
            using SealingKey key = party.Secrets.SealingKey(party.Chain.ChainId, party.Chain.Address);
            payload = UpdateSealing.Open(
                sealedPayload,
                party.Chain.Round(project.History.Id, round),
                submission.Trainer,
                key,
                dimension,
                project.Document.FractionBits);
        }
        catch (SealingException e)
        {
            return Invalid(SubmissionFault.Unopenable, e.Message);
        }
        catch (PayloadException e)
        {
            return Invalid(SubmissionFault.Malformed, e.Message);
        }

        G1 commitment = Commitment.Commit(srs, payload.Entries, payload.Blinder, cancellation);
        return commitment == submission.Commitment
            ? new OpenedSubmission(submission, payload)
            : Invalid(SubmissionFault.Mismatch, $"the update commits to {commitment}, its trainer posted {submission.Commitment}");

        OpenedSubmission Invalid(SubmissionFault fault, string detail) => new(submission, null, fault, detail);
    }
}
