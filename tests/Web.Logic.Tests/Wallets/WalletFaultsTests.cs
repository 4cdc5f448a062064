using Marketplace.Web.Wallets;

namespace Marketplace.Web.Logic.Tests.Wallets;

/// <summary>What wallets say went wrong, in plain words.</summary>
public sealed class WalletFaultsTests
{
    [Theory]
    [InlineData(4001, "declined", true)]
    [InlineData(4100, "connect it again", false)]
    [InlineData(4200, "cannot do this", false)]
    [InlineData(4900, "not connected", false)]
    [InlineData(4901, "another network", false)]
    [InlineData(4902, "does not know this network", false)]
    [InlineData(-32002, "still asking", false)]
    [InlineData(-32603, "The wallet says: no way", false)]
    [InlineData(0, "The wallet says: no way", false)]
    public void A_code_has_its_sentence(int code, string words, bool isRejected)
    {
        WalletException fault = WalletFaults.Explain(code, "no way");
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.Equal(isRejected, fault.IsRejected);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("\r\n\t\u001b")]
    public void A_wallet_without_words_is_told_by_its_code(string? message) =>
        Assert.Equal("The wallet failed without a reason (code -32000).", WalletFaults.Explain(-32000, message).Message);

    [Fact]
    public void Hostile_words_are_one_short_line()
    {
        Assert.Equal("The wallet says: a [2Jb", WalletFaults.Explain(-1, "a\u001b[2Jb").Message);
        Assert.Equal($"The wallet says: {new string('x', 199)}…", WalletFaults.Explain(-1, new string('x', 1_000_000)).Message);
    }
}
