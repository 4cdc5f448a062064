using System.CommandLine;
using Microsoft.Extensions.Logging;

namespace Marketplace.Hosting;

/// <summary>What a command is given to work with.</summary>
/// <param name="Settings">From the command line, the environment and the configuration file.</param>
/// <param name="Arguments">What is on the command line only.</param>
/// <param name="Loggers">Loggers by category; they write to standard error.</param>
public sealed record CommandContext(SettingsReader Settings, ParseResult Arguments, ILoggerFactory Loggers)
{
    /// <summary>The program's own log.</summary>
    public ILogger Log { get; } = Loggers.CreateLogger("Marketplace");

    /// <summary>Logs a line of those who say what they do in words.</summary>
    public void Say(string line) => Log.LogInformation("{Line}", line);
}
