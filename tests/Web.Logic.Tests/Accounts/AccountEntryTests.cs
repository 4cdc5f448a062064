using Marketplace.Chain;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel;
using Marketplace.Testing.Markets.Synthetic;
using Marketplace.Web.Accounts;

namespace Marketplace.Web.Logic.Tests.Accounts;

/// <summary>An account's history in words.</summary>
public sealed class AccountEntryTests
{
    private static readonly Address Account = SyntheticMarket.AccountOf("somebody");

    [Fact]
    public void Every_reason_has_its_words()
    {
        AccountDetails account = Of([.. Enum.GetValues<CreditReason>().Select(reason => new Credit(7, Account, Address.Zero, 5, reason, At(1)))]);
        Assert.Equal(
            [
                "Reward", "Aggregator's fee", "Compensation", "Stake returned", "Bond returned", "Refund to the owner", "Forfeited stake, burned",
                "Bond burned for a failed round", "Reward burned for invalid updates", "Reward won by a claim", "Compensation won by a claim",
            ],
            AccountEntry.Of(account).Select(entry => entry.What));
        Assert.Equal(
            [
                CreditReason.Reward, CreditReason.AggregatorFee, CreditReason.Compensation, CreditReason.ClaimedReward,
                CreditReason.ClaimCompensation,
            ],
            account.Credits.Where(AccountEntry.IsEarned).Select(credit => credit.Reason));
    }

    [Fact]
    public void A_withdrawal_names_its_receiver_when_it_is_another_account()
    {
        Address other = SyntheticMarket.AccountOf("another");
        IReadOnlyList<AccountEntry> entries = AccountEntry.Of(Of(
            [],
            new Withdrawal(Account, Address.Zero, other, 3, At(9)),
            new Withdrawal(Account, Address.Zero, Account, 2, At(8))));
        Assert.Equal([("Withdrawal", -3, other), ("Withdrawal", -2, null)], entries.Select(entry => (entry.What, (int)entry.Amount, entry.Receiver)));
    }

    private static ChainMoment At(ulong block) => new(block, DateTimeOffset.UnixEpoch, default);

    private static AccountDetails Of(IReadOnlyList<Credit> credits, params Withdrawal[] withdrawals) => new()
    {
        Account = Account,
        Training = [],
        Owned = [],
        Aggregated = [],
        Claims = [],
        Credits = credits,
        Withdrawals = withdrawals,
        Balances = new Dictionary<Address, System.Numerics.BigInteger>(),
    };
}
