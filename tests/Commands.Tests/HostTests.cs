using System.Collections.Concurrent;
using System.Text.Json;
using Marketplace.Testing.Files;
using Marketplace.Testing.Networks;
using Marketplace.Testing.Programs;

namespace Marketplace.Commands.Tests;

/// <summary>What all programs do besides their work: log, end in order when they are told to, show metrics where that is asked for.</summary>
public sealed class HostTests : IDisposable
{
    private const string Deployment = """{"chainId":31337,"market":"0x70997970C51812dc3A010C7d01b50e0d17dc79C8","block":1}""";

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_ends_a_program_in_order(string signal)
    {
        await using StuckProgram stuck = await StartAsync();
        stuck.Program.Signal(signal);
        Assert.Equal(130, await stuck.Program.WaitAsync());
        Assert.Matches(@"(?m)^\d\d:\d\d:\d\d info  stopped$", stuck.Program.Written);
        Assert.DoesNotContain("error:", stuck.Program.Written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_for_machines_is_JSON_line_by_line()
    {
        await using StuckProgram stuck = await StartAsync("--log-format", "json");
        stuck.Program.Signal("TERM");
        await stuck.Program.WaitAsync();
        using var entry = JsonDocument.Parse(stuck.Program.Written.Split('\n').Last());
        Assert.Equal("stopped", entry.RootElement.GetProperty("Message").GetString());
        Assert.Equal("Information", entry.RootElement.GetProperty("LogLevel").GetString());
        Assert.True(entry.RootElement.TryGetProperty("Timestamp", out _));
    }

    [Fact]
    public async Task Metrics_are_served_on_the_port_that_is_asked_for()
    {
        int port = LoopbackPort.FindFree();
        await using StuckProgram stuck = await StartAsync("--metrics-port", $"{port}");
        Assert.Equal([port], Listening(stuck.Program.Id));
        using HttpClient http = new();
        string metrics = await http.GetStringAsync($"http://127.0.0.1:{port}/metrics");
        Assert.Contains("marketplace_rpc_duration_seconds_count{", metrics, StringComparison.Ordinal);
        Assert.Contains("method=\"eth_chainId\"", metrics, StringComparison.Ordinal);
        Assert.Contains("http_client_request_duration_seconds", metrics, StringComparison.Ordinal);
        Assert.Contains("dotnet_gc_collections_total", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_collector_that_the_environment_names_gets_metrics_and_spans_but_no_server_and_no_key()
    {
        ConcurrentQueue<string> received = [];
        await using HostileServer collector = new((request, _) =>
        {
            received.Enqueue(request);
            return HostileServer.Http("", type: "application/x-protobuf");
        });
        Dictionary<string, string> environment = new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url.GetLeftPart(UriPartial.Authority),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        };
        await using StuckProgram stuck = await StartAsync([], environment);
        stuck.Program.Signal("TERM");
        Assert.Equal(130, await stuck.Program.WaitAsync());

        Assert.Contains(received, body => body.Contains("marketplace.rpc.duration", StringComparison.Ordinal));
        // A span's name; metrics have none.
        Assert.Contains(received, body => body.Contains("POST", StringComparison.Ordinal) && !body.Contains("{request}", StringComparison.Ordinal));
        string[] secrets = [stuck.Node.Url.AbsolutePath, stuck.Node.Url.Authority, LocalMarket.StrangerKey];
        Assert.All(received, body => Assert.All(secrets, secret => Assert.DoesNotContain(secret, body, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task Unless_it_is_asked_for_nothing_listens()
    {
        await using StuckProgram stuck = await StartAsync();
        Assert.Empty(Listening(stuck.Program.Id));
    }

    [Theory]
    [InlineData("--metrics-port 0", "--metrics-port", "1 to 65535")]
    [InlineData("--metrics-port web", "--metrics-port", "got 'web'")]
    [InlineData("--log-format xml", "--log-format must be text or json")]
    public async Task A_wrong_option_says_what_is_wrong(string options, params string[] words) =>
        (await Programs.RunAsync(Programs.Trainer, $"run --project 1 --data x {options}")).IsWrongUsage(words);

    public void Dispose() => _folder.Dispose();

    private Task<StuckProgram> StartAsync(params string[] options) => StartAsync(options, []);

    /// <summary>A trainer whose node has said which chain it serves, and then says nothing any more.</summary>
    private async Task<StuckProgram> StartAsync(string[] options, Dictionary<string, string> environment)
    {
        TaskCompletionSource isStuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
        HostileServer node = new((request, _) =>
        {
            if (request.Contains("eth_chainId", StringComparison.Ordinal))
                return HostileServer.Result(request, "\"0x7a69\"");
            isStuck.TrySetResult();
            return null;
        });
        MarketProgram program = MarketProgram.Start(
            "Trainer",
            ["run", "--project", "1", "--data", "x", .. options],
            new Dictionary<string, string>(environment)
            {
                ["MARKETPLACE_RPC"] = node.Url.ToString(),
                ["MARKETPLACE_DEPLOYMENT"] = _folder.Write("deployment.json", Deployment),
                ["MARKETPLACE_STORE"] = _folder.Path,
                ["MARKETPLACE_STATE"] = _folder.Path,
                ["MARKETPLACE_KEY"] = LocalMarket.StrangerKey,
            });
        await isStuck.Task.WaitAsync(TimeSpan.FromMinutes(1));
        return new StuckProgram(program, node);
    }

    /// <summary>The TCP ports on which a process listens.</summary>
    private static int[] Listening(int process)
    {
        HashSet<string> sockets = [.. Directory.GetFiles($"/proc/{process}/fd").Select(TargetOf).OfType<string>()];
        return
        [
            .. new[] { "tcp", "tcp6" }
                .SelectMany(table => File.ReadLines($"/proc/{process}/net/{table}").Skip(1))
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(fields => fields[3] == "0A" && sockets.Contains($"socket:[{fields[9]}]"))
                .Select(fields => Convert.ToInt32(fields[1].Split(':')[1], 16)),
        ];

        // Files that were open when they were listed may be closed by now; the listening socket is not.
        static string? TargetOf(string file)
        {
            try
            {
                return File.ResolveLinkTarget(file, returnFinalTarget: false)?.Name;
            }
            catch (IOException)
            {
                return null;
            }
        }
    }

    private sealed record StuckProgram(MarketProgram Program, HostileServer Node) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Program.DisposeAsync();
            await Node.DisposeAsync();
        }
    }
}
