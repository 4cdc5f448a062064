using System.Numerics;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Hosting;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Trainer;

/// <summary>What a trainer wants to know about its part in a project.</summary>
internal static class TrainerStatus
{
    public static async Task WriteAsync(Party party, BigInteger projectId, TextWriter output, CancellationToken cancellationToken)
    {
        ProjectHistory history = await ProjectFollower.ReadAsync(party.Chain, projectId, cancellationToken);
        Member member = await party.Chain.Contract.MemberAsync(projectId, party.Address, cancellationToken: cancellationToken);
        TokenUnit unit = await TokenUnit.ReadAsync(party.Chain, history.Terms.Token, cancellationToken);
        output.WriteLine(
            $"project {projectId} is {history.Status.ToString().ToLowerInvariant()}; {party.Address} has "
                + $"{(member.Joined ? "joined" : "not joined")}");
        foreach (RoundHistory round in history.Rounds)
            output.WriteLine($"  round {round.Index + 1}: {Describe(round, party.Address, unit)}");
        output.WriteLine($"stake {unit.Format(member.Stake)}{(member.StakeReturned ? ", returned" : "")}, {member.Absences} absences");
        BigInteger earned = history.EarnedBy(party.Address), credited = history.Credited(party.Address, CreditReason.Reward);
        // With the stake comes a part of what nobody had earned.
        output.WriteLine($"earned {unit.Format(BigInteger.Max(earned, credited))} in rewards, " +
            $"{unit.Format(history.Credited(party.Address, CreditReason.Compensation))} in compensation");
        BigInteger balance = await party.Chain.Contract.BalanceOfAsync(party.Address, history.Terms.Token, cancellationToken: cancellationToken);
        BigInteger uncredited = BigInteger.Max(earned - credited, 0);
        output.WriteLine($"can withdraw {unit.Format(balance + uncredited)}"
            + (uncredited.IsZero ? "" : $", {unit.Format(uncredited)} of it once it is credited, which 'withdraw' does first"));
    }

    /// <summary>What became of a trainer's part in a round, in a few words.</summary>
    public static string Describe(RoundHistory round, Address trainer, TokenUnit unit) =>
        round.ResultOf(trainer) switch
        {
            { Outcome: SubmissionOutcome.Pending } => "submitted",
            { Outcome: SubmissionOutcome.Expired } result => $"expired, compensated with {unit.Format(result.Payout)}",
            { } result => $"{result.Outcome.ToString().ToLowerInvariant()}, paid {unit.Format(result.Payout)}",
            null when round.Refusals.Contains(trainer) => "refused",
            null => round.Settled is not null ? "absent" : round.Expired is not null ? "expired" : "open",
        };
}
