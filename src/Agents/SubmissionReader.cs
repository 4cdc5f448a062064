using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Crypto.Sealing;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Agents;

/// <summary>A submission and what opening it gave: the update, or why there is none.</summary>
/// <param name="Submission">As its trainer posted it.</param>
/// <param name="Update">The update and its blinder; null when the submission is invalid.</param>
/// <param name="Fault">Why it is invalid; null when it is not.</param>
/// <param name="Detail">What was expected and what came, when it is invalid.</param>
internal sealed record OpenedSubmission(
    Submission Submission, BlindedUpdate? Update, SubmissionFault? Fault = null, string Detail = "");

/// <summary>Fetches the sealed updates of a project and opens each once.</summary>
internal sealed class SubmissionReader(AgentContext context, ProjectView project)
{
    private readonly Dictionary<(int Round, Bytes32 Hash), OpenedSubmission> _opened = [];

    /// <summary>Opens what has come in since the last call, and tries again what could not be fetched then.</summary>
    /// <returns>All submissions of the round, valid or not, in ascending order of seat.</returns>
    public async Task<IReadOnlyList<OpenedSubmission>> ReadAsync(int round, CancellationToken cancellationToken)
    {
        var all = new List<OpenedSubmission>();
        foreach (MarketEvents.UpdateSubmitted e in project.History.Rounds[round].Submissions)
            all.Add(await ReadAsync(round, e.ToSubmission(), cancellationToken));
        return all;
    }

    /// <summary>Drops what was kept of rounds up to this one.</summary>
    public void Forget(int round)
    {
        foreach ((int Round, Bytes32 Hash) key in _opened.Keys.Where(key => key.Round <= round).ToList())
            _opened.Remove(key);
    }

    private async Task<OpenedSubmission> ReadAsync(int round, Submission submission, CancellationToken cancellationToken)
    {
        (int, Bytes32) key = (round, GramContext.SubmissionHash(round, submission));
        if (_opened.TryGetValue(key, out OpenedSubmission? known) && known.Fault != SubmissionFault.Unavailable)
            return known;
        OpenedSubmission result;
        try
        {
            result = new OpenedSubmission(submission, await OpenAsync(round, submission, cancellationToken));
        }
        catch (InvalidSubmissionException e)
        {
            result = new OpenedSubmission(submission, null, e.Fault, e.Message);
            if (known is null)
                context.Say($"the submission of {submission.Trainer} is invalid so far: {e.Fault}, {e.Message}");
        }
        return _opened[key] = result;
    }

    /// <exception cref="InvalidSubmissionException">It is invalid.</exception>
    private async Task<BlindedUpdate> OpenAsync(int round, Submission submission, CancellationToken cancellationToken)
    {
        int dimension = (int)project.Terms.Dimension;
        byte[] bytes;
        try
        {
            bytes = await context.Content.GetAsync(submission.Payload, SealedUpdate.MaxLength(dimension), cancellationToken);
        }
        catch (ContentStoreException e)
        {
            throw new InvalidSubmissionException(e.IsAboutContent ? SubmissionFault.Malformed : SubmissionFault.Unavailable, e.Message, e);
        }
        using SealingKey key = context.Secrets.SealingKey(context.Reader.ChainId, context.Reader.Market);
        return new SealedUpdate(bytes, submission.Commitment).Open(
            context.Srs,
            context.Round(project.History.Id, round),
            submission.Trainer,
            key,
            dimension,
            project.Document.FractionBits,
            cancellationToken);
    }
}
