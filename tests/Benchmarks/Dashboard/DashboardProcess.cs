using System.Diagnostics;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets.Synthetic;
using Marketplace.Testing.Programs;

namespace Marketplace.Benchmarks.Dashboard;

/// <summary>The dashboard as a process of its own that shows a synthetic market, seen from outside.</summary>
internal sealed class DashboardProcess : IAsyncDisposable
{
    private readonly DashboardProgram _dashboard;
    private readonly Process _process;
    private readonly TemporaryFolder _store;

    private DashboardProcess(DashboardProgram dashboard, TemporaryFolder store)
    {
        _dashboard = dashboard;
        _store = store;
        _process = Process.GetProcessById(dashboard.Program.Id);
    }

    public Uri Url => _dashboard.Url;

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

    /// <summary>Starts it with an empty content store: no document is found.</summary>
    public static async Task<DashboardProcess> StartAsync(Uri rpc)
    {
        TemporaryFolder store = new();
        return new DashboardProcess(
            await DashboardProgram.StartAsync("--rpc", rpc.ToString(), "--market", SyntheticChain.Market.ToString(), "--store", store.Path), store);
    }

    /// <summary>A page's address.</summary>
    public string At(string path) => _dashboard.At(path);

    /// <summary>Waits until it is at the chain's head.</summary>
    public Task CatchUpAsync() => _dashboard.CatchUpAsync();

    public async ValueTask DisposeAsync()
    {
        _process.Dispose();
        await _dashboard.DisposeAsync();
        _store.Dispose();
    }
}
