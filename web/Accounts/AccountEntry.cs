using System.Numerics;
using Marketplace.Chain;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel;

namespace Marketplace.Web.Accounts;

/// <summary>One line of an account's history.</summary>
/// <param name="Project">Null for a withdrawal, which is of all projects.</param>
/// <param name="Amount">Negative when it left the market.</param>
/// <param name="Receiver">Who got a withdrawal; null when that was the account itself.</param>
public sealed record AccountEntry(string What, long? Project, Address Token, BigInteger Amount, ChainMoment At, Address? Receiver = null)
{
    /// <summary>Credits and withdrawals, newest first.</summary>
    public static IReadOnlyList<AccountEntry> Of(AccountDetails account) =>
    [
        .. account.Credits.Select(credit => new AccountEntry(Words(credit.Reason), credit.Project, credit.Token, credit.Amount, credit.At))
            .Concat(account.Withdrawals.Select(withdrawal => new AccountEntry(
                "Withdrawal", null, withdrawal.Token, -withdrawal.Amount, withdrawal.At,
                withdrawal.Receiver == account.Account ? null : withdrawal.Receiver)))
            .OrderByDescending(entry => entry.At.Block),
    ];

    /// <summary>Whether a credit is pay, and not the account's own money coming back.</summary>
    public static bool IsEarned(Credit credit) => credit.Reason
        is CreditReason.Reward or CreditReason.Compensation or CreditReason.AggregatorFee or CreditReason.ClaimedReward
        or CreditReason.ClaimCompensation;

    private static string Words(CreditReason reason) => reason switch
    {
        CreditReason.Reward => "Reward",
        CreditReason.AggregatorFee => "Aggregator's fee",
        CreditReason.Compensation => "Compensation",
        CreditReason.StakeReturn => "Stake returned",
        CreditReason.BondReturn => "Bond returned",
        CreditReason.OwnerRefund => "Refund to the owner",
        CreditReason.ForfeitedStake => "Forfeited stake, burned",
        CreditReason.ForfeitedBond => "Bond burned for a failed round",
        CreditReason.ForfeitedReward => "Reward burned for invalid updates",
        CreditReason.ClaimedReward => "Reward won by a claim",
        CreditReason.ClaimCompensation => "Compensation won by a claim",
        _ => $"{reason}",
    };
}
