using System.Globalization;
using System.Text;
using System.Text.Json;
using Marketplace.Content;
using Marketplace.Learning.Models;
using Marketplace.Learning.Storage;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Projects;
using Marketplace.Testing;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets;
using Marketplace.Testing.Nodes;
using Marketplace.Testing.Programs;

namespace Marketplace.Commands.Tests;

/// <summary>A training command that does not come to an end, in a round that does, or under a trainer that is killed.</summary>
public sealed class TrainingCommandTests : IAsyncLifetime
{
    private const int TrainerKey = 2, Dimension = 10;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private TestMarket? _market;

    private TestMarket Market => _market!;

    public async ValueTask InitializeAsync()
    {
        _market = await TestMarket.DeployAsync(Srs.OpenDevelopment(Dimension, Programs.DataFolder["marketplace", "srs"]));
        _folder.Write("deployment.json", Market.DeploymentJson);
    }

    public async ValueTask DisposeAsync()
    {
        await Market.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task It_is_stopped_with_all_that_it_has_started_and_the_round_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are found in /proc, which only Linux has.");
        _folder.Write(
            "train.sh",
            $$"""
            cd '{{_folder.Path}}'
            echo 'waiting for a GPU'
            cp "$1/round.json" "$1/project.json" .
            sleep 1000 &
            echo $! > sleeping
            wait
            """);
        await using MarketProgram trainer = await StartInRoundAsync(training: "30s");
        string stopped = await trainer.WaitForLineAsync(line => line.Contains("was stopped before it had ended", StringComparison.Ordinal));
        Assert.Contains("waiting for a GPU", stopped, StringComparison.Ordinal);
        await Polling.WaitUntilAsync(
            async () => (await Market.Chain.Contract.StateAsync(1)).RefusedSeats == 1, Limit, () => trainer.Log, CancellationToken.None);
        await AssertGoneAsync("sleeping");

        using JsonDocument round = JsonDocument.Parse(await File.ReadAllBytesAsync(_folder["round.json"]));
        Assert.Equal(1, round.RootElement.GetProperty("round").GetInt32());
        Assert.Equal(Dimension, ProjectDocument.Parse(await File.ReadAllBytesAsync(_folder["project.json"])).Model.ParameterCount);
    }

    [Fact]
    public async Task It_ends_with_all_that_it_has_started_when_the_trainer_is_killed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are found in /proc, which only Linux has.");
        _folder.Write(
            "train.sh",
            $$"""
            cd '{{_folder.Path}}'
            sh -c 'sleep 1000 & echo $! > grandchild; wait' &
            (sleep 1000 & echo $! > orphan)
            until [ -s grandchild ]; do sleep 0.1; done
            echo 'all are there'
            wait
            """);
        await using MarketProgram trainer = await StartInRoundAsync(training: "30m");
        await trainer.WaitForLineAsync(line => line.Contains("all are there", StringComparison.Ordinal));
        trainer.Kill();
        foreach (string name in new[] { "grandchild", "orphan" })
            await AssertGoneAsync(name);
    }

    private MarketProgram StartTrainer() => MarketProgram.Start(
        Programs.Trainer,
        ["run", "--project", "1", "--train-command", $"sh \"{_folder["train.sh"]}\"", "--poll", "0.1"],
        new Dictionary<string, string>
        {
            ["MARKETPLACE_RPC"] = Market.Node.Url.ToString(),
            ["MARKETPLACE_DEPLOYMENT"] = _folder["deployment.json"],
            ["MARKETPLACE_STORE"] = _folder["blocks"],
            ["MARKETPLACE_STATE"] = _folder["state"],
            ["MARKETPLACE_KEY"] = EthereumNode.Keys[TrainerKey],
            ["XDG_DATA_HOME"] = Programs.DataFolder.Path,
        });

    /// <summary>Waits until a process has ended.</summary>
    /// <param name="name">The file with its id.</param>
    private async Task AssertGoneAsync(string name)
    {
        int process = int.Parse(await File.ReadAllTextAsync(_folder[name]), CultureInfo.InvariantCulture);
        await Polling.WaitUntilAsync(() => !IsAlive(process), Limit, () => $"process {process}, {name}, is still there", CancellationToken.None);
    }

    /// <summary>Whether a process runs. One that has ended may be listed until somebody asks how, which for orphans nobody may do.</summary>
    private static bool IsAlive(int process)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[stat.LastIndexOf(')') + 2] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Starts a trainer, and opens a round when it waits for one: from then on it knows the chain's time as well as can be.</summary>
    private async Task<MarketProgram> StartInRoundAsync(string training)
    {
        TermsFile terms = ProjectFiles.TermsOf(Market.Aggregator) with
        {
            Trainers = ProjectFiles.Invite(Market.Trainers[0]),
            Deadlines = new("1h", training, "1h"),
        };
        using IContentStore store = ContentStore.Open(_folder["blocks"]);
        Cid model = await store.AddAsync(ModelFile.Write(ModelSpecification.Parse(LocalMarket.Model), new int[Dimension], 14));
        ProjectDocument.Draft draft = ProjectDocument.Draft.Parse(
            Encoding.UTF8.GetBytes($$"""{"title":"Slow","model":{{LocalMarket.Model}},"data":{"kind":"idx"} }"""), "the document");
        ProjectDocument document = (draft with { Allowlist = terms.Trainers.Allowlist }).Publish(model);
        TestProject project = await Market.CreateAsync(terms, await store.AddAsync(document.ToBytes()), Dimension);
        await project.BeginAsync(Market.Trainers[0]);
        MarketProgram trainer = StartTrainer();
        await trainer.WaitForLineAsync(line => line.Contains("round 1 of 2: waiting, idle", StringComparison.Ordinal));
        await project.OpenRoundAsync(model);
        return trainer;
    }
}
