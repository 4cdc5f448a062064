using Marketplace.Chain;
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
    private readonly TestProject _project;
    private readonly ushort _index;
    private readonly Fr _referenceBlinder;
    private readonly List<short[]> _updates = [];
    private readonly List<Fr> _blinders = [];
    private readonly List<Submission> _submissions = [];

    internal TestRound(TestProject project, int index, short[] reference, Fr referenceBlinder) =>
        (_project, _index, Reference, _referenceBlinder) = (project, (ushort)index, reference, referenceBlinder);

    /// <summary>The update that the aggregator has committed to when it opened the round.</summary>
    public short[] Reference { get; }

    private TestMarket Market => _project.Market;

    /// <summary>Lets a trainer refuse.</summary>
    public Task RefuseAsync(int seat) => Market.SendAsync(_project.Trainers[seat], Market.Chain.Contract.Refuse(_project.Id, _index));

    /// <summary>Lets the first trainers submit, all of them unless told otherwise.</summary>
    /// <param name="trainers">How many.</param>
    /// <param name="opposed">Whether their updates undo what the reference does, so that none is kept.</param>
    public async Task SubmitAsync(int? trainers = null, bool opposed = false)
    {
        for (int seat = 0; seat < (trainers ?? _project.Trainers.Count); seat++)
            await SubmitAsync(_project.Trainers[seat], opposed ? [.. Reference.Select(entry => (short)-entry)] : _project.NextUpdate(Reference));
    }

    /// <summary>Lets a trainer submit an update. A round's come in the order of seats, which with up to 32 trainers is that of joining.</summary>
    public async Task SubmitAsync(Address trainer, short[] update)
    {
        Fr blinder = _project.NextBlinder();
        Submission submission = new(trainer, Commitment.Commit(Market.Srs, update, blinder), _project.NextContent());
        await Market.SendAsync(trainer, Market.Chain.Contract.Submit(_project.Id, _index, submission.Commitment, submission.Payload));
        _updates.Add(update);
        _blinders.Add(blinder);
        _submissions.Add(submission);
    }

    /// <summary>Proves and settles, once training is over.</summary>
    /// <param name="invalid">The submissions that are declared invalid, a bit each.</param>
    public async Task<Receipt> SettleAsync(uint invalid = 0)
    {
        if (_submissions.Count < _project.Trainers.Count)
            await Market.Node.PassAsync(TimeSpan.FromSeconds(_project.Terms.TrainingDuration + 1));
        int[] valid = [.. Enumerable.Range(0, _updates.Count).Where(k => (invalid >> k & 1) == 0)];
        short[][] validUpdates = [.. valid.Select(k => _updates[k])];
        Fr[] validBlinders = [.. valid.Select(k => _blinders[k])];
        Aggregate[] publicRows = [.. Enumerable.Reverse(_project.Aggregates).Take(GramMatrix.MaxPublicRows)];
        long[][] publicEntries = [.. publicRows.Select(row => row.Entries)];
        int dimension = (int)_project.Terms.Dimension;

        ProjectHistory history = await _project.ReadHistoryAsync();
        GramMatrix gram = GramMatrix.Compute(Reference, validUpdates, publicEntries, CancellationToken.None);
        GramStatement statement = new(
            GramContext.Compute(Market.Chain.Round(_project.Id, _index), history.Terms, _submissions, invalid).ToArray(),
            dimension,
            [
                history.Rounds[_index].Opened!.ReferenceCommitment,
                .. valid.Select(k => _submissions[k].Commitment),
                .. history.PublicRowCommitments(_index),
            ],
            gram);
        GramWitness witness = new(
            Reference, validUpdates, publicEntries, [_referenceBlinder, .. validBlinders, .. publicRows.Select(row => row.Blinder)]);
        byte[] proof = GramProver.Prove(Market.Srs, statement, witness, null, CancellationToken.None).ToBytes();
        ScoringOutcome scoring = RoundScoring.Score(gram);
        if (scoring.Kept != 0)
            _project.Aggregates.Add(Aggregate.Combine(dimension, validUpdates, validBlinders, scoring.Weights, scoring.Divisor));
        return await Market.SendAsync(Market.Aggregator, Market.Chain.Contract.Settle(
            _project.Id,
            _index,
            _submissions,
            new Settlement(
                invalid,
                gram.Pack(),
                proof,
                scoring.Combine([.. valid.Select(k => _submissions[k].Commitment)]),
                scoring.Kept == 0 ? default : _project.NextContent(),
                _project.NextContent())));
    }
}
