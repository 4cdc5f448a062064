using System.CommandLine;
using System.Diagnostics;
using Marketplace.Commands;
using Marketplace.Hosting;
using Marketplace.Learning.Models;
using Marketplace.LocalMarket;
using Spectre.Console;

namespace Marketplace.Demo;

/// <summary>The <c>demo</c> command.</summary>
internal static class DemoCommand
{
    private const int AuditFailed = 3;

    public static Command Create()
    {
        var data = new Option<DirectoryInfo?>("--data") { Description = "Folder with MNIST-format files to use instead of drawn digits" };
        var model = new Option<FileInfo?>("--model") { Description = "File with a model to train, such as docs/examples/models/resnet20.json" };
        var rounds = new Option<int>("--rounds") { Description = "Number of rounds, 1 to 100", DefaultValueFactory = _ => 5 };
        var honest = new Option<bool>("--no-attackers") { Description = "Leave the noisy, the flipping and the replaying trainer out" };
        var forger = new Option<bool>("--with-forger")
        {
            Description = "Have the aggregator lie in the second round: it posts a matrix that it made up, and declares an honest update invalid"
        };
        var rpc = new Option<string?>("--rpc")
        {
            Description = "Use this development node (Hardhat or anvil) instead of starting one; its clock is moved on by half an hour"
        };
        var store = new Option<string?>("--store") { Description = "Use this content store, such as a Kubo RPC URL, instead of a folder" };
        var folder = new Option<DirectoryInfo?>("--folder") { Description = "Keep data, state and logs here" };
        var seed = new Option<ulong>("--seed") { Description = "Seed of data and initial weights", DefaultValueFactory = _ => 1 };
        var web = new Option<bool>("--web") { Description = "Show the market in a web dashboard, and keep it running until Ctrl-C" };
        var webPort = new Option<int>("--web-port")
        {
            Description = "TCP port of the dashboard, 0 for any that is free",
            DefaultValueFactory = _ => 5080
        };
        var json = new Option<bool>("--json") { Description = "Print the result as JSON on standard output, progress on standard error" };
        return new Command("demo", "Runs a whole market on this machine: a chain, an owner, an aggregator, six trainers, and an audit")
        {
            data, model, rounds, honest, forger, rpc, store, folder, seed, web, webPort, json,
        }
        .WithSettings(SharedSettings.Config)
        .Does(async (_, arguments, cancellationToken) =>
        {
            var options = new LocalMarketOptions
            {
                Data = arguments.GetValue(data)?.FullName,
                Model = arguments.GetValue(model) is { } file ? await ReadModelAsync(file, cancellationToken) : null,
                Rounds = arguments.GetValue(rounds),
                Attackers = !arguments.GetValue(honest),
                Forger = arguments.GetValue(forger),
                Rpc = arguments.GetValue(rpc) is { } url ? MarketSession.ParseRpc(url) : null,
                Store = arguments.GetValue(store),
                Seed = arguments.GetValue(seed),
            };
            if (options.Rounds is < 1 or > 100)
                throw new UsageException($"--rounds must be 1 to 100, got {options.Rounds}");
            int port = arguments.GetValue(webPort);
            if (port is < 0 or > ushort.MaxValue)
                throw new UsageException($"--web-port must be 0 to {ushort.MaxValue}, got {port}");
            return await RunAsync(
                options, arguments.GetValue(folder)?.FullName, arguments.GetValue(web) ? port : null, arguments.GetValue(json), cancellationToken);
        });
    }

    private static async Task<ModelSpecification> ReadModelAsync(FileInfo file, CancellationToken cancellationToken)
    {
        try
        {
            return ModelSpecification.Parse(await InputFile.ReadAsync(file, ModelSpecification.MaxDocumentBytes, cancellationToken));
        }
        catch (Exception e) when (e is UsageException or InvalidDataException)
        {
            throw new UsageException($"--model {file}: {e.Message}");
        }
    }

    private static async Task<int> RunAsync(LocalMarketOptions options, string? chosen, int? webPort, bool json, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        string folder = chosen ?? Directory.CreateTempSubdirectory("marketplace-demo-").FullName;
        Directory.CreateDirectory(folder);
        IAnsiConsole console = json
            ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) })
            : AnsiConsole.Console;
        bool kept = chosen is not null;
        try
        {
            var printer = new DemoPrinter(console);
            await using RunningMarket market = await RunningMarket.StartAsync(options, folder, printer.Say, cancellationToken);
            await using DemoDashboard? dashboard = webPort is { } port ? OpenDashboard(market, folder, port, printer) : null;
            var project = new DemoProject(market, printer.Say);
            DemoResult result = await printer.WatchAsync(watch => project.RunAsync(watch, printer, cancellationToken));
            console.Write(DemoView.Summarize(printer.Progress!, result, printer.FirstFault, Stopwatch.GetElapsedTime(started)));
            if (json)
                Console.WriteLine(result.ToJson());
            if (dashboard is not null)
                await KeepRunningAsync(market, dashboard, printer, cancellationToken);
            return result.AuditPassed ? 0 : AuditFailed;
        }
        catch (LocalMarketException e)
        {
            kept = true;
            console.MarkupLineInterpolated($"[red]error:[/] {e.Message}");
            console.MarkupLineInterpolated($"logs are in {folder}");
            return CommandHost.Failed;
        }
        finally
        {
            if (!kept)
                Directory.Delete(folder, recursive: true);
        }
    }

    private static DemoDashboard OpenDashboard(RunningMarket market, string folder, int port, DemoPrinter printer)
    {
        printer.Say("building the dashboard, which takes a minute when it was not built before");
        return DemoDashboard.Start(market, folder, port, printer.Announce);
    }

    /// <summary>Leaves the market to those who use the dashboard, until Ctrl-C.</summary>
    private static async Task KeepRunningAsync(
        RunningMarket market, DemoDashboard dashboard, DemoPrinter printer, CancellationToken cancellationToken)
    {
        try
        {
            await dashboard.Ready.WaitAsync(cancellationToken);
            printer.Say($"the market goes on at {dashboard.Url} until you press Ctrl-C");
            await new StandingAgents(market, printer.Say).RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            printer.Say("stopping");
        }
    }
}
