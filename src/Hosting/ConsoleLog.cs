using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Marketplace.Hosting;

/// <summary>The log of all programs: on standard error, one line an entry. Standard output is for answers alone.</summary>
public static class ConsoleLog
{
    /// <summary>Logs in the form that <see cref="SharedSettings.LogFormat"/> says. Levels can be set as <c>Logging:LogLevel:CATEGORY</c>.</summary>
    /// <exception cref="UsageException">There is no such form.</exception>
    public static ILoggingBuilder AddConsoleLog(this ILoggingBuilder logging, SettingsReader settings)
    {
        string format = settings.Require(SharedSettings.LogFormat);
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Information);
        // What the platform says of itself is for those who ask for it.
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);
        logging.AddFilter("Polly", LogLevel.Warning);
        logging.AddConfiguration(settings.Configuration.GetSection("Logging"));
        switch (format)
        {
            case "text":
                logging.AddConsole(console => console.FormatterName = LineFormatter.FormatName)
                    .AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
                break;
            case "json":
                logging.AddJsonConsole(json => (json.UseUtcTimestamp, json.TimestampFormat) = (true, "yyyy-MM-ddTHH:mm:ss.fffZ"));
                break;
            default:
                throw new UsageException($"--log-format must be text or json, got '{format}'");
        }
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        return logging;
    }
}
