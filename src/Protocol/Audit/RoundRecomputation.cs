using System.Numerics;
using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Cohorts;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Protocol.Audit;

/// <summary>A settled round, decided anew from the events before its settlement and from the Gram matrix that it proved.</summary>
public sealed class RoundRecomputation
{
    private readonly ProjectHistory _history;
    private readonly RoundHistory _round;
    private readonly MarketEvents.RoundSettled _settled;

    /// <param name="id">Which round.</param>
    /// <param name="history">The project's events, the round's settlement among them.</param>
    /// <param name="round">The round, one of <paramref name="history"/>'s.</param>
    /// <param name="settled">Its settlement.</param>
    /// <exception cref="FormatException">The round was never opened, or the settlement's matrix or a commitment is malformed, which the
    /// contract would have refused.</exception>
    public RoundRecomputation(RoundId id, ProjectHistory history, RoundHistory round, MarketEvents.RoundSettled settled)
    {
        _history = history;
        _round = round;
        _settled = settled;
        if (round.Opened is not { } opened)
            throw new FormatException("the round was settled and never opened");
        IReadOnlyList<Submission> submissions = [.. round.Submissions.Select(posted => posted.ToSubmission())];
        Forfeits = ForfeitsOf(history, round);
        G1[] commitments = [.. submissions.Select(submission => submission.Commitment)];
        RoundMask invalid = new(settled.Settlement.Invalid);
        G1[] valid = [.. commitments.Where((_, k) => !invalid.Contains(k))];
        G1[] publicRows = [.. history.PublicRowCommitments(round.Index)];
        GramMatrix? gram = null;
        if (valid.Length > 0)
        {
            gram = Parse(settled.Settlement.Gram, valid.Length, publicRows.Length);
            Statement = new GramStatement(
                GramContext.Compute(id, history.Terms, submissions, invalid.Bits).ToArray(),
                (int)history.Terms.Dimension,
                [opened.ReferenceCommitment, .. valid, .. publicRows],
                gram);
        }
        Outcome = RoundOutcome.Decide(
            commitments, invalid, gram, history.RewardOf(round.Index), history.RolloverBefore(round.Index));
    }

    /// <summary>What the round's proof must prove; null when no submission was valid.</summary>
    public GramStatement? Statement { get; }

    /// <summary>What the contract must have decided.</summary>
    public RoundOutcome Outcome { get; }

    /// <summary>What each absent trainer's stake loses.</summary>
    public IReadOnlyDictionary<Address, BigInteger> Forfeits { get; }

    /// <summary>Compares what was decided on chain with what follows from the events; always the same checks for the same kind of round.</summary>
    /// <param name="srs">The reference string of the round's proof.</param>
    public IEnumerable<AuditCheck> Checks(SrsParameters srs)
    {
        yield return Check("Every submission came from a member of the round's cohort, on its own seat",
            SeatsMatch(), $"{_history.Trainers.Count} trainers, seed {_round.Opened!.CohortSeed}");
        if (Statement is { } statement)
        {
            foreach (GramCheck check in GramVerifier.Verify(srs, statement, _settled.Settlement.Proof).Checks)
                yield return Check($"Gram proof: {check.Name}", check.Passed, $"expected {check.Expected}, got {check.Actual}");
        }
        yield return Check("Who was kept follows from the Gram matrix", Outcome.Kept.Bits == _settled.Kept,
            $"recomputed {Outcome.Kept.Bits:b}, on chain {(uint)_settled.Kept:b}");
        yield return Check("The divisor follows from the Gram matrix", Outcome.Divisor == _settled.Divisor,
            $"recomputed {Outcome.Divisor}, on chain {_settled.Divisor}");
        yield return Check("Forfeited stakes follow from absences and terms",
            Forfeits.Count == _round.Forfeited.Count && _round.Forfeited.All(e => Forfeits.GetValueOrDefault(e.Trainer) == e.Amount),
            $"{Forfeits.Count} recomputed, {_round.Forfeited.Count} on chain");
        yield return Check("Payouts follow from the Gram matrix, to the smallest unit", Outcome.Payouts.SequenceEqual(_settled.Payouts),
            $"recomputed [{string.Join(", ", Outcome.Payouts)}], on chain [{string.Join(", ", _settled.Payouts)}]");
        yield return Check("The aggregate's commitment is the weighted sum of the kept commitments",
            Outcome.AggregateCommitment == _settled.Settlement.AggregateCommitment,
            $"recomputed {Outcome.AggregateCommitment}, on chain {_settled.Settlement.AggregateCommitment}");
        BigInteger fee = Outcome.IsEarned ? _history.Terms.AggregatorFee / _history.Terms.Rounds : 0;
        BigInteger credited = _history.CreditedBy(_settled.Log.TransactionHash, CreditReason.AggregatorFee);
        yield return Check("The aggregator was paid for a round that somebody earned, and for no other",
            credited == fee, $"due {fee}, credited {credited}");
        BigInteger forfeited = Forfeits.Values.Aggregate(BigInteger.Zero, BigInteger.Add);
        BigInteger burned = _history.CreditedBy(_settled.Log.TransactionHash, CreditReason.ForfeitedStake);
        yield return Check("Forfeited stakes were burned", burned == forfeited, $"forfeited {forfeited}, burned {burned}");
        BigInteger withheld = _history.CreditedBy(_settled.Log.TransactionHash, CreditReason.ForfeitedReward);
        // Where there is an arbitrator it waits for their trainers' claims.
        BigInteger toBurn = _history.Terms.Arbitrator.IsZero ? Outcome.Forfeited : 0;
        yield return Check("What invalid submissions took out of the round was burned, unless it waits for claims", withheld == toBurn,
            $"due {toBurn}, burned {withheld}");
    }

    private AuditCheck Check(string name, bool holds, string evidence) =>
        new(AuditCheck.RoundSubject(_round.Index), name, holds ? AuditResult.Passed : AuditResult.Failed, evidence);

    /// <summary>The matrix, which the contract has checked for what its scoring needs; a node need not have.</summary>
    private static GramMatrix Parse(byte[] packed, int updates, int publicRows)
    {
        if (updates > GramMatrix.MaxUpdates)
            throw new FormatException($"a round settles at most {GramMatrix.MaxUpdates} updates, this one has {updates}");
        GramMatrix gram = GramMatrix.Parse(packed, updates, publicRows);
        for (int row = 0; row < gram.Rows; row++)
        {
            if (gram[row, row].Sign < 0)
                throw new FormatException($"a squared norm is not negative, that of row {row} is {gram[row, row]}");
        }

        return gram;
    }

    /// <summary>Whether every submission came from a cohort member on its own seat.</summary>
    private bool SeatsMatch()
    {
        byte[] seed = Bytes32.FromBigInteger(_round.Opened!.CohortSeed).ToArray();
        return _round.Submissions.All(e =>
            e.Seat < Cohort.Size(_history.Trainers.Count)
                && _history.Trainers[Cohort.MemberOn(seed, _history.Trainers.Count, (int)e.Seat)] == e.Trainer);
    }

    /// <summary>Counts absences over all rounds up to this one, and what they cost in this one.</summary>
    private static Dictionary<Address, BigInteger> ForfeitsOf(ProjectHistory history, RoundHistory round)
    {
        Terms terms = history.Terms;
        BigInteger penalty = terms.TrainerStake * terms.AbsencePenaltyBps / MarketLimits.BasisPoints;
        var absences = new Dictionary<Address, int>();
        var stakes = new Dictionary<Address, BigInteger>();
        var forfeits = new Dictionary<Address, BigInteger>();
        MarketEvents.StakeForfeited[] claims = [.. history.Rounds.SelectMany(candidate => candidate.ForfeitedByClaims)];
        foreach (RoundHistory earlier in history.Rounds.TakeWhile(candidate => candidate.Index <= round.Index))
        {
            forfeits.Clear();
            if (earlier is not { Settled: { } settled, Opened: { } opened })
                continue;
            foreach (MarketEvents.StakeForfeited lost in claims.Where(lost => IsBefore(lost, settled)))
                stakes[lost.Trainer] = 0;
            byte[] seed = Bytes32.FromBigInteger(opened.CohortSeed).ToArray();
            int trainers = history.Trainers.Count;
            HashSet<Address> present = [.. earlier.Submissions.Select(submission => submission.Trainer), .. earlier.Refusals];
            for (int seat = 0; seat < Cohort.Size(trainers); seat++)
            {
                Address member = history.Trainers[Cohort.MemberOn(seed, trainers, seat)];
                if (present.Contains(member))
                    continue;
                int missed = absences[member] = absences.GetValueOrDefault(member) + 1;
                BigInteger stake = stakes.GetValueOrDefault(member, terms.TrainerStake);
                BigInteger amount = BigInteger.Min(penalty, stake);
                if (missed <= terms.ToleratedAbsences || amount.IsZero)
                    continue;
                stakes[member] = stake - amount;
                forfeits[member] = amount;
            }
        }
        return forfeits;
    }

    private static bool IsBefore(IContractEvent first, IContractEvent second) =>
        (first.Log.BlockNumber, first.Log.LogIndex).CompareTo((second.Log.BlockNumber, second.Log.LogIndex)) < 0;
}
