using System.Numerics;
using Marketplace.Algebra.Curves;
using Marketplace.Proofs.Gram;
using Marketplace.Protocol.Scoring;

namespace Marketplace.Protocol.Rounds;

/// <summary>What a round comes to, by submission: the twin of the contract's settlement, independent of it.</summary>
/// <param name="Kept">The submissions in the aggregate.</param>
/// <param name="Divisor">B; 0 when nobody was kept.</param>
/// <param name="AggregateCommitment">C_U; infinity when nobody was kept.</param>
/// <param name="Payouts">What each submission's trainer is paid.</param>
/// <param name="Scoring">The scoring of the valid submissions; null when there was none.</param>
public sealed record RoundOutcome(
    RoundMask Kept, int Divisor, G1 AggregateCommitment, IReadOnlyList<BigInteger> Payouts, ScoringOutcome? Scoring)
{
    /// <summary>Whether somebody earned something by a contribution; equal parts of a round without valid updates are not earned.</summary>
    public bool IsEarned => Scoring is not null && Payouts.Any(payout => !payout.IsZero);

    /// <param name="commitments">C_k of every submission, in ascending order of seat.</param>
    /// <param name="invalid">The submissions that are invalid.</param>
    /// <param name="gram">Inner products of reference, valid updates and public rows; null when no submission is valid.</param>
    /// <param name="reward">The round's own reward.</param>
    /// <param name="rollover">What earlier rounds have left, which joins it once there is anything to score.</param>
    public static RoundOutcome Decide(
        IReadOnlyList<G1> commitments, RoundMask invalid, GramMatrix? gram, BigInteger reward, BigInteger rollover)
    {
        int count = commitments.Count;
        if (gram is null)
        {
            // Equal parts for all, so that an aggregator gains nothing by excluding everybody.
            BigInteger part = count == 0 ? 0 : reward / count;
            return new RoundOutcome(default, 0, G1.Infinity, [.. Enumerable.Repeat(part, count)], null);
        }

        ScoringOutcome scoring = RoundScoring.Score(gram);
        IReadOnlyList<BigInteger> parts = RoundScoring.Payouts(scoring, reward + rollover);
        var payouts = new BigInteger[count];
        var valid = new List<G1>();
        uint kept = 0;
        int update = 0;
        for (int k = 0; k < count; k++)
        {
            if (invalid.Contains(k))
                continue;
            valid.Add(commitments[k]);
            payouts[k] = parts[update++];
            if (scoring.IsKept(update))
                kept |= 1u << k;
        }
        return new RoundOutcome(new RoundMask(kept), scoring.Divisor, scoring.Combine(valid), payouts, scoring);
    }
}
