using Marketplace.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Marketplace.Hosting;

/// <summary>
/// Writes an entry as one line for people: <c>12:03:44 info  round 2 of 5: settled</c>, the time in UTC. The platform's own formats
/// repeat the category, and pass on what others have written to the terminal as it is.
/// </summary>
internal sealed class LineFormatter() : ConsoleFormatter(FormatName)
{
    public const string FormatName = "line";

    /// <summary>Most UTF-16 units of a message.</summary>
    public const int MaxLength = 2000;

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        string message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        string fault = logEntry.Exception is { } e ? $" ({e.GetType().Name}: {e.Message})" : "";
        textWriter.WriteLine($"{DateTimeOffset.UtcNow:HH:mm:ss} {Word(logEntry.LogLevel)} {Printable.Line(message + fault, MaxLength)}");
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Information => "info ",
        LogLevel.Warning => "warn ",
        LogLevel.Error => "error",
        LogLevel.Critical => "fatal",
        _ => "debug",
    };
}
