using Marketplace.Algebra.Curves;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;
using Marketplace.Proofs;
using Marketplace.Proofs.Gram;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;
using Marketplace.Protocol.Scoring;

namespace Marketplace.Testing.Markets;

/// <summary>A round of a <see cref="TestProject"/>, from its opening to its settlement.</summary>
public sealed class TestRound
{
    private readonly TestProject project;
    private readonly ushort index;
    private readonly short[] reference;
    private readonly Fr referenceBlinder;
    private readonly List<short[]> updates = [];
    private readonly List<Fr> blinders = [];
    private readonly List<Submission> submissions = [];

    internal TestRound(TestProject project, int index, short[] reference, Fr referenceBlinder) =>
        (this.project, this.index, this.reference, this.referenceBlinder) = (project, (ushort)index, reference, referenceBlinder);

    private TestMarket Market => project.Market;

    /// <summary>Lets the first trainers submit, all of them unless told otherwise.</summary>
    public async Task SubmitAsync(int? trainers = null)
    {
        for (int seat = 0; seat < (trainers ?? project.Trainers.Count); seat++)
        {
            short[] update = project.NextUpdate(reference);
            Fr blinder = project.NextBlinder();
            Submission submission = new(project.Trainers[seat], Commitment.Commit(Market.Srs, update, blinder), project.NextContent());
            await Market.SendAsync(
                submission.Trainer, Market.Chain.Contract.Submit(project.Id, index, submission.Commitment, submission.Payload));
            updates.Add(update);
            blinders.Add(blinder);
            submissions.Add(submission);
        }
    }

    /// <summary>Proves and settles, once training is over.</summary>
    /// <param name="invalid">The submissions that are declared invalid, a bit each.</param>
    public async Task<Receipt> SettleAsync(uint invalid = 0)
    {
        if (submissions.Count < project.Trainers.Count)
            await Market.Node.PassAsync(TimeSpan.FromSeconds(project.Terms.TrainingDuration + 1));
        int[] valid = [.. Enumerable.Range(0, updates.Count).Where(k => (invalid >> k & 1) == 0)];
        short[][] validUpdates = [.. valid.Select(k => updates[k])];
        Fr[] validBlinders = [.. valid.Select(k => blinders[k])];
        Aggregate[] publicRows = [.. Enumerable.Reverse(project.Aggregates).Take(GramMatrix.MaxPublicRows)];
        long[][] publicEntries = [.. publicRows.Select(row => row.Entries)];
        int dimension = (int)project.Terms.Dimension;

        ProjectHistory history = (await Market.Chain.ReadHistoryAsync(project.Id)).History;
        GramMatrix gram = GramMatrix.Compute(reference, validUpdates, publicEntries, CancellationToken.None);
        GramStatement statement = new(
            GramContext.Compute(Market.Chain.Round(project.Id, index), history.Terms, submissions, invalid).ToArray(),
            dimension,
            [
                history.Rounds[index].Opened!.ReferenceCommitment,
                .. valid.Select(k => submissions[k].Commitment),
                .. history.PublicRowCommitments(index),
            ],
            gram);
        GramWitness witness = new(
            reference, validUpdates, publicEntries, [referenceBlinder, .. validBlinders, .. publicRows.Select(row => row.Blinder)]);
        byte[] proof = GramProver.Prove(Market.Srs, statement, witness, null, CancellationToken.None).ToBytes();
        ScoringOutcome scoring = RoundScoring.Score(gram);
        if (scoring.Kept == 0)
            throw new InvalidOperationException("no update was kept, so there is nothing to aggregate: the vectors do not lean to the reference");
        project.Aggregates.Add(Aggregate.Combine(dimension, validUpdates, validBlinders, scoring.Weights, scoring.Divisor));
        return await Market.SendAsync(Market.Aggregator, Market.Chain.Contract.Settle(
            project.Id, index, new Settlement(submissions, invalid, gram.Pack(), proof, project.NextContent(), project.NextContent())));
    }
}
