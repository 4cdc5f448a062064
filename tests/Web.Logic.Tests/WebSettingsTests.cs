using System.CommandLine;
using Marketplace.Hosting;

namespace Marketplace.Web.Logic.Tests;

/// <summary>What the dashboard is told.</summary>
public sealed class WebSettingsTests
{
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
    public void A_pace_that_is_none_is_refused(string text)
    {
        UsageException e = Assert.Throws<UsageException>(() => WebSettings.ReadPoll(Settings("--poll", text)));
        Assert.Contains($"'{text}'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_pace_there_is_none() => Assert.Null(WebSettings.ReadPoll(Settings()));

    [Theory]
    [InlineData("on", true)]
    [InlineData("off", false)]
    public void Simulations_are_on_or_off(string text, bool expected)
    {
        Assert.Equal(expected, WebSettings.ReadSimulations(Settings("--simulations", text)));
        Assert.Null(WebSettings.ReadSimulations(Settings()));
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("ON")]
    public void Anything_else_is_refused(string text) =>
        Assert.Contains(
            "on or off",
            Assert.Throws<UsageException>(() => WebSettings.ReadSimulations(Settings("--simulations", text))).Message,
            StringComparison.Ordinal);

    private static SettingsReader Settings(params string[] arguments) => new(new RootCommand().WithSettings(WebSettings.All).Parse(arguments));
}
