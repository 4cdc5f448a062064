using FsCheck;
using FsCheck.Fluent;
using Marketplace.Protocol.Projects;

namespace Marketplace.Protocol.Tests.Projects;

public class DurationTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("90s", 90)]
    [InlineData("10m", 600)]
    [InlineData("2h", 7200)]
    [InlineData("3d", 259_200)]
    [InlineData("3650d", 315_360_000)]
    [InlineData("007m", 420)]
    public void A_number_and_a_unit_is_a_duration(string text, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Duration.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("10")]
    [InlineData("1.5h")]
    [InlineData("-1h")]
    [InlineData("+1h")]
    [InlineData("1 h")]
    [InlineData("1H")]
    [InlineData("1w")]
    [InlineData("3651d")]
    [InlineData("315360001s")]
    [InlineData("4294967295d")]
    [InlineData("99999999999999999999s")]
    [InlineData("١h")]
    public void Anything_else_is_refused(string text)
    {
        string message = Assert.Throws<FormatException>(() => Duration.Parse(text)).Message;
        Assert.Contains("90s, 10m, 2h or 3d", message, StringComparison.Ordinal);
        Assert.Contains($"'{text}'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_formatted_is_read_back() => Prop.ForAll(Gen.Choose(0, 315_360_000).ToArbitrary(), seconds =>
    {
        TimeSpan duration = TimeSpan.FromSeconds(seconds);
        return Duration.Parse(Duration.Format(duration)) == duration;
    }).QuickCheckThrowOnFailure();
}
