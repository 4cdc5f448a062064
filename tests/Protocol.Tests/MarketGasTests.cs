using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Testing.Files;

namespace Marketplace.Protocol.Tests;

/// <summary>What the product says that a transaction costs is what was measured.</summary>
public partial class MarketGasTests
{
    [Theory]
    [InlineData("create (native)", MarketGas.Create)]
    [InlineData("create (ERC-20)", MarketGas.CreateErc20)]
    [InlineData("postBond (native)", MarketGas.PostBond)]
    [InlineData("postBond (ERC-20)", MarketGas.PostBondErc20)]
    [InlineData("join (native)", MarketGas.Join)]
    [InlineData("join (ERC-20)", MarketGas.JoinErc20)]
    [InlineData("start", MarketGas.Start)]
    [InlineData("openRound", MarketGas.OpenRound)]
    [InlineData("submit (steady)", MarketGas.Submit)]
    [InlineData("returnStake", MarketGas.ReturnStake)]
    [InlineData("returnBond", MarketGas.ReturnBond)]
    [InlineData("withdraw (native)", MarketGas.Withdraw)]
    [InlineData("withdraw (ERC-20)", MarketGas.WithdrawErc20)]
    [InlineData("settle without verification, n = 4", MarketGas.SettleFour)]
    [InlineData("settle without verification, n = 16", MarketGas.SettleSixteen)]
    [InlineData("settle without verification, n = 32", MarketGas.SettleThirtyTwo)]
    public void A_transaction_costs_what_the_snapshot_says(string name, ulong gas)
    {
        using var snapshot = JsonDocument.Parse(File.ReadAllBytes(Repository.Path("tests", "contracts", "gas-snapshot.json")));
        Assert.Equal(gas, snapshot.RootElement.GetProperty(name).GetUInt64());
    }

    [Theory]
    [InlineData(16, MarketGas.VerifySixteen)]
    [InlineData(32, MarketGas.VerifyThirtyTwo)]
    public void Verification_costs_at_most_its_tested_bound(int updates, ulong gas)
    {
        string test = File.ReadAllText(Repository.Path("tests", "contracts", "GramVerifier", "Gas.test.js"));
        Match bound = Assert.Single(Bound().Matches(test), match => match.Groups["updates"].Value == $"{updates}");
        Assert.Equal($"{gas}", bound.Groups["gas"].Value.Replace("_", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Settling_more_updates_never_costs_less()
    {
        ulong[] costs = [.. Enumerable.Range(0, MarketLimits.Seats + 1).Select(MarketGas.Settle)];
        Assert.Equal(costs.Order(), costs);
        Assert.Throws<ArgumentOutOfRangeException>(() => MarketGas.Settle(MarketLimits.Seats + 1));
    }

    [GeneratedRegex(@"\[(?<updates>\d+), (?<gas>[\d_]+)n\]")]
    private static partial Regex Bound();
}
