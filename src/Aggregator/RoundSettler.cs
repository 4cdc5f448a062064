using Marketplace.Algebra.Curves;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Hosting;
using Marketplace.Learning.Data;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;
using Marketplace.Protocol.Scoring;

namespace Marketplace.Aggregator;

/// <summary>Prepares what settles a round: the Gram matrix, its proof, the aggregate and the report.</summary>
public sealed class RoundSettler(Party party, Srs srs, ProjectView project, int round, Reference reference, AggregatorData data)
{
    private static readonly Contracts.Cid NoCid = new(Chain.Bytes32.Zero, 0);

    /// <param name="submissions">All submissions of the round in ascending order of seat.</param>
    /// <param name="weights">The model that the round started from.</param>
    public async Task<(Settlement Settlement, string Summary)> PrepareAsync(
        IReadOnlyList<OpenedSubmission> submissions, int[] weights, CancellationToken cancellation)
    {
        uint invalid = 0;
        for (int k = 0; k < submissions.Count; k++)
            if (submissions[k].Payload is null)
                invalid |= 1u << k;
        List<UpdatePayload> valid = [.. submissions.Select(submission => submission.Payload).OfType<UpdatePayload>()];
        Submission[] posted = [.. submissions.Select(submission => submission.Submission)];

        byte[] gram = [], proof = [];
        Aggregate? aggregate = null;
        if (valid.Count > 0)
        {
            IReadOnlyList<Aggregate> publicRows = project.PublicRows(round);
            GramMatrix matrix = GramMatrix.Compute(
                reference.Update, [.. valid.Select(v => v.Entries)], [.. publicRows.Select(p => p.Entries)], cancellation);
            gram = matrix.Pack();
            proof = await Task.Run(() => Prove(matrix, posted, invalid, valid, publicRows, cancellation), cancellation);
            ScoringOutcome scoring = RoundScoring.Score(matrix);
            if (scoring.Kept != 0)
                aggregate = Aggregate.Combine(
                    reference.Update.Length,
                    [.. valid.Select(v => v.Entries)],
                    [.. valid.Select(v => v.Blinder)],
                    scoring.Weights,
                    scoring.Divisor);
        }

        int[] next = aggregate?.ApplyTo(weights) ?? weights;
        RoundReport report = Report(submissions, weights, next, cancellation);
        var settlement = new Settlement(
            posted,
            invalid,
            gram,
            proof,
            aggregate is null ? NoCid : (await party.Store.AddAsync(aggregate.ToBytes(project.Document.Model), cancellation)).ToContract(),
            (await party.Store.AddAsync(report.ToBytes(), cancellation)).ToContract());
        return (settlement, $"{valid.Count} valid of {submissions.Count}, loss {report.After.Loss:0.0000}, accuracy {(report.Test ?? report.After).Accuracy:0.0 %}");
    }

    private byte[] Prove(
        GramMatrix matrix,
        IReadOnlyList<Submission> posted,
        uint invalid,
        IReadOnlyList<UpdatePayload> valid,
        IReadOnlyList<Aggregate> publicRows,
        CancellationToken cancellation)
    {
        RoundId id = party.Chain.Round(project.History.Id, round);
        G1[] commitments =
        [
            reference.Commitment,
            .. posted.Where((_, k) => (invalid >> k & 1) == 0).Select(submission => submission.Commitment.ToG1()),
            .. project.PublicRowCommitments(round),
        ];
        var statement = new GramStatement(
            GramContext.Compute(id, project.Terms, posted, invalid).ToArray(), (int)project.Terms.Dimension, commitments, matrix);
        var witness = new GramWitness(
            reference.Update,
            [.. valid.Select(v => v.Entries)],
            [.. publicRows.Select(p => p.Entries)],
            [reference.Blinder, .. valid.Select(v => v.Blinder), .. publicRows.Select(p => p.Blinder)]);
        return GramProver.Prove(srs, statement, witness, null, cancellation).ToBytes();
    }

    private RoundReport Report(
        IReadOnlyList<OpenedSubmission> submissions, int[] before, int[] after, CancellationToken cancellation) => new()
        {
            Before = Evaluate(before, data.Root, cancellation),
            After = Evaluate(after, data.Root, cancellation),
            Test = data.Test is { } test ? Evaluate(after, test, cancellation) : null,
            Invalid =
            [
                .. submissions
                    .Where(submission => submission.Fault is not null)
                    .Select(s => new RoundReport.InvalidSubmission(s.Submission.Trainer.ToString(), s.Fault!.Value, s.Detail)),
            ],
        };

    private RoundReport.Metrics Evaluate(int[] weights, Dataset dataset, CancellationToken cancellation) =>
        ModelEvaluation.Measure(project.Document, weights, dataset, cancellation);
}
