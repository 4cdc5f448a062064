using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Telemetry;
using Marketplace.Testing.Files;
using Marketplace.Testing.Programs;

namespace Marketplace.Commands.Tests;

/// <summary>What operators are given for their machines names commands, settings and metrics that there are.</summary>
public sealed partial class DeploymentFilesTests
{
    private static readonly string Folder = Repository.Path("deploy");

    public static TheoryData<string> Units =>
        [.. Directory.GetFiles(Path.Combine(Folder, "systemd"), "*.service").Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Units))]
    public async Task A_unit_starts_a_command_that_takes_what_it_is_given(string unit)
    {
        string text = await File.ReadAllTextAsync(Path.Combine(Folder, "systemd", unit));
        Match start = Start().Match(text);
        Assert.True(start.Success, $"{unit} has no ExecStart of an installed program");
        string program = start.Groups["program"].Value switch
        {
            "Marketplace" => Programs.Owner,
            var name => name["Marketplace.".Length..],
        };
        string help = (await Programs.RunAsync(program, $"{start.Groups["command"].Value} --help")).Succeeded();

        string environment = Path.GetFileNameWithoutExtension(unit)["marketplace-".Length..] + ".env";
        Assert.Contains($"EnvironmentFile=/etc/marketplace/{environment}", text, StringComparison.Ordinal);
        text += await File.ReadAllTextAsync(Path.Combine(Folder, "systemd", environment));
        IEnumerable<string> options = Variable().Matches(text).Select(match => match.Groups[1].Value.ToLowerInvariant().Replace('_', '-'))
            .Concat(Option().Matches(start.Value).Select(match => match.Groups[1].Value));
        Assert.All(options.Distinct(), option => Assert.Matches($@"(?m)^\s*--{option}\b", help));
        Assert.All(
            Placeholder().Matches(start.Value).Select(match => match.Groups[1].Value),
            name => Assert.Contains($"\n{name}=", text, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Units))]
    public async Task A_unit_is_one_in_the_eyes_of_systemd(string unit)
    {
        const string Tool = "/usr/bin/systemd-analyze";
        Assert.SkipUnless(File.Exists(Tool), "systemd-analyze is not installed");
        using TemporaryFolder folder = new();
        // What is installed elsewhere is not there.
        string text = await File.ReadAllTextAsync(Path.Combine(Folder, "systemd", unit));
        string file = folder.Write(unit, Start().Replace(text, "ExecStart=/bin/true"));
        ProgramRun run = await ProgramRun.RunAsync(new ProcessStartInfo(Tool, ["verify", file]), "", CancellationToken.None);
        Assert.True(run.ExitCode == 0 && run.Errors.Length == 0, run.Output + run.Errors);
    }

    [Theory]
    [InlineData("prometheus/alerts.yml", 6)]
    [InlineData("grafana/marketplace.json", 9)]
    public async Task Metrics_that_are_asked_for_are_measured(string file, int count)
    {
        string text = await File.ReadAllTextAsync(Path.Combine(Folder, file));
        string[] asked = [.. Metric().Matches(text).Select(match => match.Value).Distinct()];
        HashSet<string> measured = [.. Measured()];
        Assert.All(asked, name => Assert.Contains(name, measured));
        Assert.Equal(count, asked.Length);
    }

    [Fact]
    public async Task Every_panel_asks_something_and_says_what_it_shows()
    {
        await using FileStream file = File.OpenRead(Path.Combine(Folder, "grafana", "marketplace.json"));
        using JsonDocument dashboard = await JsonDocument.ParseAsync(file);
        JsonElement[] panels = [.. dashboard.RootElement.GetProperty("panels").EnumerateArray()];
        Assert.Equal(panels.Length, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.All(panels, panel =>
        {
            Assert.NotEmpty(panel.GetProperty("description").GetString()!);
            Assert.All(panel.GetProperty("targets").EnumerateArray(), target => Assert.NotEmpty(target.GetProperty("expr").GetString()!));
        });
    }

    /// <summary>The names under which Prometheus sees the market's own instruments, by OpenTelemetry's rules.</summary>
    private static List<string> Measured()
    {
        List<string> names = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name != MarketTelemetry.Name)
                return;
            string name = instrument.Name.Replace('.', '_') + (instrument.Unit == "s" ? "_seconds" : "");
            names.AddRange(instrument switch
            {
                Histogram<double> => [$"{name}_count", $"{name}_sum", $"{name}_bucket"],
                Counter<long> => [$"{name}_total"],
                _ => [name],
            });
        };
        RuntimeHelpers.RunClassConstructor(typeof(MarketTelemetry).TypeHandle);
        listener.Start();
        return names;
    }

    [GeneratedRegex(@"^ExecStart=/opt/marketplace/[a-z]+/(?<program>[A-Za-z.]+) ?(?<command>[a-z ]*?) ?(?=--|\$).*$", RegexOptions.Multiline)]
    private static partial Regex Start();

    [GeneratedRegex(@"\bMARKETPLACE_([A-Z_]+)=")]
    private static partial Regex Variable();

    [GeneratedRegex(@" --([a-z-]+)")]
    private static partial Regex Option();

    [GeneratedRegex(@"\$\{([A-Z]+)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\bmarketplace_[a-z_]+")]
    private static partial Regex Metric();
}
