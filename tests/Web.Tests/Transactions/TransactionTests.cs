using System.Numerics;
using Marketplace.Chain;
using Marketplace.Protocol.Markets;
using Marketplace.Testing.Markets;
using Marketplace.Web.Tests.Support;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Transactions;

/// <summary>What becomes of a transaction is said, in words, whatever becomes of it.</summary>
public sealed class TransactionTests(Chromium chromium, LiveMarket market)
{
    [Fact]
    public async Task A_confirmed_transaction_is_shown_with_its_block()
    {
        (IPage page, _, BigInteger project) = await OpenOwnProjectAsync();

        await page.Locator("[data-test=action-cancel]").ClickAsync();

        await Assertions.Expect(page.Transaction("confirmed")).ToContainTextAsync("Done in block");
        await Assertions.Expect(page.Locator("h1 .status")).ToHaveTextAsync("Cancelled");
        Assert.Equal(ProjectStatus.Cancelled, (await market.Chain.Contract.StateAsync(project)).GetStatus());
    }

    [Fact]
    public async Task A_signature_that_is_refused_sends_nothing()
    {
        (IPage page, InjectedWallet wallet, BigInteger project) = await OpenOwnProjectAsync();
        wallet.RefusesNext = true;

        await page.Locator("[data-test=action-cancel]").ClickAsync();

        await Assertions.Expect(page.Transaction("rejected")).ToContainTextAsync("Not sent");
        Assert.Equal(ProjectStatus.Open, (await market.Chain.Contract.StateAsync(project)).GetStatus());
        await Assertions.Expect(page.Locator("[data-test=action-cancel]")).ToBeEnabledAsync();
    }

    [Fact]
    public async Task A_transaction_that_the_contract_reverts_is_shown_with_the_reason()
    {
        (IPage page, InjectedWallet wallet, BigInteger project) = await OpenOwnProjectAsync();
        // Between the dashboard's trial and the signature, somebody else was faster.
        wallet.BeforeNext = () => market.Chain.Client.SendFromAsync(DevelopmentAccounts.AddressOf(6), market.Chain.Contract.Cancel(project));

        await page.Locator("[data-test=action-cancel]").ClickAsync();

        ILocator reverted = page.Transaction("reverted");
        await Assertions.Expect(reverted).ToContainTextAsync("only gas was paid");
        await Assertions.Expect(reverted.Locator(".problem")).ToContainTextAsync("cancelled", new() { IgnoreCase = true });
    }

    [Fact]
    public async Task On_another_network_nothing_is_sent_until_the_wallet_switches()
    {
        (IPage page, InjectedWallet wallet, BigInteger project) = await OpenOwnProjectAsync(chainId: 1);
        await page.Locator("[data-test=wallet-button]").ClickAsync();
        await Assertions.Expect(page.Locator("#wallet-menu [role=alert]")).ToContainTextAsync("The wallet is on network 1");
        Assert.DoesNotContain("eth_sendTransaction", wallet.Asked);

        await page.Locator("[data-test=wallet-switch]").ClickAsync();
        await Assertions.Expect(page.Locator("#wallet-menu [role=alert]")).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("[data-test=action-cancel]").ClickAsync();

        await Assertions.Expect(page.Transaction("confirmed")).ToBeVisibleAsync();
        Assert.Equal(ProjectStatus.Cancelled, (await market.Chain.Contract.StateAsync(project)).GetStatus());
    }

    [Fact]
    public async Task A_wallet_stays_connected_over_a_reload_without_asking_again()
    {
        (IPage page, InjectedWallet wallet, _) = await OpenOwnProjectAsync();
        wallet.Asked.Clear();

        await page.ReloadAsync();

        await Assertions.Expect(page.Locator("[data-test=wallet-button]"))
            .ToHaveAttributeAsync("data-account", DevelopmentAccounts.AddressOf(6).ToString());
        Assert.DoesNotContain("eth_requestAccounts", wallet.Asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x12")]
    [InlineData("<b>0xzz</b>")]
    public async Task A_hash_that_is_none_is_refused(string hash)
    {
        (IPage page, InjectedWallet wallet, _) = await OpenOwnProjectAsync();
        wallet.NextHash = hash;

        await page.Locator("[data-test=action-cancel]").ClickAsync();

        await Assertions.Expect(page.Transaction("refused")).ToContainTextAsync("without a transaction hash");
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x1234")]
    [InlineData("<img src=x onerror=alert(1)>")]
    public async Task An_account_that_is_none_is_not_connected(string account)
    {
        var wallet = new InjectedWallet(market.Chain.Client, DevelopmentAccounts.AddressOf(6)) { ClaimedAccount = account };
        IPage page = await chromium.OpenAsync();
        await wallet.InjectAsync(page);
        await page.GotoAsync(market.Dashboard.At(""));
        ILocator option = page.Locator("[data-test=connect-option][data-wallet='browser:test.wallet']");
        await option.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.Locator("[data-test=wallet-button]").ClickAsync();

        await option.ClickAsync();

        await Assertions.Expect(page.Locator("#wallet-menu [role=alert]")).ToBeVisibleAsync();
        Assert.Null(await page.Locator("[data-test=wallet-button]").GetAttributeAsync("data-account"));
    }

    /// <summary>The page of an open project whose owner is connected.</summary>
    private async Task<(IPage Page, InjectedWallet Wallet, BigInteger Project)> OpenOwnProjectAsync(ulong? chainId = null)
    {
        Address owner = DevelopmentAccounts.AddressOf(6);
        BigInteger project = await IdleProject.CreateFromAsync(market, owner);
        var wallet = new InjectedWallet(market.Chain.Client, owner) { ChainId = chainId };
        IPage page = await chromium.OpenAsync();
        await wallet.InjectAsync(page);
        await page.GotoAsync(market.Dashboard.At($"?search={project}"));
        await page.Locator($"a[href='project/{project}']").ClickAsync();
        await page.WaitForURLAsync($"**/project/{project}");
        await page.ConnectInjectedAsync();
        return (page, wallet, project);
    }
}
