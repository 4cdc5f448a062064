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

    [Fact]
    public void What_was_earned_and_not_credited_is_credited_first()
    {
        Address account = SyntheticMarket.AccountOf("trainer");
        BigInteger pay = Units.ParseEther("0.25");
        IRenderedComponent<BalanceTable> table = Table(account, isMine: true, uncredited: pay);
        Assert.Contains("0.25 ETH", table.Find("[data-test=uncredited]").TextContent, StringComparison.Ordinal);
        Assert.Equal($"{Units.ParseEther("1.75")}", table.Find("[data-test=withdrawable] .amount").GetAttribute("data-amount"));
        table.Find("[data-test=withdraw]").Click();
        // The stand-in of a node confirms nothing, so that nothing follows.
        table.WaitForAssertion(() => Assert.Equal("Credit the pay of project #7", Assert.Single(_tracker.All).Title));
    }

    [Fact]
    public void Pay_alone_can_be_withdrawn()
    {
        IRenderedComponent<BalanceTable> table = Table(SyntheticMarket.AccountOf("trainer"), isMine: true, uncredited: 5, balance: 0);
        Assert.Equal("5", table.Find("[data-test=withdrawable] .amount").GetAttribute("data-amount"));
        Assert.False(table.Find("[data-test=withdraw]").HasAttribute("disabled"));
    }

    private IRenderedComponent<BalanceTable> Table(
        Address account, bool isMine, BigInteger uncredited = default, BigInteger? balance = null)
    {
        BigInteger amount = balance ?? Units.ParseEther("1.5");
        var moment = new ChainMoment(1, DateTimeOffset.UnixEpoch, default);
        var details = new AccountDetails
        {
            Account = account,
            Training = uncredited.IsZero ? [] : [(MadeUpProject.Summary(7, "Digits"), Part(uncredited))],
            Owned = [],
            Aggregated = [],
            Claims = [],
            Earnings = account.IsZero ? [] : [new Earning(7, Address.Zero, amount, moment)],
            Credits = [new Credit(7, account, Address.Zero, amount, account.IsZero ? CreditReason.ForfeitedStake : CreditReason.Reward, moment)],
            Withdrawals = [],
            Balances = new Dictionary<Address, BigInteger>(amount.IsZero ? [] : [new(Address.Zero, amount)]),
        };
        return Show<BalanceTable>(parameters => parameters.Add(table => table.Account, details).Add(table => table.IsMine, isMine));

        Participation Part(BigInteger pay) => new() { Project = 7, Trainer = account, Index = 0, Joined = moment, Uncredited = pay };
    }
}
