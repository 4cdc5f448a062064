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
/// <param name="Forfeited">What the invalid submissions take out of the round. It is burned.</param>
/// <param name="Scoring">The scoring of the valid submissions; null when there was none.</param>
public sealed record RoundOutcome(
    RoundMask Kept, int Divisor, G1 AggregateCommitment, IReadOnlyList<BigInteger> Payouts, BigInteger Forfeited, ScoringOutcome? Scoring)
{
    /// <summary>Whether somebody earned something.</summary>
    public bool IsEarned => Payouts.Any(payout => !payout.IsZero);

    /// <summary>What invalid submissions take out of a round: an equal part each, so that nobody's exclusion leaves it to the others.</summary>
    /// <param name="pot">What there is to be earned.</param>
    /// <param name="submissions">How many there are.</param>
    /// <param name="invalid">How many of them are invalid.</param>
    public static BigInteger ForfeitOf(BigInteger pot, int submissions, int invalid) => invalid == 0 ? 0 : pot / submissions * invalid;

    /// <param name="commitments">C_k of every submission, in ascending order of seat.</param>
    /// <param name="invalid">The submissions that are invalid.</param>
    /// <param name="gram">Inner products of reference, valid updates and public rows; null when no submission is valid.</param>
    /// <param name="reward">The round's own reward.</param>
    /// <param name="rollover">What earlier rounds have left, which joins it once there is anything to score.</param>
    public static RoundOutcome Decide(
        IReadOnlyList<G1> commitments, RoundMask invalid, GramMatrix? gram, BigInteger reward, BigInteger rollover)
    {
        int count = commitments.Count;
        var payouts = new BigInteger[count];
        if (gram is null)
            return new RoundOutcome(default, 0, G1.Infinity, payouts, ForfeitOf(reward, count, count), null);

        ScoringOutcome scoring = RoundScoring.Score(gram);
        BigInteger pot = reward + rollover, forfeited = ForfeitOf(pot, count, invalid.Count);
        IReadOnlyList<BigInteger> parts = RoundScoring.Payouts(scoring, pot - forfeited);
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
        return new RoundOutcome(new RoundMask(kept), scoring.Divisor, scoring.Combine(valid), payouts, forfeited, scoring);
    }
}
