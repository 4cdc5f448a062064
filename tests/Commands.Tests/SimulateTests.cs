using System.Numerics;
using System.Text.Json;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Templates;
using Marketplace.Testing.Files;

namespace Marketplace.Commands.Tests;

/// <summary>Projects are started from templates, and tried before they are paid for.</summary>
public class SimulateTests
{
    private const string External = "external";

    private static readonly string[] Files = ["README.md", "project.json", "terms.json"];

    public static TheoryData<string> Templates => [.. ProjectTemplate.All.Select(template => template.Key).Where(key => key != External)];

    [Theory]
    [MemberData(nameof(Templates))]
    public async Task A_template_is_written_and_simulated_to_its_end(string key)
    {
        using TemporaryFolder folder = new();
        ProjectTemplate template = await InitAsync(folder, key);
        Assert.Equal(Files, Directory.GetFiles(folder["mine"]).Select(Path.GetFileName).Order());
        string readme = await File.ReadAllTextAsync(folder["mine", "README.md"], TestContext.Current.CancellationToken);
        string[] words = ["marketplace simulate", "marketplace create", "`bounty`", "root set"];
        Assert.All(words, word => Assert.Contains(word, readme, StringComparison.Ordinal));

        string data = template.Draft.Data.Kind == "csv" ? $"--data {MadeUpData.Write(folder, "all.csv", template.Draft, 3000)}" : "";
        JsonElement result = await SimulateAsync(folder, $"--trainers 3 --root-samples 700 {data}");
        Assert.Equal(8, result.GetProperty("rounds").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, result.GetProperty("failure").ValueKind);
        double before = Accuracy(result.GetProperty("start")), after = Accuracy(result.GetProperty("rounds")[7].GetProperty("test"));
        Assert.True(after > before + 0.1, $"the accuracy went from {before} to {after}");
        Assert.InRange(Paid(result, _ => true), BigInteger.Pow(10, 19) - 100, BigInteger.Pow(10, 19));
        Assert.Contains(Warnings(result), warning => warning.StartsWith("aggregator and arbitrator", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_that_only_the_owner_s_program_computes_cannot_be_simulated()
    {
        using TemporaryFolder folder = new();
        await InitAsync(folder, External);
        string readme = await File.ReadAllTextAsync(folder["mine", "README.md"], TestContext.Current.CancellationToken);
        string[] words = ["--measure-command", "state_dict", "examples/external", "cannot be simulated"];
        Assert.All(words, word => Assert.Contains(word, readme, StringComparison.Ordinal));
        (await RunAsync(folder, "")).IsWrongUsage("\"maxout\" (external)", "only the owner's program");
    }

    [Fact]
    public async Task Attackers_are_left_unpaid_and_what_gas_costs_is_told_from_the_price()
    {
        using TemporaryFolder folder = new();
        await InitAsync(folder, "digits");
        JsonElement result = await SimulateAsync(folder, "--trainers 5 --attackers flip:1,replay:1 --rounds 3 --gas-price 2.5");
        Assert.Equal(["flip 1", "replay 1", "honest 1", "honest 2", "honest 3"], Trainers(result).Select(Name));
        BigInteger honest = Paid(result, name => name.StartsWith("honest", StringComparison.Ordinal));
        Assert.Equal(BigInteger.Zero, Paid(result, name => name == "flip 1"));
        Assert.True(Paid(result, name => name == "replay 1") * 1000 < honest, "a replay is paid more than a thousandth of what honest trainers are");
        Assert.Equal(0, Trainers(result)[0].GetProperty("kept").GetInt32());
        Assert.Equal("2500000000", result.GetProperty("costs").GetProperty("gasPrice").GetString());
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_result_and_another_seed_another()
    {
        using TemporaryFolder folder = new();
        await InitAsync(folder, "digits");
        string[] results = new string[3];
        foreach ((int i, int seed) in new[] { (0, 4), (1, 4), (2, 5) })
            results[i] = (await SimulateAsync(folder, $"--trainers 3 --rounds 1 --seed {seed}")).GetProperty("trainers").GetRawText();
        Assert.Equal(results[0], results[1]);
        Assert.NotEqual(results[0], results[2]);
    }

    [Theory]
    [InlineData("--root-samples 4 --rounds 4", "the root set (4 samples) is a poor measure", "larger root set")]
    [InlineData("--rounds 1 --gas-price 100000", "less than the", "raise payment.bounty")]
    [InlineData("--rounds 1 --gas-price 100000", "the aggregator would earn", "raise payment.aggregatorFee")]
    [InlineData("--rounds 1 --trainers 2", "2 trainers were simulated, the terms take 3 to 100")]
    public async Task What_is_wrong_with_the_terms_is_said_with_what_to_do(string options, params string[] words)
    {
        using TemporaryFolder folder = new();
        await InitAsync(folder, "digits");
        string[] warnings = Warnings(await SimulateAsync(folder, options));
        Assert.Contains(warnings, warning => words.All(word => warning.Contains(word, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("\"learningRate\": [0.001, 0.05]", "\"learningRate\": [2, 4]", "learningRate")]
    [InlineData("\"learningRate\": [0.001, 0.05]", "\"learningRate\": [999, 1000]", "learningRate")]
    [InlineData("\"training\": \"6h\"", "\"training\": \"1s\"", "deadlines.training gives 1s")]
    public async Task Terms_that_cannot_work_are_found(string from, string to, string words)
    {
        using TemporaryFolder folder = new();
        await InitAsync(folder, "digits");
        Edit(folder["mine", "terms.json"], from, to);
        // Twenty thousand steps of one sample take longer than a second anywhere.
        if (to.Contains("1s", StringComparison.Ordinal))
        {
            Edit(folder["mine", "terms.json"], "\"batchSize\": [16, 64]", "\"batchSize\": [1, 1]");
            Edit(folder["mine", "terms.json"], "\"localEpochs\": [1, 4]", "\"localEpochs\": [20, 20]");
        }

        string[] warnings = Warnings(await SimulateAsync(folder, "--trainers 3 --rounds 2"));
        Assert.Contains(warnings, warning => warning.Contains(words, StringComparison.Ordinal));
        Assert.DoesNotContain(warnings, warning => warning.Contains("poor measure", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_round_that_kept_nobody_says_why_and_what_to_do()
    {
        using TemporaryFolder folder = new();
        ProjectDocument.Draft draft = (await InitAsync(folder, "table")).Draft;
        string data = MadeUpData.Write(folder, "all.csv", draft, 900);
        string root = MadeUpData.Write(folder, "root.csv", draft, 300, seed: 2, isFlipped: true);
        Outcome outcome = await RunAsync(folder, $"--trainers 3 --rounds 1 --data {data} --root {root}");
        Assert.Contains("kept nobody", outcome.Succeeded(), StringComparison.Ordinal);
        Assert.Contains("nobody was kept: no update points where the reference of the owner's", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("is a poor measure: 3 of 3 honest updates were left out", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--trainers 0", "--trainers expects 1 to 32, got 0")]
    [InlineData("--trainers 33", "--trainers expects 1 to 32, got 33")]
    [InlineData("--rounds 9", "--rounds expects 1 to 8, got 9")]
    [InlineData("--trainers 2 --attackers flip:2", "at least one is honest", "--trainers to 3")]
    [InlineData("--attackers steal:1", "flip:N, noise:N and replay:N", "steal:1")]
    [InlineData("--attackers flip", "flip:N")]
    [InlineData("--attackers flip:99", "N from 1 to 32")]
    [InlineData("--partition dirichlet:0", "dirichlet:C", "dirichlet:0")]
    [InlineData("--partition even", "iid", "even")]
    [InlineData("--gas-price dear", "--gas-price", "dear")]
    [InlineData("--gas-price -1", "0 to 1000000")]
    [InlineData("--root-samples 0", "--root-samples expects 1 to")]
    [InlineData("--root-samples 1000000", "the data have 6,000 samples")]
    [InlineData("--root-samples 5998 --trainers 5", "2 samples for 5 trainers", "fewer --trainers")]
    [InlineData("--root somewhere", "--data")]
    [InlineData("--data absent", "absent")]
    public async Task What_cannot_be_simulated_is_refused_in_words(string options, params string[] words)
    {
        using TemporaryFolder folder = new();
        await InitAsync(folder, "digits");
        (await RunAsync(folder, options)).IsWrongUsage(words);
    }

    [Fact]
    public async Task A_project_that_no_drawn_data_fit_asks_for_data()
    {
        using TemporaryFolder folder = new();
        await InitAsync(folder, "table");
        (await RunAsync(folder, "")).IsWrongUsage("--data", "[25]");
    }

    [Fact]
    public async Task Nothing_is_overwritten()
    {
        using TemporaryFolder folder = new();
        await InitAsync(folder, "digits");
        Edit(folder["mine", "terms.json"], "\"rounds\": 8", "\"rounds\": 9");
        (await Programs.RunAsync(Programs.Owner, "init mine --template table", folder: folder.Path)).IsWrongUsage("exists", "nothing is overwritten");
        string terms = await File.ReadAllTextAsync(folder["mine", "terms.json"], TestContext.Current.CancellationToken);
        Assert.Contains("\"rounds\": 9", terms, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other --template pictures", "digits, images, table, text, adapter, external", "pictures")]
    [InlineData("other --aggregator bob", "--aggregator", "40 hexadecimal digits", "bob")]
    public async Task A_start_that_cannot_be_made_is_refused_and_writes_nothing(string options, params string[] words)
    {
        using TemporaryFolder folder = new();
        (await Programs.RunAsync(Programs.Owner, $"init {options}", folder: folder.Path)).IsWrongUsage(words);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    private static async Task<ProjectTemplate> InitAsync(TemporaryFolder folder, string key)
    {
        (await Programs.RunAsync(Programs.Owner, $"init mine --template {key}", folder: folder.Path)).Succeeded();
        return ProjectTemplate.All.Single(template => template.Key == key);
    }

    private static Task<Outcome> RunAsync(TemporaryFolder folder, string options) =>
        Programs.RunAsync(Programs.Owner, $"simulate mine {options}", folder: folder.Path);

    private static async Task<JsonElement> SimulateAsync(TemporaryFolder folder, string options)
    {
        using var result = JsonDocument.Parse((await RunAsync(folder, $"{options} --json")).Succeeded());
        return result.RootElement.Clone();
    }

    private static void Edit(string path, string from, string to)
    {
        string text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
    }

    private static double Accuracy(JsonElement metrics) => metrics.GetProperty("accuracy").GetDouble();

    private static JsonElement[] Trainers(JsonElement result) => [.. result.GetProperty("trainers").EnumerateArray()];

    private static string Name(JsonElement trainer) => trainer.GetProperty("trainer").GetProperty("name").GetString()!;

    private static BigInteger Paid(JsonElement result, Func<string, bool> who) => Trainers(result).Where(trainer => who(Name(trainer)))
        .Aggregate(BigInteger.Zero, (sum, trainer) => sum + BigInteger.Parse(trainer.GetProperty("paid").GetString()!));

    private static string[] Warnings(JsonElement result) =>
        [.. result.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString()!)];
}
