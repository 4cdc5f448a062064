using Marketplace.Algebra.Curves;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Proofs.Gram;
using Marketplace.Protocol.Rounds;
using Marketplace.Protocol.Scoring;

namespace Marketplace.Agents;

/// <summary>Prepares what settles a round: the Gram matrix, its proof, the aggregate and the report.</summary>
/// <param name="context">What the aggregator works with.</param>
/// <param name="project">Whose round it is.</param>
/// <param name="round">From 0.</param>
/// <param name="reference">The reference that the round was opened with.</param>
/// <param name="evaluator">Measures for the report.</param>
/// <param name="prover">Proves the matrix.</param>
internal sealed class RoundSettler(
    AgentContext context, ProjectView project, int round, StoredUpdate reference, IModelEvaluator evaluator, IRoundProver prover)
{
    /// <param name="submissions">All submissions of the round in ascending order of seat.</param>
    /// <param name="weights">The model that the round started from.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    /// <returns>What to send, after everything that it names was published, and a summary in words.</returns>
    public async Task<(Settlement Settlement, string Summary)> PrepareAsync(
        IReadOnlyList<OpenedSubmission> submissions, int[] weights, CancellationToken cancellationToken)
    {
        RoundMask invalid = RoundMask.Of(submissions.Select(submission => submission.Update is null));
        List<BlindedUpdate> valid = [.. submissions.Select(submission => submission.Update).OfType<BlindedUpdate>()];
        Submission[] posted = [.. submissions.Select(submission => submission.Submission)];

        byte[] gram = [], proof = [];
        G1 commitment = G1.Infinity;
        Aggregate? aggregate = null;
        if (valid.Count > 0)
        {
            IReadOnlyList<Aggregate> publicRows = project.PublicRows(round);
            GramMatrix matrix = GramMatrix.Compute(
                reference.Update.Entries,
                [.. valid.Select(update => update.Entries)],
                [.. publicRows.Select(row => row.Entries)],
                cancellationToken);
            gram = matrix.Pack();
            G1[] commitments = [.. posted.Where((_, k) => !invalid.Contains(k)).Select(submission => submission.Commitment)];
            proof = (await ProveAsync(matrix, posted, invalid, commitments, valid, publicRows, cancellationToken)).ToBytes();
            ScoringOutcome scoring = RoundScoring.Score(matrix);
            commitment = scoring.Combine(commitments);
            aggregate = Combine(scoring, valid);
        }

        int[] next = aggregate is null ? weights : await project.ModelAfterAsync(round, aggregate, cancellationToken);
        RoundReport report = await ReportAsync(submissions, weights, next, cancellationToken);
        var settlement = new Settlement(
            invalid.Bits,
            gram,
            proof,
            commitment,
            aggregate is null
                ? default
                : await context.Content.AddAsync(aggregate.ToBytes(project.Document.Model), cancellationToken),
            await context.Content.AddAsync(report.ToBytes(), cancellationToken));
        string figures = report.Test is { } test ? $"on the test set {test.InWords()}" : $"on the root set {report.After.InWords()}";
        return (settlement, $"{valid.Count} valid of {submissions.Count}, {figures}");
    }

    /// <summary>The aggregate of the kept updates; null when nobody was kept.</summary>
    private static Aggregate? Combine(ScoringOutcome scoring, IReadOnlyList<BlindedUpdate> valid) =>
        scoring.Kept == 0
            ? null
            : Aggregate.Combine(
                valid[0].Entries.Length,
                [.. valid.Select(update => update.Entries)],
                [.. valid.Select(update => update.Blinder)],
                scoring.Weights,
                scoring.Divisor);

    private Task<GramProof> ProveAsync(
        GramMatrix matrix,
        IReadOnlyList<Submission> posted,
        RoundMask invalid,
        IReadOnlyList<G1> commitments,
        IReadOnlyList<BlindedUpdate> valid,
        IReadOnlyList<Aggregate> publicRows,
        CancellationToken cancellationToken)
    {
        byte[] binding = GramContext.Compute(context.Round(project.History.Id, round), project.Terms, posted, invalid.Bits).ToArray();
        var witness = new GramWitness(
            reference.Update.Entries,
            [.. valid.Select(update => update.Entries)],
            [.. publicRows.Select(row => row.Entries)],
            [reference.Update.Blinder, .. valid.Select(update => update.Blinder), .. publicRows.Select(row => row.Blinder)]);
        G1[] rows = [reference.Commitment, .. commitments, .. project.PublicRowCommitments(round)];
        var statement = new GramStatement(binding, (int)project.Terms.Dimension, rows, matrix);
        return prover.ProveAsync(statement, witness, cancellationToken);
    }

    private async Task<RoundReport> ReportAsync(
        IReadOnlyList<OpenedSubmission> submissions, int[] before, int[] after, CancellationToken cancellationToken) => new()
        {
            Before = await evaluator.MeasureOnRootAsync(before, cancellationToken),
            After = await evaluator.MeasureOnRootAsync(after, cancellationToken),
            Test = await evaluator.MeasureOnTestAsync(after, cancellationToken),
            Invalid =
            [
                .. submissions
                    .Where(submission => submission.Fault is not null)
                    .Select(s => new RoundReport.InvalidSubmission(s.Submission.Trainer.ToString(), s.Fault!.Value, s.Detail)),
            ],
        };
}
