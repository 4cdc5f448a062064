using Marketplace.Chain.Rpc;
using Marketplace.Protocol.Markets;
using Marketplace.Testing;
using Marketplace.Testing.Databases;
using Marketplace.Testing.Files;
using Marketplace.Testing.Programs;

namespace Marketplace.EndToEnd.Tests;

/// <summary>A fleet with all around it by one command, as a developer starts it.</summary>
public sealed class FleetHostTests : IDisposable
{
    private const int WrongUsage = 2, Machines = 2, Projects = 2;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Machines_serve_projects_to_their_ends_and_nothing_is_left_running()
    {
        string data = _folder["fleet"];
        await using MarketProgram host = Start("--folder", data, "--machines", $"{Machines}", "--projects", $"{Projects}", "--rounds", "2");

        string runs = await host.WaitForLineAsync(line => line.Contains("the market runs", StringComparison.Ordinal)).WaitAsync(Limit);
        string[] market = runs.Split(' ');
        for (int machine = 1; machine <= Machines; machine++)
            await WaitForLogAsync(host, Path.Combine(data, $"machine-{machine}.log"), $"the fleet has {Machines} machines");
        await AssertAnswersAsync(host, "Aspire's dashboard is at ");
        await WaitUntilCompletedAsync(host, new Uri(After("--rpc")), After("--deployment"));
        foreach (string trainer in new[] { "ada", "ben", "cleo" })
            await host.WaitForLineAsync(line => line.EndsWith($"{trainer}: Finished, exit code 0", StringComparison.Ordinal)).WaitAsync(Limit);
        ProcessTree running = ProcessTree.Told(_folder.Path);
        Assert.True(running.Count > Machines, $"{running.Count} processes were found");

        host.Signal("TERM");

        Assert.Equal(0, await host.WaitAsync());
        for (int machine = 1; machine <= Machines; machine++)
        {
            Assert.Contains($"machine-{machine}: Finished, exit code 0", host.Written, StringComparison.Ordinal);
            await WaitForLogAsync(host, Path.Combine(data, $"machine-{machine}.log"), "handed over");
        }

        Assert.Contains("database: Finished, exit code 0", host.Written, StringComparison.Ordinal);
        await running.AssertGoneAsync();

        string After(string option) => market[Array.IndexOf(market, option) + 1];
    }

    [Fact]
    public async Task Whoever_stops_it_while_it_starts_finds_nothing_left()
    {
        await using MarketProgram host = Start();
        await host.WaitForLineAsync(line => line.Contains("Aspire's dashboard is at", StringComparison.Ordinal)).WaitAsync(Limit);
        ProcessTree running = ProcessTree.Told(_folder.Path);

        host.Interrupt();

        Assert.Equal(0, await host.WaitAsync());
        await running.AssertGoneAsync();
        Assert.Empty(Directory.GetDirectories(Temporary, "marketplace-*"));
    }

    [Fact]
    public async Task A_folder_with_something_in_it_is_refused()
    {
        await File.WriteAllTextAsync(_folder["old"], "of another chain", TestContext.Current.CancellationToken);

        var (code, _, log) = await MarketProgram.RunAsync("FleetHost", ["--folder", _folder.Path]);

        Assert.Equal(WrongUsage, code);
        Assert.Contains("which is not empty", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_a_fleet_has_used_is_refused_without_a_word_of_its_password()
    {
        Assert.SkipWhen(PostgresServer.WhyMissing is not null, PostgresServer.WhyMissing ?? "");
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using PostgresServer server = await PostgresServer.StartAsync(cancellationToken);
        string connection = await server.CreateDatabaseAsync(cancellationToken);
        await server.RunCommandAsync("psql --dbname=market1 --command='CREATE SCHEMA fleet'", cancellationToken);

        var (code, _, log) = await MarketProgram.RunAsync(
            "FleetHost", [], new Dictionary<string, string> { ["MARKETPLACE_DATABASE"] = $"{connection};Password=secret" });

        Assert.Equal(WrongUsage, code);
        Assert.Contains("a fleet has used", log, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", log, StringComparison.Ordinal);
    }

    /// <summary>Where its temporary files are.</summary>
    private string Temporary => _folder["temporary"];

    private MarketProgram Start(params string[] arguments)
    {
        Assert.SkipWhen(PostgresServer.WhyMissing is not null, PostgresServer.WhyMissing ?? "");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs /proc to see what is left running.");
        Directory.CreateDirectory(Temporary);
        // PostgreSQL runs as another user where this is root's, who must be let through to its files.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder.Path, File.GetUnixFileMode(_folder.Path) | UnixFileMode.OtherExecute);
        return MarketProgram.Start(
            "FleetHost",
            [.. arguments, "--port", "0", "--web-port", "0"],
            // All processes inherit it, so that all can be found.
            new Dictionary<string, string> { ["TMPDIR"] = Temporary });
    }

    private static async Task WaitUntilCompletedAsync(MarketProgram host, Uri rpc, string deployment)
    {
        using MarketChain chain = await MarketChain.ConnectAsync(new EthereumClient(rpc), Deployment.Read(deployment), CancellationToken.None);
        await Polling.WaitUntilAsync(
            async () => (await Task.WhenAll(Enumerable.Range(1, Projects).Select(id => chain.Contract.StateAsync(id))))
                .All(state => state.GetStatus() == ProjectStatus.Completed),
            Limit,
            () => $"not all projects are completed:\n{host.Log}");
    }

    private static Task WaitForLogAsync(MarketProgram host, string log, string text) => Polling.WaitUntilAsync(
        async () => File.Exists(log) && (await ReadAsync(log)).Contains(text, StringComparison.Ordinal),
        Limit,
        () => $"{log} does not say '{text}':\n{host.Log}");

    /// <summary>A file that another process writes.</summary>
    private static async Task<string> ReadAsync(string path)
    {
        using StreamReader reader = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return await reader.ReadToEndAsync();
    }

    private static async Task AssertAnswersAsync(MarketProgram host, string before)
    {
        string line = await host.WaitForLineAsync(line => line.Contains(before, StringComparison.Ordinal)).WaitAsync(Limit);
        using HttpClient client = new();
        using HttpResponseMessage answer = await client.GetAsync(new Uri(line[(line.IndexOf(before, StringComparison.Ordinal) + before.Length)..]));
        Assert.True(answer.IsSuccessStatusCode, $"{line} answers {answer.StatusCode}");
    }
}
