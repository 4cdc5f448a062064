using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Marketplace.Testing.Files;
using Marketplace.Testing.Programs;

namespace Marketplace.Testing.Stores;

/// <summary>
/// A js-ipfs daemon of its own: empty repository in a temporary folder, loopback only, no peers, ports that the system chose. It
/// speaks Kubo's RPC. Killed, and its folder deleted, on disposal.
/// </summary>
public sealed partial class JsIpfsDaemon : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly TemporaryFolder _home;

    private JsIpfsDaemon(Process process, TemporaryFolder home, Uri api, Uri gateway)
    {
        _process = process;
        _home = home;
        Api = api;
        Gateway = gateway;
    }

    /// <summary>Where the RPC listens, for example <c>http://127.0.0.1:40001</c>; <c>/api/v0</c> is below.</summary>
    public Uri Api { get; }

    /// <summary>
    /// Where the gateway listens; <c>/ipfs</c> is below. It knows neither <c>format=raw</c> nor <c>format=car</c>.
    /// </summary>
    public Uri Gateway { get; }

    /// <summary>Installs the packages if need be, starts a daemon and waits until it is ready.</summary>
    /// <exception cref="InvalidOperationException">It could not be installed or did not come up; says what it
    /// printed.</exception>
    public static async Task<JsIpfsDaemon> StartAsync(CancellationToken cancellationToken = default)
    {
        NodeToolchain node = await NodeToolchain.FindAsync();
        string peer = Repository.Path("tests", "Content.Tests", "peers", "js-ipfs");
        await node.InstallAsync(peer, cancellationToken);
        TemporaryFolder home = new();
        Process? process = null;
        try
        {
            string cli = Path.Combine("node_modules", "ipfs", "src", "cli.js");
            await ConfigureAsync(node, peer, cli, home.Path, cancellationToken);
            ProcessStartInfo start = node.Start(peer, cli, "daemon");
            start.Environment["IPFS_PATH"] = home.Path;
            process = Process.Start(start) ?? throw new InvalidOperationException("The js-ipfs daemon did not start.");
            var (api, gateway) = await WaitUntilReadyAsync(process, cancellationToken);
            return new JsIpfsDaemon(process, home, api, gateway);
        }
        catch
        {
            await StopAsync(process, home);
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync(_process, _home);

    private static async Task ConfigureAsync(
        NodeToolchain node, string peer, string cli, string home, CancellationToken cancellationToken)
    {
        // One process for all settings: starting the command line costs seconds.
        const string Script = """
            import { readFileSync, writeFileSync } from "node:fs";
            const path = process.argv[1] + "/config";
            const config = JSON.parse(readFileSync(path, "utf8"));
            const any = "/ip4/127.0.0.1/tcp/0";
            config.Addresses = { ...config.Addresses, Swarm: [], API: any, Gateway: any, RPC: any };
            config.Bootstrap = [];
            config.Routing = { Type: "none" };
            config.Discovery = { MDNS: { Enabled: false }, webRTCStar: { Enabled: false } };
            writeFileSync(path, JSON.stringify(config));
            """;
        ProcessStartInfo init = node.Start(peer, cli, "init", "--profile=test", "--empty-repo");
        init.Environment["IPFS_PATH"] = home;
        (await ProgramRun.RunAsync(init, "", cancellationToken)).Succeeded();
        await node.RunAsync(peer, "", ["--input-type=module", "--eval", Script, home], cancellationToken);
    }

    private static async Task<(Uri Api, Uri Gateway)> WaitUntilReadyAsync(Process process, CancellationToken cancellationToken)
    {
        ConcurrentQueue<string> printed = new();
        TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        DataReceivedEventHandler read = (_, line) =>
        {
            printed.Enqueue(line.Data ?? "");
            if (line.Data?.Contains("Daemon is ready", StringComparison.Ordinal) == true)
                ready.TrySetResult();
        };
        process.OutputDataReceived += read;
        process.ErrorDataReceived += read;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Task ended = process.WaitForExitAsync(cancellationToken);
        Task first = await Task.WhenAny(ready.Task, ended, Task.Delay(StartTimeout, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        string text = string.Join('\n', printed);
        Match api = ApiLine().Match(text), gateway = GatewayLine().Match(text);
        if (first != ready.Task || !api.Success || !gateway.Success)
            throw new InvalidOperationException($"The js-ipfs daemon did not come up within {StartTimeout}; it printed:\n{text}");
        return (new Uri($"http://127.0.0.1:{api.Groups[1].Value}"), new Uri($"http://127.0.0.1:{gateway.Groups[1].Value}"));
    }

    private static async Task StopAsync(Process? process, TemporaryFolder home)
    {
        if (process is not null)
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        home.Dispose();
    }

    [GeneratedRegex(@"HTTP API listening on /ip4/127\.0\.0\.1/tcp/(\d+)")]
    private static partial Regex ApiLine();

    [GeneratedRegex(@"Gateway \(read only\) listening on /ip4/127\.0\.0\.1/tcp/(\d+)")]
    private static partial Regex GatewayLine();
}
