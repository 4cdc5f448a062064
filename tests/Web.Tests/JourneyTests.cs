using System.Numerics;
using System.Text.RegularExpressions;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;
using Marketplace.Learning.Storage;
using Marketplace.Testing.Markets;
using Marketplace.Web.Tests.Support;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests;

/// <summary>A whole project as people live it: posted in the browser, trained by real agents, paid, withdrawn and audited.</summary>
public sealed partial class JourneyTests(Chromium chromium, LiveMarket market)
{
    private const float Training = 180_000;

    [Fact]
    public async Task A_bounty_is_posted_earned_withdrawn_and_audited_and_every_wei_agrees_with_the_chain()
    {
        Address owner = DevelopmentAccounts.AddressOf(3);
        IPage page = await chromium.OpenAsync();
        await new InjectedWallet(market.Chain.Client, owner).InjectAsync(page);

        BigInteger project = await PostAsync(page, owner);
        await WatchAsync(page, project);
        await VerifyRoundAsync(page, project);
        await AuditAsync(page, project);
        foreach (Address trainer in await TrainersAsync(project))
            await WithdrawAsync(trainer);
    }

    [Fact]
    public async Task Who_knows_nothing_but_what_the_pages_say_posts_a_bounty_watches_it_and_takes_the_model_home()
    {
        const string Title = "Digits by what I read";
        IPage page = await chromium.OpenAsync();
        await new InjectedWallet(market.Chain.Client, DevelopmentAccounts.AddressOf(4)).InjectAsync(page);
        await page.GotoAsync(market.Dashboard.At(""), new() { WaitUntil = WaitUntilState.NetworkIdle });

        await page.GetByRole(AriaRole.Button, new() { Name = "Connect wallet" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Test Wallet" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Wallet" })).ToContainTextAsync("What this account earns");
        await page.Keyboard.PressAsync("Escape");
        await page.GetByRole(AriaRole.Link, new() { Name = "Post a bounty" }).First.ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "What is learned" })).ToBeVisibleAsync();
        await page.GetByLabel("Title", new() { Exact = true }).FillAsync(Title);
        await page.GetByText("Model and optimizer").ClickAsync();
        ILocator hidden = page.GetByRole(AriaRole.Group, new() { NameRegex = new Regex("^Layer 2: linear") });
        await hidden.GetByLabel("Out").FillAsync("16");
        await Assertions.Expect(hidden).ToContainTextAsync("[256] → [16], 4,112 parameters");
        await NextAsync(page, "Who takes part");
        await NextAsync(page, "What is paid");
        await page.GetByLabel("Rounds", new() { Exact = true }).FillAsync("1");
        await NextAsync(page, "How long it takes");
        await NextAsync(page, "What is allowed");
        await NextAsync(page, "Review and post");
        await page.GetByRole(AriaRole.Button, new() { Name = "Play the rounds" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Played 1 round with 3 trainers.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Simulated trainers" })).ToContainTextAsync("flip 1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Post the bounty" }).ClickAsync();

        ILocator heading = page.GetByRole(AriaRole.Heading, new() { Level = 1 });
        await Assertions.Expect(heading).ToContainTextAsync(Title);
        await Assertions.Expect(heading).ToContainTextAsync("Completed", new() { Timeout = Training });
        await page.GetByRole(AriaRole.Link, new() { Name = "The model", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "How to use it" })).ToBeVisibleAsync();
        IDownload download = await page.RunAndWaitForDownloadAsync(
            () => page.GetByRole(AriaRole.Link, new() { Name = "The model", Exact = true }).ClickAsync());

        TrainedModel model = TrainedModel.Read(await File.ReadAllBytesAsync(await download.PathAsync()));
        Assert.Equal(256 * 16 + 16 + 16 * 10 + 10, model.Model.ParameterCount);
    }

    private static async Task NextAsync(IPage page, string step)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = $"Next: {step}" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = step, Exact = true })).ToBeVisibleAsync();
    }

    /// <summary>Fills in the form, over a reload, and signs in the wallet.</summary>
    private async Task<BigInteger> PostAsync(IPage page, Address owner)
    {
        const string Title = "Digits of my own";
        await page.GotoAsync(market.Dashboard.At("post"), new() { WaitUntil = WaitUntilState.NetworkIdle });
        await page.ConnectInjectedAsync();
        await page.Locator("[data-test=next]").ClickAsync();
        await Assertions.Expect(page.Locator("[data-test=problem-summary]")).ToContainTextAsync("Title: Expected 1 to 200 characters");
        await FillAsync(page, "title", Title);
        await page.Locator("[data-test=next]").ClickAsync();
        await Assertions.Expect(page.Locator("#step-title")).ToHaveTextAsync("Who takes part");
        await page.Locator("[data-test=step-who]").ClickAsync();
        await FillAsync(page, "arbitrator", "");
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.Locator("[data-test=problem-arbitrator]")).ToContainTextAsync("Expected a court");
        await FillAsync(page, "arbitrator", market.Contested.Court.ToString());
        await FillAsync(page, "trainers.minimum", "3");
        await FillAsync(page, "trainers.maximum", "3");
        await page.Locator("[data-test=step-money]").ClickAsync();
        await FillAsync(page, "payment.bounty", "-1");
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.Locator("[data-test='problem-payment.bounty']")).ToBeVisibleAsync();
        await FillAsync(page, "payment.bounty", "0.9");
        await FillAsync(page, "payment.aggregatorFee", "0.05");
        await FillAsync(page, "rounds", "2");
        await Assertions.Expect(page.Locator("[data-test=deposit] .amount")).ToHaveAttributeAsync("data-amount", $"{Units.ParseEther("0.95")}");

        await page.ReloadAsync(new() { WaitUntil = WaitUntilState.NetworkIdle });
        await Assertions.Expect(page.Locator("[data-test=field-title]")).ToHaveValueAsync(Title);
        await page.Locator("[data-test=step-review]").ClickAsync();
        await page.Locator("[data-test=post-submit]").ClickAsync();

        await page.WaitForURLAsync(ProjectUrl());
        BigInteger project = BigInteger.Parse(ProjectUrl().Match(page.Url).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(Title);
        Terms terms = await market.Chain.Contract.TermsAsync(project);
        Assert.Equal(Units.ParseEther("0.9"), terms.Bounty);
        Assert.Equal(owner, (await market.Chain.Contract.StateAsync(project)).Owner);
        return project;
    }

    /// <summary>Nobody touches the page while rounds are trained and settled; at the end it shows what the chain holds.</summary>
    private async Task WatchAsync(IPage page, BigInteger project)
    {
        await page.EvaluateAsync("window.stayed = true");

        await Assertions.Expect(page.Locator("h1 .status")).ToHaveTextAsync("Completed", new() { Timeout = Training });
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Round 2" })).ToBeVisibleAsync();

        Assert.True(await page.EvaluateAsync<bool>("window.stayed === true"), "the page was loaded anew");
        ProjectState state = await market.Chain.Contract.StateAsync(project);
        await ExpectAmountAsync(page.Locator("[data-test=escrow]"), state.Escrow);
        (List<IContractEvent> events, _, _) = await market.Chain.ReadEventsAsync(project, market.Chain.DeployedAt, CancellationToken.None);
        BigInteger paid = events.OfType<MarketEvents.RoundSettled>().SelectMany(round => round.Payouts).Aggregate(BigInteger.Zero, BigInteger.Add);
        await ExpectAmountAsync(page.Locator("[data-test=paid]"), paid);
    }

    private static async Task VerifyRoundAsync(IPage page, BigInteger project)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Round 1" }).ClickAsync();
        await page.WaitForURLAsync(new Regex($"/project/{project}/round/1$"));
        await Assertions.Expect(page.Locator("[data-test=heat-map]")).ToHaveAttributeAsync("data-rows", "4");

        await page.Locator("[data-test=verify-round]").ClickAsync();

        await Assertions.Expect(page.Locator("[data-test=verdict]")).ToHaveAttributeAsync("data-result", "passed", new() { Timeout = 60_000 });
        Assert.NotEqual(0, await page.Locator("[data-test=check][data-result=passed]").CountAsync());
        await Assertions.Expect(page.Locator("[data-test=check]:not([data-result=passed])")).ToHaveCountAsync(0);
    }

    private async Task AuditAsync(IPage page, BigInteger project)
    {
        await page.GotoAsync(market.Dashboard.At($"audit/{project}"), new() { WaitUntil = WaitUntilState.NetworkIdle });
        await page.Locator("[data-test=audit-start]").ClickAsync();
        await Assertions.Expect(page.Locator("[data-test=verdict]")).ToHaveAttributeAsync("data-result", "passed", new() { Timeout = 120_000 });

        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.Locator("[data-test=audit-json]").ClickAsync());
        using System.Text.Json.JsonDocument report = System.Text.Json.JsonDocument.Parse(await File.ReadAllBytesAsync(await download.PathAsync()));
        Assert.True(report.RootElement.GetProperty("passed").GetBoolean());
        Assert.Equal($"{project}", report.RootElement.GetProperty("project").GetString());
    }

    /// <summary>
    /// A trainer takes all that it has earned, with the development wallet; what the page says is what the chain holds, before and after.
    /// </summary>
    private async Task WithdrawAsync(Address trainer)
    {
        IPage page = await chromium.OpenAsync();
        await page.GotoAsync(market.Dashboard.At($"trainer/{trainer}"), new() { WaitUntil = WaitUntilState.NetworkIdle });
        await page.ConnectAsync($"development:{trainer}");
        BigInteger owed = await OwedAsync(trainer);
        Assert.True(owed > 0, $"{trainer} has earned nothing");
        ILocator withdrawable = page.Locator("[data-test=withdrawable]");
        await ExpectAmountAsync(withdrawable, owed);
        BigInteger before = await market.Chain.Client.GetBalanceAsync(trainer);

        await page.Locator("[data-test=withdraw]").ClickAsync();

        // What it was credited before comes first.
        await Assertions.Expect(page.Transaction("confirmed").Filter(new() { HasText = "Withdraw " })).ToBeVisibleAsync();
        await ExpectAmountAsync(withdrawable, 0);
        BigInteger fees = 0;
        foreach (ILocator sent in await page.Transaction("confirmed").AllAsync())
        {
            Receipt receipt = (await market.Chain.Client.GetReceiptAsync(Bytes32.Parse((await sent.GetAttributeAsync("data-hash"))!)))!;
            fees += receipt.GasUsed * receipt.EffectiveGasPrice;
        }
        Assert.Equal(before + owed - fees, await market.Chain.Client.GetBalanceAsync(trainer));
        Assert.Equal(0, await OwedAsync(trainer));
        await page.Context.CloseAsync();
    }

    /// <summary>What a trainer can withdraw, and what it has earned and was not credited yet.</summary>
    private async Task<BigInteger> OwedAsync(Address trainer)
    {
        BigInteger owed = await market.Chain.Contract.BalanceOfAsync(trainer, Address.Zero);
        foreach (BigInteger project in await market.Chain.ReadJoinedAsync(trainer, CancellationToken.None))
        {
            Member member = await market.Chain.Contract.MemberAsync(project, trainer);
            owed += await market.Chain.Contract.EarnedByAsync(project, member.Index) - member.Credited;
        }
        return owed;
    }

    private async Task<IEnumerable<Address>> TrainersAsync(BigInteger project)
    {
        (List<IContractEvent> events, _, _) = await market.Chain.ReadEventsAsync(project, market.Chain.DeployedAt, CancellationToken.None);
        return events.OfType<MarketEvents.TrainerJoined>().Select(joined => joined.Trainer);
    }

    private static Task FillAsync(IPage page, string field, string value) => page.Locator($"[data-test='field-{field}']").FillAsync(value);

    private static Task ExpectAmountAsync(ILocator place, BigInteger amount) =>
        Assertions.Expect(place.Locator(".amount")).ToHaveAttributeAsync("data-amount", $"{amount}");

    [GeneratedRegex("/project/([0-9]+)$")]
    private static partial Regex ProjectUrl();
}
