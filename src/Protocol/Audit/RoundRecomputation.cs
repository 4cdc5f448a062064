using System.Numerics;
using Marketplace.Contracts;
using Marketplace.Ethereum;
using Marketplace.Protocol.Chain;
using Marketplace.Protocol.Rounds;
using Marketplace.Proofs;

namespace Marketplace.Protocol.Audit;

/// <summary>A settled round, decided anew from the events before its settlement and from the Gram matrix that it proved.</summary>
internal sealed class RoundRecomputation
{
    private readonly ProjectHistory history;
    private readonly RoundHistory round;
    private readonly MarketEvents.RoundSettled settled;

    public RoundRecomputation(RoundId id, ProjectHistory history, RoundHistory round, MarketEvents.RoundSettled settled)
    {
        this.history = history;
        this.round = round;
        this.settled = settled;
        IReadOnlyList<Submission> submissions = settled.Settlement.Submissions;
        Forfeits = ForfeitsOf(history, round);
        G1[] commitments = [.. submissions.Select(submission => submission.Commitment.ToG1())];
        uint invalid = settled.Settlement.Invalid;
        G1[] valid = [.. commitments.Where((_, k) => (invalid >> k & 1) == 0)];
        G1[] publicRows = [.. history.PublicRowCommitments(round.Index)];
        GramMatrix? gram = null;
        if (valid.Length > 0)
        {
            gram = GramMatrix.Parse(settled.Settlement.Gram, valid.Length, publicRows.Length);
            Statement = new GramStatement(
                GramContext.Compute(id, history.Terms, submissions, invalid).ToArray(),
                (int)history.Terms.Dimension,
                [round.Opened!.ReferenceCommitment.ToG1(), .. valid, .. publicRows],
                gram);
        }
        BigInteger reward = history.RewardOf(round.Index) + Forfeits.Values.Aggregate(BigInteger.Zero, BigInteger.Add);
        Outcome = RoundOutcome.Decide(commitments, invalid, gram, reward, history.Terms.BaseShareBps);
    }

    /// <summary>What the round's proof must prove; null when no submission was valid.</summary>
    public GramStatement? Statement { get; }

    public RoundOutcome Outcome { get; }

    /// <summary>What each absent trainer's stake loses to the round's reward.</summary>
    public IReadOnlyDictionary<Address, BigInteger> Forfeits { get; }

    /// <summary>Whether the settlement's submissions are the last ones that trainers posted, in the order of seats.</summary>
    public bool SubmissionsMatch() => round.Submissions
        .Select(e => GramContext.SubmissionHash(round.Index, new Submission(e.Trainer, e.Commitment, e.Payload)))
        .SequenceEqual(settled.Settlement.Submissions.Select(submission => GramContext.SubmissionHash(round.Index, submission)));

    /// <summary>Whether every submission came from a cohort member on its own seat.</summary>
    public bool SeatsMatch()
    {
        byte[] seed = Bytes32.FromBigInteger(round.Opened!.CohortSeed).ToArray();
        return round.Submissions.All(e =>
            e.Seat < Cohort.Seats && history.Trainers[Cohort.MemberOn(seed, history.Trainers.Count, (int)e.Seat)] == e.Trainer);
    }

    /// <summary>Counts absences over all rounds up to this one, and what they cost in this one.</summary>
    private static Dictionary<Address, BigInteger> ForfeitsOf(ProjectHistory history, RoundHistory round)
    {
        Terms terms = history.Terms;
        BigInteger penalty = terms.TrainerStake * terms.AbsencePenaltyBps / 10_000;
        var absences = new Dictionary<Address, int>();
        var stakes = new Dictionary<Address, BigInteger>();
        var forfeits = new Dictionary<Address, BigInteger>();
        foreach (RoundHistory earlier in history.Rounds.TakeWhile(candidate => candidate.Index <= round.Index))
        {
            forfeits.Clear();
            if (earlier.Settled is null || earlier.Submissions.Count == 0)
                continue;
            byte[] seed = Bytes32.FromBigInteger(earlier.Opened!.CohortSeed).ToArray();
            int trainers = history.Trainers.Count;
            HashSet<Address> present = [.. earlier.Submissions.Select(submission => submission.Trainer)];
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
}
