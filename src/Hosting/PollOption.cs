using System.CommandLine;

namespace Marketplace.Hosting;

/// <summary>How often a program looks at the chain.</summary>
public static class PollOption
{
    private const double Default = 2, Least = 0.05, Most = 3600;

    public static Option<double> Create() => new("--poll")
    {
        Description = $"Seconds between looks at the chain, {Least} to {Most}",
        HelpName = "seconds",
        DefaultValueFactory = _ => Default,
    };

    /// <exception cref="UsageException">It is out of range.</exception>
    public static TimeSpan GetPoll(this ParseResult arguments, Option<double> option)
    {
        double seconds = arguments.GetValue(option);
        return seconds is >= Least and <= Most
            ? TimeSpan.FromSeconds(seconds)
            : throw new UsageException($"--poll expects {Least} to {Most} seconds, got {seconds}");
    }
}
