using System.Text.Json;
using Marketplace.Testing.Files;

namespace Marketplace.Testing.Programs;

/// <summary>The dashboard as a user starts it: a process of its own, on a free port, with a data folder of its own.</summary>
public sealed class DashboardProgram : IAsyncDisposable
{
    private const string Announcement = "The dashboard is at ";

    /// <summary>Without a market of its user's it makes one, which takes most of a minute.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly TemporaryFolder _folder;

    private DashboardProgram(MarketProgram program, TemporaryFolder folder, Uri url) => (Program, _folder, Url) = (program, folder, url);

    public MarketProgram Program { get; }

    public Uri Url { get; }

    /// <summary>Starts it, and waits until it listens.</summary>
    /// <param name="arguments">Which market; none for one of this machine's own.</param>
    public static async Task<DashboardProgram> StartAsync(params IEnumerable<string> arguments)
    {
        TemporaryFolder folder = new();
        MarketProgram program = MarketProgram.Start("Web", ["--urls", "http://127.0.0.1:0", "--data-folder", folder.Path, .. arguments]);
        try
        {
            string line = await program.WaitForLineAsync(text => text.StartsWith(Announcement, StringComparison.Ordinal)).WaitAsync(Limit);
            return new DashboardProgram(program, folder, new Uri(line[Announcement.Length..]));
        }
        catch
        {
            await program.DisposeAsync();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>A page's address.</summary>
    public string At(string path) => new Uri(Url, path).ToString();

    /// <summary>Waits until it shows the market as it is at the chain's head.</summary>
    public async Task CatchUpAsync()
    {
        using HttpClient http = new();
        await Polling.WaitUntilAsync(
            async () =>
            {
                if (Program.ExitCode is not null)
                    throw new InvalidOperationException($"the dashboard has ended:\n{Program.Log}");
                using HttpResponseMessage answer = await http.GetAsync(At("health/ready"));
                using JsonDocument health = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
                return health.RootElement.GetProperty("status").ValueEquals("Healthy");
            },
            Limit,
            () => $"the dashboard does not catch up:\n{Program.Log}");
    }

    public async ValueTask DisposeAsync()
    {
        await Program.DisposeAsync();
        _folder.Dispose();
    }
}
