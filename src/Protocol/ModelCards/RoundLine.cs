using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Protocol.ModelCards;

/// <summary>A round as a line of a model card.</summary>
/// <param name="Number">From 1, as people count.</param>
/// <param name="Kept">How many updates are in the aggregate.</param>
/// <param name="Submitted">How many were submitted.</param>
/// <param name="Settlement">The transaction in which the contract verified the round's proof; null where the round expired.</param>
/// <param name="Aggregate">The aggregate; null where there is none.</param>
/// <param name="Test">What the aggregator reports of the model after the round, on a test set that nobody trains on; null where it does not.</param>
/// <param name="Root">What it reports on its own root set; null where there is no report that can be read.</param>
public sealed record RoundLine(
    int Number, int Kept, int Submitted, Bytes32? Settlement, Cid? Aggregate, RoundReport.Metrics? Test, RoundReport.Metrics? Root)
{
    /// <summary>What is reported, each beside the set that it was measured on.</summary>
    public IEnumerable<(string Set, RoundReport.Metrics Metrics)> Reported =>
        new[] { ("a test set that nobody trains on", Test), ("the aggregator's root set", Root) }
            .Where(line => line.Item2 is not null).Select(line => (line.Item1, line.Item2!));

    internal static async Task<RoundLine> ReadAsync(IContentStore store, RoundHistory round, CancellationToken cancellationToken)
    {
        int submitted = round.Submissions.Count;
        if (round.Settled is not { } settled)
            return new RoundLine(round.Index + 1, 0, submitted, null, null, null, null);
        int kept = round.Results.Count(result => result.Outcome == SubmissionOutcome.Kept);
        RoundReport? report = await ReadReportAsync(store, settled.Settlement.Report, cancellationToken);
        return new RoundLine(
            round.Index + 1, kept, submitted, settled.Log.TransactionHash, settled.Kept.IsZero ? null : settled.Settlement.Aggregate, report?.Test,
            report?.After);
    }

    /// <summary>The aggregator may say anything, or nothing; the model stands without it.</summary>
    private static async Task<RoundReport?> ReadReportAsync(IContentStore store, Cid cid, CancellationToken cancellationToken)
    {
        try
        {
            return RoundReport.Parse(await store.GetAsync(cid, RoundReport.MaxBytes, cancellationToken));
        }
        catch (Exception e) when (e is DocumentException or ContentStoreException)
        {
            return null;
        }
    }
}
