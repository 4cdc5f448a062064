using System.Text;
using System.Text.Json;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Learning.Models;
using Marketplace.Learning.Storage;
using Marketplace.Protocol.Projects;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets;

namespace Marketplace.Commands.Tests;

/// <summary>What <c>marketplace list</c> and <c>marketplace show</c> tell a trainer that looks for a project.</summary>
public sealed class ShowTests(ShowTests.PlayedOnce market) : IClassFixture<ShowTests.PlayedOnce>
{
    [Fact]
    public async Task A_project_that_waits_for_trainers_shows_all_that_is_needed_to_decide()
    {
        string sheet = (await RunAsync($"show {market.Offered} --market {market.Chain.Address}")).Succeeded();
        string[] facts =
        [
            $"project {market.Offered}: Hearts", "Who is ill.", "left for joining", "2.0 ETH in round 1 of 3", "as 2 : 1 : 1", "0.25 ETH, locked",
            "50 % of it is lost with every round missed beyond 1", "within 3 hours", "sgd, learning rate", "Adults only.", "without a header",
            "column 1    age: a number, 54 where it is missing", "column 2    pain: a category, one of mild, severe",
            "column 3    ill: the class to learn, one of 0, 1/2", "[3] → linear [2]", "8 parameters", "CC-BY-4.0", "0 joined, 1 to 5 wanted",
            "only 5 accounts that the document lists", $"{market.Market.Aggregator}, has yet to post", "1 project here, 2 rounds settled", "court",
            $"trainer run --project {market.Offered} --data FILE.csv --keystore me.json --password-file secret --market {market.Chain.Address}",
        ];
        Assert.All(facts, fact => Assert.Contains(fact, sheet, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_strangers_have_written_stands_in_one_line()
    {
        string sheet = (await RunAsync($"show {market.Offered}")).Succeeded();
        Assert.DoesNotContain('\u001b', sheet);
        Assert.DoesNotContain("\nforged", sheet, StringComparison.Ordinal);
        Assert.Contains("forged", sheet, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_is_shown_to_machines_with_exact_amounts()
    {
        using var shown = JsonDocument.Parse((await RunAsync($"show {market.Offered} --json")).Succeeded());
        Assert.Equal("Hearts", shown.RootElement.GetProperty("title").GetString());
        Assert.Equal($"{Units.ParseEther("2")}", shown.RootElement.GetProperty("reward").GetString());
        Assert.Equal($"{Units.ParseEther("0.25")}", shown.RootElement.GetProperty("stake").GetString());
        Assert.Equal(10_800, shown.RootElement.GetProperty("seconds").GetProperty("training").GetInt32());
        Assert.Equal(2, shown.RootElement.GetProperty("aggregator").GetProperty("record").GetProperty("settled").GetInt32());
        Assert.Equal(3, shown.RootElement.GetProperty("data").GetProperty("schema").GetProperty("columns").GetArrayLength());
    }

    [Fact]
    public async Task The_list_has_titles_rewards_and_the_time_left_and_outlasts_a_document_that_nobody_has()
    {
        string[] lines = (await RunAsync("list")).Succeeded().TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.All(["(document not in the store)", "completed", "reward 0.0 ETH"], word => Assert.Contains(word, lines[0], StringComparison.Ordinal));
        Assert.All(
            ["Hearts", "left for joining", "reward 2.0 ETH", "bounty 4.0 ETH"], word => Assert.Contains(word, lines[1], StringComparison.Ordinal));

        using var listed = JsonDocument.Parse((await RunAsync("list --json")).Succeeded());
        Assert.Equal($"{Units.ParseEther("2")}", listed.RootElement[1].GetProperty("reward").GetString());
        Assert.InRange(listed.RootElement[1].GetProperty("standing").GetProperty("secondsLeft").GetInt32(), 1, 3600);
        Assert.Equal(JsonValueKind.Null, listed.RootElement[0].GetProperty("standing").GetProperty("secondsLeft").ValueKind);
    }

    [Fact]
    public async Task A_project_without_its_document_cannot_be_shown() => (await RunAsync("show 1")).IsFailure("does not have");

    private Task<Outcome> RunAsync(string command) => Programs.RunAsync(Programs.Owner, command, market.Settings);

    /// <summary>A project that was played to its end, and one that waits for trainers; its document is in the store.</summary>
    public sealed class PlayedOnce : PlayedMarket, IAsyncLifetime
    {
        private const string Model = """{"input":[3],"layers":[{"type":"linear","name":"out","out":2}],"loss":"crossEntropy"}""";

        private readonly TemporaryFolder _folder = new();

        public int Offered { get; private set; }

        public Dictionary<string, string> Settings => new()
        {
            ["MARKETPLACE_RPC"] = Market.Node.Url.ToString(),
            ["MARKETPLACE_MARKET"] = $"{Chain.Address}",
            ["MARKETPLACE_STORE"] = _folder["blocks"],
        };

        public new async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            TermsFile terms = ProjectFiles.TermsOf(Market.Aggregator) with
            {
                Payment = new("4", TrainerStake: "0.25"),
                Rounds = 3,
                RewardWeights = [2, 1, 1],
                Trainers = ProjectFiles.Invite(Allowlist) with { Minimum = 1, Maximum = 5 },
                Deadlines = new("1h", "3h", "1h"),
                Tolerance = new(Absences: 1, AbsencePenaltyPercent: 50),
            };
            using IContentStore store = ContentStore.Open(_folder["blocks"]);
            Cid initial = await store.AddAsync(ModelFile.Write(ModelSpecification.Parse(Model), new int[8], 14));
            ProjectDocument.Draft draft = ProjectDocument.Draft.Parse(
                Encoding.UTF8.GetBytes(
                    $$"""
                    {
                      "title":"Hearts","description":"Who is ill.\nforged: \u001b[2J line","license":"CC-BY-4.0","model":{{Model}},
                      "data":{"kind":"csv","conditions":"Adults only.","schema":{"columns":[
                        {"name":"age","kind":"numeric","mean":54,"deviation":9},
                        {"name":"pain","kind":"categorical","categories":["mild","severe"]},
                        {"name":"ill","kind":"label","classes":[["0"],["1","2"]]}]} }
                    }
                    """),
                "the document");
            ProjectDocument document = (draft with { Allowlist = terms.Trainers.Allowlist }).Publish(initial);
            Offered = (int)(await Market.CreateAsync(terms, await store.AddAsync(document.ToBytes()), dimension: 8)).Id;
        }

        public new async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            _folder.Dispose();
        }
    }
}
