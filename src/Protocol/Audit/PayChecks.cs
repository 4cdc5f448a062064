using System.Numerics;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;

namespace Marketplace.Protocol.Audit;

/// <summary>
/// What each trainer was credited: no more than it has earned, and with its stake the rest of that and its parts of the rewards that nobody
/// had earned and of rounds never opened.
/// </summary>
public static class PayChecks
{
    /// <param name="history">The project's events.</param>
    public static IEnumerable<AuditCheck> Of(ProjectHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        Departure? departure = history.Status > ProjectStatus.Running ? new(history) : null;
        HashSet<Bytes32> expiries = [.. history.Rounds.Select(round => round.Expired?.Log.TransactionHash).OfType<Bytes32>()];
        return history.Credits
            .Where(credit => (CreditReason)credit.Reason is CreditReason.StakeReturn or CreditReason.Reward or CreditReason.Compensation)
            // What was paid for a round that was not settled in time is another check's.
            .Where(credit => (CreditReason)credit.Reason == CreditReason.Reward || !expiries.Contains(credit.Log.TransactionHash))
            .GroupBy(credit => credit.Account)
            // Who left before the start, and did not come back, has its stake and nothing else.
            .Where(credits => history.Trainers.Contains(credits.Key) || !credits.Sum(CreditReason.Reward).IsZero)
            .Select(credits => Check(history, departure, credits.Key, [.. credits]));
    }

    private static AuditCheck Check(ProjectHistory history, Departure? departure, Address trainer, MarketEvents.Credited[] credits)
    {
        BigInteger earned = history.EarnedBy(trainer);
        BigInteger paid = credits.Sum(CreditReason.Reward), compensation = credits.Sum(CreditReason.Compensation);
        int stakes = credits.Count(credit => (CreditReason)credit.Reason == CreditReason.StakeReturn);
        bool hasLeft = departure is not null && (stakes > history.DeparturesOf(trainer) || !compensation.IsZero || paid > earned);
        if (!hasLeft)
        {
            return Check(
                $"{trainer} was credited no more than it has earned", paid <= earned && compensation.IsZero,
                $"earned {earned}, credited {paid}, and {compensation} of the bond");
        }
        BigInteger rollover = departure!.RolloverOf(trainer);
        return Check(
            $"{trainer} got what it had earned, and its parts of what was left for the trainers, together with its stake",
            paid == earned + rollover && compensation == departure.Compensation,
            $"recomputed {earned} earned, {rollover} of rewards and {departure.Compensation} of the bond, on chain {paid} and {compensation}");
    }

    private static AuditCheck Check(string name, bool holds, string evidence) =>
        new("money", name, holds ? AuditResult.Passed : AuditResult.Failed, evidence);
}
