using System.Diagnostics;
using System.Text.RegularExpressions;
using Marketplace.Testing.Files;
using Marketplace.Testing.Networks;
using Marketplace.Testing.Programs;

namespace Marketplace.Commands.Tests;

/// <summary>The walk of docs/guides/local-chain.md, command by command, as a newcomer types it.</summary>
public sealed partial class WalkTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task The_walk_on_a_local_chain_works_as_it_is_written()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "SKIPPED: the walk is for a Unix shell.");
        string data = Repository.SharedPath("data", "heart-disease");
        Assert.SkipUnless(Directory.Exists(data), $"SKIPPED: there is no {data} with UCI's heart disease data.");
        using var folder = new TemporaryFolder();
        foreach (string file in Directory.EnumerateFiles(data, "processed.*.data"))
            File.Copy(file, folder[Path.GetFileName(file)]);

        string page = await File.ReadAllTextAsync(Repository.Path("docs", "guides", "local-chain.md"), TestContext.Current.CancellationToken);
        string commands = string.Concat(Block().Matches(page).Select(block => block.Groups[1].Value))
            .Replace("walk/", $"{folder.Path}/", StringComparison.Ordinal);
        ProgramRun run = await RunAsync($"trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n{commands}", folder);

        string output = run.Succeeded();
        Assert.Matches(@"[1-9][0-9]* checks passed, 0 failed, 0 could not be checked", output);
        Assert.Equal(101, File.ReadAllLines(folder["answers.csv"]).Length);
        Assert.True(new FileInfo(folder["model.onnx"]).Length > 0);
    }

    /// <summary>Runs a script in the checkout, with a chain, a deployment and a data folder of its own.</summary>
    private static async Task<ProgramRun> RunAsync(string script, TemporaryFolder folder)
    {
        ProcessStartInfo start = new("bash", ["-euo", "pipefail", "-c", script]) { WorkingDirectory = Repository.Root };
        string rpc = $"http://127.0.0.1:{LoopbackPort.FindFree()}";
        start.Environment["LOCAL_RPC_URL"] = start.Environment["MARKETPLACE_RPC"] = rpc;
        start.Environment["DEPLOYMENT_FILE"] = start.Environment["MARKETPLACE_DEPLOYMENT"] = folder["deployment.json"];
        start.Environment["XDG_DATA_HOME"] = folder["home"];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        return await ProgramRun.RunAsync(start, "", limit.Token);
    }

    [GeneratedRegex(@"^```sh\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
