using System.Numerics;
using Marketplace.Chain;
using Marketplace.Hosting;
using Marketplace.LocalMarket;
using Marketplace.Testing.Markets.Synthetic;
using Marketplace.Web.Logic.Tests.Support;
using Marketplace.Web.Market;

namespace Marketplace.Web.Logic.Tests.Market;

/// <summary>Small things that pages ask of the market.</summary>
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
}
