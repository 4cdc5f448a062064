using System.Numerics;
using Bunit;
using Marketplace.Chain;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel;
using Marketplace.Testing.Markets.Synthetic;
using Marketplace.Web.Accounts;
using Marketplace.Web.Logic.Tests.Support;
using Marketplace.Web.Transactions;

namespace Marketplace.Web.Logic.Tests.Accounts;

/// <summary>What an account can take out of the market.</summary>
public sealed class BalanceTableTests : ComponentTest
{
    private readonly TransactionTracker _tracker;

    public BalanceTableTests(SyntheticEnd end)
        : base(end) => _tracker = AddTransactions();

    [Fact]
    public void An_account_withdraws_its_whole_balance()
    {
        IRenderedComponent<BalanceTable> table = Table(SyntheticMarket.AccountOf("trainer"), isMine: true);
        Assert.Contains("Can be withdrawn", table.Markup, StringComparison.Ordinal);
        table.Find("[data-test=withdraw]").Click();
        table.WaitForAssertion(() => Assert.Equal("Withdraw 1.5 ETH", Assert.Single(_tracker.All).Title));
    }

    [Fact]
    public void What_was_burned_nobody_can_withdraw()
    {
        IRenderedComponent<BalanceTable> table = Table(Address.Zero, isMine: false);
        Assert.Contains("Burned", table.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("an be withdrawn", table.Markup, StringComparison.Ordinal);
        Assert.Empty(table.FindAll("button"));
    }

    private IRenderedComponent<BalanceTable> Table(Address account, bool isMine)
    {
        BigInteger amount = Units.ParseEther("1.5");
        var moment = new ChainMoment(1, DateTimeOffset.UnixEpoch, default);
        var details = new AccountDetails
        {
            Account = account,
            Training = [],
            Owned = [],
            Aggregated = [],
            Claims = [],
            Credits = [new Credit(7, account, Address.Zero, amount, account.IsZero ? CreditReason.ForfeitedStake : CreditReason.Reward, moment)],
            Withdrawals = [],
            Balances = new Dictionary<Address, BigInteger> { [Address.Zero] = amount },
        };
        return Show<BalanceTable>(parameters => parameters.Add(table => table.Account, details).Add(table => table.IsMine, isMine));
    }
}
