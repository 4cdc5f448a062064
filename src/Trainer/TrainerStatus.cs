using System.Numerics;
using Marketplace.Contracts;
using Marketplace.Chain;
using Marketplace.Protocol.Markets;
using Marketplace.Hosting;

namespace Marketplace.Trainer;

/// <summary>What a trainer wants to know about its part in a project.</summary>
internal static class TrainerStatus
{
    public static async Task WriteAsync(Party party, BigInteger projectId, TextWriter output, CancellationToken cancellation)
    {
        var follower = new ProjectFollower(party.Chain, projectId);
        await follower.RefreshAsync(cancellation);
        ProjectHistory history = follower.History;
        if (history.Created is null)
            throw new UnknownProjectException(party.Chain.Address, projectId);
        Member member = await party.Chain.Contract.MemberAsync(projectId, party.Address, cancellationToken: cancellation);
        TokenUnit unit = await TokenUnit.ReadAsync(party.Chain, history.Terms.Token, cancellation);
        output.WriteLine($"project {projectId} is {history.Status.ToString().ToLowerInvariant()}; {party.Address} has {(member.Joined ? "joined" : "not joined")}");
        foreach (RoundHistory round in history.Rounds)
            output.WriteLine($"  round {round.Index + 1}: {Describe(round, party.Address, unit)}");
        output.WriteLine($"stake {unit.Format(member.Stake)}{(member.StakeReturned ? ", returned" : "")}, {member.Absences} absences");
        output.WriteLine($"earned {unit.Format(history.Credited(party.Address, CreditReason.Reward))} in rewards, " +
            $"{unit.Format(history.Credited(party.Address, CreditReason.Compensation))} in compensation");
        BigInteger balance = await party.Chain.Contract.BalanceOfAsync(party.Address, history.Terms.Token, cancellationToken: cancellation);
        output.WriteLine($"can withdraw {unit.Format(balance)}");
    }

    private static string Describe(RoundHistory round, Address trainer, TokenUnit unit)
    {
        if (round.Expired is { } expired)
            return expired.Trainers.Contains(trainer) ? $"expired, compensated with {unit.Format(expired.Compensation)}" : "expired";
        if (round.Settled is not { } settled)
            return round.Submissions.Any(submission => submission.Trainer == trainer) ? "submitted" : "open";
        for (int k = 0; k < settled.Settlement.Submissions.Count; k++)
        {
            if (settled.Settlement.Submissions[k].Trainer != trainer)
                continue;
            string decision = (settled.Settlement.Invalid >> k & 1) != 0 ? "invalid"
                : ((uint)settled.Kept >> k & 1) != 0 ? "kept"
                : "outlier";
            return $"{decision}, paid {unit.Format(settled.Payouts[k])}";
        }
        return "absent";
    }
}
