using System.Numerics;
using Bunit;
using Marketplace.Chain;
using Marketplace.Hosting;
using Marketplace.Web.Logic.Tests.Support;
using Marketplace.Web.Shared;

namespace Marketplace.Web.Logic.Tests.Shared;

/// <summary>How amounts are rounded for reading, and that nothing of them is lost.</summary>
public sealed class ReadableAmountTests(SyntheticEnd end) : ComponentTest(end)
{
    [Theory]
    [InlineData("0", "0.0 ETH")]
    [InlineData("1.5", "1.5 ETH")]
    [InlineData("12345.678987654321", "12345.679 ETH")]
    [InlineData("0.666666666666666666", "0.6667 ETH")]
    [InlineData("0.000123456789", "0.0001235 ETH")]
    [InlineData("0.000000123456", "0.000000123 ETH")]
    [InlineData("0.0000000001", "<0.000000001 ETH")]
    [InlineData("1.999999999999999998", "2.0 ETH")]
    [InlineData("0.99996", "1.0 ETH")]
    [InlineData("-1.99991", "-1.9999 ETH")]
    [InlineData("-1.23455", "-1.2346 ETH")]
    [InlineData("-0.0000000001", ">-0.000000001 ETH")]
    public void An_amount_has_as_many_digits_as_people_read(string exact, string shown) =>
        Assert.Equal(shown, ReadableAmount.Format(TokenUnit.Ether, Units.ParseEther(exact)));

    [Theory]
    [InlineData(0, "123456789", "123456789 T")]
    [InlineData(2, "123456789", "1234567.89 T")]
    [InlineData(6, "1234567", "1.2346 T")]
    [InlineData(6, "123456", "0.1235 T")]
    [InlineData(6, "1", "0.000001 T")]
    public void Tokens_of_few_decimals_are_shown_as_far_as_they_go(int decimals, string amount, string shown) =>
        Assert.Equal(shown, ReadableAmount.Format(new TokenUnit("T", decimals), BigInteger.Parse(amount, null)));

    [Fact]
    public void The_exact_amount_is_there_on_hover_and_for_copying()
    {
        var amount = Show<Amount>(parameters => parameters
            .Add(amount => amount.Value, BigInteger.Parse("1234567890123456789", null)).Add(amount => amount.Token, Address.Zero)).Find(".amount");
        Assert.Equal("1.2346 ETH", amount.TextContent);
        Assert.Equal("1.234567890123456789 ETH", amount.GetAttribute("data-exact"));
        Assert.Equal("1.234567890123456789 ETH, 1234567890123456789 smallest units", amount.GetAttribute("title"));
    }
}
