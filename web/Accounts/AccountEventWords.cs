using Marketplace.Protocol.Disputes;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel;

namespace Marketplace.Web.Accounts;

/// <summary>What concerned an account, as people say it.</summary>
public static class AccountEventWords
{
    /// <summary>
    /// What happened, without the amount and a full stop; to be followed by “until” and <see cref="AccountEvent.Until"/> where that is set.
    /// </summary>
    public static string Sentence(AccountEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        string round = $"round {e.Round + 1}";
        string theRound = $"Round {e.Round + 1}";
        return e.Kind switch
        {
            AccountEventKind.Posted => "Posted the project",
            AccountEventKind.Named => "A new project names this account as its aggregator, and awaits its bond",
            AccountEventKind.Bonded => "The aggregator's bond was posted",
            AccountEventKind.Joined => "Joined as a trainer",
            AccountEventKind.Left => "Left the project before its start",
            AccountEventKind.Started => "The project started; the aggregator has to open the first round",
            AccountEventKind.RoundAwaits => $"{theRound} was opened for this account's update",
            AccountEventKind.RoundMissed => $"Missed {round}: it neither submitted nor refused",
            AccountEventKind.UpdateDropped => $"The update of {round} was dropped: it points away from the reference",
            AccountEventKind.UpdateInvalid => $"The update of {round} was declared invalid",
            AccountEventKind.UpdateUnpaid => $"The update of {round} was kept and earned nothing",
            AccountEventKind.RoundSettled => $"{theRound} was settled",
            AccountEventKind.RoundEmpty => $"{theRound} was settled and kept nobody",
            AccountEventKind.RoundExpired => $"{theRound} expired: the aggregator missed its deadline",
            AccountEventKind.RoundFailed => $"{theRound} failed: more than half of its seats refused or were empty",
            AccountEventKind.StakeForfeited => "A part of the stake was forfeited",
            AccountEventKind.Stopping => "The owner stopped the project: a round that is open is the last one",
            AccountEventKind.Cancelled => "The project was cancelled",
            AccountEventKind.Aborted => "The project was aborted: more rounds expired than it tolerates",
            AccountEventKind.Completed => "The project is completed",
            AccountEventKind.UpdateExcluded => e.IsClaimant
                ? $"The update of {round} was declared invalid, which this account can contest"
                : $"An update of {round} was declared invalid, which its trainer can contest",
            AccountEventKind.ClaimMade => $"Case {e.Claim}: the trainer claims the update of {round}; anybody can deny it",
            AccountEventKind.ClaimDenied => $"Case {e.Claim}: the claim was denied; the court has to rule",
            AccountEventKind.ClaimRuled => $"Case {e.Claim}: the court has ruled",
            AccountEventKind.ClaimConcluded => $"Case {e.Claim} is concluded: {Verdict(e.Verdict)}",
            AccountEventKind.Credited => Credit(e.Reason) + (e.Round is null ? "" : $" for {round}"),
            AccountEventKind.Withdrawn => "Withdrawal",
            AccountEventKind.Earned => $"Reward for {round}",
            AccountEventKind.ModelRefused => "Most trainers refused the last model: they could not derive it",
            _ => $"{e.Kind}",
        };
    }

    /// <summary>Whether it is something to look into: money or a round was lost, or may be.</summary>
    public static bool IsTrouble(AccountEvent e) => e.Kind
        is AccountEventKind.RoundMissed or AccountEventKind.UpdateDropped or AccountEventKind.UpdateInvalid or AccountEventKind.RoundEmpty
        or AccountEventKind.RoundExpired or AccountEventKind.RoundFailed or AccountEventKind.StakeForfeited or AccountEventKind.Aborted
        or AccountEventKind.ModelRefused
        || e is { Kind: AccountEventKind.UpdateExcluded, IsClaimant: true };

    /// <summary>The page that has the rest, relative to the dashboard's address.</summary>
    public static string Link(AccountEvent e) => e switch
    {
        { Claim: { } claim } => $"dispute/{claim}",
        { Project: { } project, Round: { } round } => $"project/{project}/round/{round + 1}",
        { Project: { } project } => $"project/{project}",
        _ => $"trainer/{e.Account}",
    };

    private static string Verdict(ClaimVerdict? verdict) => verdict switch
    {
        ClaimVerdict.Valid => "the update was valid",
        ClaimVerdict.Invalid => "the update was invalid",
        _ => "the court refused to rule",
    };

    private static string Credit(CreditReason? reason) => reason switch
    {
        CreditReason.Reward => "Pay credited",
        CreditReason.AggregatorFee => "Aggregator's fee",
        CreditReason.Compensation => "Compensation",
        CreditReason.StakeReturn => "Stake returned",
        CreditReason.BondReturn => "Bond returned",
        CreditReason.OwnerRefund => "Refund to the owner",
        CreditReason.ForfeitedStake => "Forfeited stake, burned",
        CreditReason.ForfeitedBond => "Bond burned for a failed round or a refused model",
        CreditReason.ForfeitedReward => "Reward burned for invalid updates",
        CreditReason.ClaimedReward => "Reward won by a claim",
        CreditReason.ClaimCompensation => "Compensation won by a claim",
        _ => $"{reason}",
    };
}
