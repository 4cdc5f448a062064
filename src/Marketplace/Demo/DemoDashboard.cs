using System.Diagnostics;
using Marketplace.LocalMarket;

namespace Marketplace.Demo;

/// <summary>The web dashboard as a process of its own beside the demo. It is built when it is first asked for, not with every demo.</summary>
internal sealed class DemoDashboard : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly ChildProcess _process;

    private DemoDashboard(RunningMarket market, string folder, int port, Action<string> announce)
    {
        Url = new Uri($"http://127.0.0.1:{port}");
        _process = market.Processes.Start(
            "web",
            "dotnet",
            [
                "run", "--project", Path.Combine(market.Repository, "web"), "-c", market.Programs.Configuration, "--",
                "--rpc", market.Rpc.ToString(),
                "--deployment", market.DeploymentFile,
                "--store", market.StoreLocation,
                "--parties", market.PartiesFile,
                "--data-folder", Path.Combine(folder, "web"),
                "--urls", Url.GetLeftPart(UriPartial.Authority),
                "--end-with-input",
            ],
            // The build's helpers would outlive it otherwise.
            new Dictionary<string, string> { ["MSBUILDDISABLENODEREUSE"] = "1", ["UseSharedCompilation"] = "false" });
        Ready = WaitUntilReadyAsync(announce, _stop.Token);
    }

    /// <summary>Where a browser finds it.</summary>
    public Uri Url { get; }

    /// <summary>Ends once the dashboard answers, or fails with why it does not.</summary>
    public Task Ready { get; }

    /// <summary>Starts building and serving the dashboard of a market.</summary>
    /// <param name="folder">Where it keeps its data.</param>
    /// <param name="port">TCP port; 0 for any that is free.</param>
    /// <param name="announce">Told where it is, once it answers.</param>
    public static DemoDashboard Start(RunningMarket market, string folder, int port, Action<string> announce) =>
        new(market, folder, port == 0 ? LoopbackPort.FindFree() : port, announce);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Ready.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task WaitUntilReadyAsync(Action<string> announce, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(10) };
        long started = Stopwatch.GetTimestamp();
        while (!await IsReadyAsync(client, cancellationToken))
        {
            _process.ThrowIfFailed();
            if (_process.HasExited || Stopwatch.GetElapsedTime(started) > StartLimit)
                throw new LocalMarketException($"the dashboard did not answer at {Url}; its log is web.log, which ends: {_process.LastLine}");
            await Task.Delay(Poll, cancellationToken);
        }
        announce($"the dashboard is at {Url}");
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage answer = await client.GetAsync("health/ready", cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
