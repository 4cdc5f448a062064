using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Marketplace.Testing.Programs;

namespace Marketplace.Benchmarks.Fleet;

/// <summary>How long projects were served by nobody, read from what the machines have written.</summary>
internal static partial class Takeovers
{
    /// <summary>For every project that a machine served when something befell it: seconds until it was served again.</summary>
    public static IReadOnlyList<double> Measure(IReadOnlyList<MarketProgram> machines, IReadOnlyList<Strike> strikes)
    {
        (long At, int Project, MarketProgram Machine)[] taken =
        [
            .. machines.SelectMany(machine => machine.Lines.Select(line => (line.At, Match: Taken().Match(line.Text), Machine: machine)))
                .Where(line => line.Match.Success)
                .Select(line => (line.At, int.Parse(line.Match.Groups[1].Value, CultureInfo.InvariantCulture), line.Machine))
                .OrderBy(line => line.At),
        ];
        List<double> times = [];
        foreach (Strike strike in strikes.Where(strike => strike.Machine is not null))
        {
            // A machine that was frozen for a moment goes on, and loses its projects by a later fault.
            long until = strikes.Where(later => later.Machine == strike.Machine && later.At > strike.At).Select(later => later.At)
                .DefaultIfEmpty(long.MaxValue).Min();
            foreach (var lines in taken.GroupBy(line => line.Project))
            {
                if (lines.LastOrDefault(line => line.At <= strike.At).Machine != strike.Machine)
                    continue;
                if (lines.FirstOrDefault(line => line.At > strike.At && line.At < until) is { Machine: not null } next)
                    times.Add(Stopwatch.GetElapsedTime(strike.At, next.At).TotalSeconds);
            }
        }

        return times;
    }

    [GeneratedRegex(@"project (\d+): taken (?:up|over)")]
    private static partial Regex Taken();
}
