using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Support;
using Marketplace.Synthetic;

namespace Marketplace.Benchmarks.Dashboard;

/// <summary>The dashboard as a process of its own that shows a synthetic market, seen from outside.</summary>
internal sealed class DashboardProcess : IAsyncDisposable
{
    private const string Announcement = "The dashboard is at ";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly MarketProgram _program;
    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private DashboardProcess(MarketProgram program, Uri url, DirectoryInfo folder)
    {
        _program = program;
        _folder = folder;
        _process = Process.GetProcessById(program.Id);
        Url = url;
    }

    public Uri Url { get; }

    /// <summary>User and kernel time of all its threads so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Bytes of memory that are resident.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts it on a free port with an empty data folder, and an empty content store: no document is found.</summary>
    public static async Task<DashboardProcess> StartAsync(Uri rpc)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("marketplace-dashboard-");
        MarketProgram program = MarketProgram.Start(
            "Web",
            [
                "--rpc", rpc.ToString(), "--market", SyntheticChain.Market.ToString(), "--urls", "http://127.0.0.1:0",
                "--store", folder.CreateSubdirectory("blocks").FullName, "--data-folder", folder.CreateSubdirectory("data").FullName,
            ]);
        string line = await program.WaitForLineAsync(text => text.StartsWith(Announcement, StringComparison.Ordinal)).WaitAsync(Limit);
        return new DashboardProcess(program, new Uri(line[Announcement.Length..]), folder);
    }

    /// <summary>A page's address.</summary>
    public string At(string path) => new Uri(Url, path).ToString();

    /// <summary>Waits until it is at the chain's head.</summary>
    public async Task CatchUpAsync()
    {
        using var http = new HttpClient();
        using var limit = new CancellationTokenSource(Limit);
        string? status = null;
        while (status != "Healthy")
        {
            if (_program.ExitCode is not null || limit.IsCancellationRequested)
                throw new InvalidOperationException($"the dashboard does not catch up:\n{_program.Log}");
            await Task.Delay(50, CancellationToken.None);
            using HttpResponseMessage answer = await http.GetAsync(At("health/ready"), CancellationToken.None);
            status = (await answer.Content.ReadFromJsonAsync<JsonElement>(CancellationToken.None)).GetProperty("status").GetString();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Dispose();
        await _program.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
