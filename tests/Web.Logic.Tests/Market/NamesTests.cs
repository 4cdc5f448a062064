using System.CommandLine;
using System.Numerics;
using Marketplace.Chain;
using Marketplace.Hosting;
using Marketplace.LocalMarket;
using Marketplace.ReadModel;
using Marketplace.Synthetic;
using Marketplace.Web.Hosting;
using Marketplace.Web.Market;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Web.Logic.Tests.Market;

/// <summary>Small things that pages ask of the market, and what the dashboard is told and tells about itself.</summary>
public sealed class NamesTests(SyntheticEnd end) : IClassFixture<SyntheticEnd>
{
    [Fact]
    public void Accounts_without_a_name_have_none()
    {
        var ada = new NamedParty("ada", "trainer", SyntheticMarket.AccountOf("ada"), "");
        var names = new PartyNames([ada]);
        Assert.Equal(ada, names.Find(ada.Address));
        Assert.Null(names.Find(SyntheticMarket.AccountOf("ben")));
        Assert.Null(names.Find(Address.Zero));
    }

    [Fact]
    public void Only_well_known_chains_have_an_explorer()
    {
        var hash = Bytes32.Keccak("transaction");
        Assert.Equal($"https://etherscan.io/tx/{hash}", Explorer.Transaction(1, hash));
        Assert.Equal($"https://sepolia.etherscan.io/tx/{hash}", Explorer.Transaction(11155111, hash));
        Assert.All([0UL, 31337UL, ulong.MaxValue], chain => Assert.Null(Explorer.Transaction(chain, hash)));
    }

    [Fact]
    public async Task A_token_that_does_not_answer_sensibly_is_shown_in_its_smallest_units_and_asked_again_no_more()
    {
        var units = new TokenUnits(end.Chain);
        Address token = SyntheticMarket.AccountOf("token");
        Assert.Equal(TokenUnit.Ether, units.Find(Address.Zero));
        Assert.Null(units.Find(token));
        // The node answers every call with an address, which is no number of decimals.
        TokenUnit unit = await units.ReadAsync(token, TestContext.Current.CancellationToken);
        Assert.Equal($"5 smallest units of {token}", unit.Format(new BigInteger(5)));
        Assert.Equal(unit, units.Find(token));
    }

    [Theory]
    [InlineData("0.1", 0.1)]
    [InlineData("3600", 3600)]
    [InlineData("2.5", 2.5)]
    public void The_pace_of_looking_at_the_chain_can_be_set(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), WebSettings.ReadPoll(Settings("--poll", text)));

    [Theory]
    [InlineData("0")]
    [InlineData("0.09")]
    [InlineData("3600.1")]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1,5")]
    [InlineData("1e3")]
    [InlineData("soon")]
    public void A_pace_that_is_none_is_refused(string text) =>
        Assert.Contains(
            $"'{text}'", Assert.Throws<UsageException>(() => WebSettings.ReadPoll(Settings("--poll", text))).Message, StringComparison.Ordinal);

    [Fact]
    public void Without_a_pace_there_is_none() => Assert.Null(WebSettings.ReadPoll(Settings()));

    [Theory]
    [InlineData(FollowState.Live, HealthStatus.Healthy, "block 5")]
    [InlineData(FollowState.CatchingUp, HealthStatus.Degraded, "block 5 of 9")]
    [InlineData(FollowState.Disconnected, HealthStatus.Unhealthy, "the node is away")]
    public void Health_is_how_well_the_chain_is_followed(FollowState state, HealthStatus status, string words)
    {
        HealthCheckResult health = MarketHealth.Describe(new FollowStatus(state, 5, null, 9, "the node is away", default));
        Assert.Equal((status, words), (health.Status, health.Description));
    }

    [Fact]
    public async Task A_dashboard_that_has_no_market_yet_is_not_healthy()
    {
        using var host = new MarketHost(Settings(), NullLoggerFactory.Instance);
        HealthCheckResult health = await new MarketHealth(host).CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);
        Assert.Equal((HealthStatus.Unhealthy, "connecting to the chain"), (health.Status, health.Description));
    }

    private static SettingsReader Settings(params string[] arguments) => new(new RootCommand().WithSettings(WebSettings.All).Parse(arguments));
}
