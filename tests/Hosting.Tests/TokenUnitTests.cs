using System.Numerics;
using Marketplace.Chain;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Testing.Markets;

namespace Marketplace.Hosting.Tests;

public class TokenUnitTests
{
    [Theory]
    [InlineData("0", "0.0 ETH")]
    [InlineData("1", "0.000000000000000001 ETH")]
    [InlineData("1314513501610798899", "1.314513501610798899 ETH")]
    [InlineData("100000000000000000", "0.1 ETH")]
    public void Ether_is_shown_exactly(string wei, string text) => Assert.Equal(text, TokenUnit.Ether.Format(BigInteger.Parse(wei)));

    [Fact]
    public void Units_without_decimals_have_no_point() => Assert.Equal("7 TICKETS", new TokenUnit("TICKETS", 0).Format(7));

    [Fact]
    public async Task What_is_no_token_is_shown_in_its_smallest_units()
    {
        await using TestMarket market = await TestMarket.DeployAsync(Srs.CreateDevelopment(1 + Srs.ReservedCoordinates));
        // The market itself has neither decimals nor a symbol.
        TokenUnit unit = await TokenUnit.ReadAsync(market.Chain, market.Chain.Address, CancellationToken.None);
        Assert.Equal($"5 smallest units of {market.Chain.Address}", unit.Format(5));
        Assert.Equal(TokenUnit.Ether, await TokenUnit.ReadAsync(market.Chain, Address.Zero, CancellationToken.None));
    }
}
