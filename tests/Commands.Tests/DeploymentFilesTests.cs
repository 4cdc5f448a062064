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

    [Fact]
    public async Task Containers_start_commands_that_take_what_they_are_given()
    {
        using JsonDocument compose = JsonDocument.Parse(await ReadYamlAsync("compose", "compose.yaml"));
        JsonElement services = compose.RootElement.GetProperty("services");
        string image = await File.ReadAllTextAsync(Path.Combine(Folder, "compose", "Dockerfile"));
        JsonProperty[] own = [.. services.EnumerateObject().Where(service => TextOf(service.Value, "image") == "marketplace")];
        Assert.Equal(["dashboard", "silo-1", "silo-2", "silo-3"], own.Select(service => service.Name).Order(StringComparer.Ordinal));
        foreach ((string name, JsonElement service) in own.Select(service => (service.Name, service.Value)))
        {
            string[] command = [.. service.GetProperty("command").EnumerateArray().Select(word => word.GetString()!)];
            Match program = Installed().Match(command[0]);
            Assert.True(program.Success, $"{name} starts '{command[0]}', which is no installed program");
            Assert.Contains($"/opt/marketplace/{program.Groups["folder"].Value}", image, StringComparison.Ordinal);
            string words = string.Join(' ', command[1..].TakeWhile(word => !word.StartsWith("--", StringComparison.Ordinal)));
            string help = (await Programs.RunAsync(program.Groups["program"].Value, $"{words} --help")).Succeeded();
            string file = await File.ReadAllTextAsync(Path.Combine(Folder, "compose", TextOf(service, "env_file")!));
            IEnumerable<string> options = Variable().Matches(file).Select(match => match.Groups[1].Value)
                .Concat(service.GetProperty("environment").EnumerateObject().Select(variable => variable.Name["MARKETPLACE_".Length..]))
                .Select(variable => variable.ToLowerInvariant().Replace('_', '-'))
                .Concat(command.Where(word => word.StartsWith("--", StringComparison.Ordinal)).Select(word => word[2..]));
            Assert.All(options.Distinct(), option => Assert.Matches($@"(?m)^\s*--{option}\b", help));
        }
    }

    [Fact]
    public async Task Containers_find_each_other_and_what_is_theirs()
    {
        using JsonDocument compose = JsonDocument.Parse(await ReadYamlAsync("compose", "compose.yaml"));
        JsonElement root = compose.RootElement, services = root.GetProperty("services");
        HashSet<string> addresses = [];
        foreach (JsonElement service in services.EnumerateObject().Select(service => service.Value))
        {
            Assert.All(Names(service, "networks"), network => Assert.True(root.GetProperty("networks").TryGetProperty(network, out _), network));
            Assert.All(Names(service, "depends_on"), other => Assert.True(services.TryGetProperty(other, out _), other));
            Assert.All(Names(service, "secrets"), secret => Assert.True(root.GetProperty("secrets").TryGetProperty(secret, out _), secret));
            Assert.All(
                Names(service, "volumes").Select(volume => volume.Split(':')[0]).Where(volume => !volume.StartsWith('.')),
                volume => Assert.True(root.GetProperty("volumes").TryGetProperty(volume, out _), volume));
            if (!service.TryGetProperty("environment", out JsonElement environment))
                continue;
            if (TextOf(environment, "MARKETPLACE_ADDRESS") is { } address)
            {
                Assert.Equal(address, TextOf(service.GetProperty("networks").GetProperty("fleet"), "ipv4_address"));
                Assert.True(addresses.Add(address), $"{address} is given twice");
            }
            // What is named is there: mounted, or a secret.
            string[] mounted =
            [
                .. Names(service, "volumes").Select(volume => volume.Split(':')[1]),
                .. Names(service, "secrets").Select(secret => $"/run/secrets/{secret}"),
            ];
            Assert.All(
                environment.EnumerateObject().Select(variable => variable.Value.GetString()!).Where(value => value.StartsWith('/')),
                path => Assert.Contains(mounted, place => path == place || path.StartsWith($"{place}/", StringComparison.Ordinal)));
        }
        Assert.Equal(3, addresses.Count);
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

    /// <summary>A YAML file, its anchors resolved, as JSON.</summary>
    private static async Task<string> ReadYamlAsync(params string[] file)
    {
        NodeToolchain node = await NodeToolchain.FindAsync();
        ProcessStartInfo start = node.Start(
            Repository.Root, Path.Combine("node_modules", "js-yaml", "bin", "js-yaml.js"), Path.Combine([Folder, .. file]));
        return (await ProgramRun.RunAsync(start)).Succeeded();
    }

    private static string? TextOf(JsonElement of, string name) => of.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    /// <summary>The items of a list, or the names in a map; none where there is neither.</summary>
    private static IEnumerable<string> Names(JsonElement of, string name) => !of.TryGetProperty(name, out JsonElement value) ? []
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(item => item.GetString()!)
        : value.EnumerateObject().Select(item => item.Name);

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

    [GeneratedRegex(@"^/opt/marketplace/(?<folder>[a-z]+)/Marketplace\.(?<program>[A-Za-z]+)$")]
    private static partial Regex Installed();

    [GeneratedRegex(@"\bMARKETPLACE_([A-Z_]+)=")]
    private static partial Regex Variable();

    [GeneratedRegex(@" --([a-z-]+)")]
    private static partial Regex Option();

    [GeneratedRegex(@"\$\{([A-Z]+)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\bmarketplace_[a-z_]+")]
    private static partial Regex Metric();
}
