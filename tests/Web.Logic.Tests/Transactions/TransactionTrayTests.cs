using Bunit;
using Marketplace.Chain;
using Marketplace.Web.Logic.Tests.Support;
using Marketplace.Web.Transactions;

namespace Marketplace.Web.Logic.Tests.Transactions;

/// <summary>The reader's transactions, on every page.</summary>
public sealed class TransactionTrayTests : ComponentTest
{
    private readonly TransactionTracker _tracker;

    public TransactionTrayTests(SyntheticEnd end)
        : base(end) => _tracker = AddTransactions();

    [Fact]
    public async Task What_is_refused_says_why_and_can_be_taken_off_the_list()
    {
        IRenderedComponent<TransactionTray> tray = Show<TransactionTray>();
        Assert.Empty(tray.FindAll("li"));

        TrackedTransaction refused = await _tracker.SendAsync("Start project 7", Market.Chain.Address, []);
        Assert.Equal(TransactionState.Refused, refused.State);
        tray.WaitForAssertion(() => Assert.Equal("refused", tray.Find("li").GetAttribute("data-state")));
        Assert.Equal("bad", tray.Find("li").ClassName);
        Assert.Contains("Not sent.", tray.Markup, StringComparison.Ordinal);
        Assert.Equal("Connect a wallet first.", tray.Find(".problem").TextContent);

        tray.Find("button.close").Click();
        Assert.Empty(tray.FindAll("li"));
    }

    [Fact]
    public void What_the_tab_remembers_waits_for_its_block_and_cannot_be_taken_off()
    {
        var hash = Bytes32.Keccak("a transaction");
        Remember($$"""[{"Title":"Withdraw","Hash":"{{hash}}","ChainId":{{Market.Chain.ChainId}}}]""");
        IRenderedComponent<TransactionTray> tray = Show<TransactionTray>();
        tray.WaitForAssertion(() => Assert.Equal($"{hash}", tray.Find("li").GetAttribute("data-hash")));
        Assert.Equal("pending", tray.Find("li").GetAttribute("data-state"));
        Assert.Contains("Waiting for a block", tray.Markup, StringComparison.Ordinal);
        Assert.Empty(tray.FindAll("button.close"));
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("""[{"Title":"","Hash":"0x00","ChainId":1}]""")]
    [InlineData("""[{"Title":"Of another chain","Hash":"0x0101010101010101010101010101010101010101010101010101010101010101","ChainId":1}]""")]
    public void What_makes_no_sense_is_not_remembered(string json)
    {
        Remember(json);
        Assert.Empty(Show<TransactionTray>().FindAll("li"));
    }

    private void Remember(string json) => JSInterop.Setup<string?>("sessionStorage.getItem", _ => true).SetResult(json);
}
