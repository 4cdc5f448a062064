using Marketplace.Support;

namespace Marketplace.Web.Tests.Support;

/// <summary>The dashboard as a user starts it: a process of its own.</summary>
public sealed class Dashboard : IAsyncDisposable
{
    private const string Announcement = "The dashboard is at ";

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    private readonly MarketProgram _program;
    private readonly string _folder;

    private Dashboard(MarketProgram program, string folder, Uri url)
    {
        _program = program;
        _folder = folder;
        Url = url;
    }

    public Uri Url { get; }

    /// <summary>All that it has written.</summary>
    public string Written => _program.Written;

    /// <summary>Starts it on a free port, with a data folder of its own, and waits until it shows the market.</summary>
    /// <param name="arguments">Which market; none for one of this machine's own.</param>
    public static async Task<Dashboard> StartAsync(params IEnumerable<string> arguments)
    {
        string folder = Directory.CreateTempSubdirectory("marketplace-web-tests-").FullName;
        MarketProgram program = MarketProgram.Start("Web", ["--urls", "http://127.0.0.1:0", "--data-folder", folder, "--poll", "0.2", .. arguments]);
        string line = await program.WaitForLineAsync(text => text.StartsWith(Announcement, StringComparison.Ordinal)).WaitAsync(StartLimit);
        var dashboard = new Dashboard(program, folder, new Uri(line[Announcement.Length..]));
        await dashboard.WaitUntilReadyAsync();
        return dashboard;
    }

    /// <summary>A page's address.</summary>
    public string At(string path) => new Uri(Url, path).ToString();

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task WaitUntilReadyAsync()
    {
        using var http = new HttpClient();
        using var limit = new CancellationTokenSource(StartLimit);
        while (true)
        {
            using HttpResponseMessage answer = await http.GetAsync(At("health/ready"), limit.Token);
            if (answer.IsSuccessStatusCode)
                return;
            Assert.True(_program.ExitCode is null, _program.Log);
            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException(
                    $"the dashboard is not ready within {StartLimit}: "
                        + $"{await answer.Content.ReadAsStringAsync(CancellationToken.None)}\n{_program.Log}");
            }
        }
    }
}
