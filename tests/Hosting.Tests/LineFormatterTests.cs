using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Hosting.Tests;

public sealed class LineFormatterTests
{
    [Theory]
    [InlineData(LogLevel.Information, "info ")]
    [InlineData(LogLevel.Warning, "warn ")]
    [InlineData(LogLevel.Error, "error")]
    public void An_entry_is_a_line_with_time_and_level(LogLevel level, string word) =>
        Assert.Matches($@"^\d\d:\d\d:\d\d {word} round 2: settled\n$", Write(level, "round 2: settled"));

    [Fact]
    public void What_others_have_written_neither_adds_lines_nor_steers_the_terminal()
    {
        string line = Write(LogLevel.Information, "all \u001b[2J\r\n12:00:00 error gone", new IOException("first\nsecond"));
        Assert.Equal(1, line.Count(character => character == '\n'));
        Assert.DoesNotContain('\u001b', line);
        Assert.EndsWith("(IOException: first second)\n", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_has_an_end() => Assert.InRange(Write(LogLevel.Information, new string('x', 100_000)).Length, 2000, 2100);

    private static string Write(LogLevel level, string message, Exception? exception = null)
    {
        using StringWriter writer = new() { NewLine = "\n" };
        new LineFormatter().Write(new LogEntry<string>(level, "Market", 0, message, exception, (state, _) => state), null, writer);
        return writer.ToString();
    }
}
