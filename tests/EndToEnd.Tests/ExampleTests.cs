using System.Text.RegularExpressions;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets;
using Marketplace.Testing.Markets.Programs;
using Marketplace.Testing.Programs;

namespace Marketplace.EndToEnd.Tests;

/// <summary>The examples, by the very commands that their READMEs give.</summary>
public sealed partial class ExampleTests(SmallMarketFixture market) : IDisposable
{
    private const int First = SmallMarketRun.FirstTrainer, Second = First + 1;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("numpy", "numpy")]
    [InlineData("pytorch", "torch")]
    public async Task A_training_command_earns_beside_the_built_in_engine(string example, string module)
    {
        string python = await RequirePythonAsync(module);
        await using SmallMarketRun run = await market.BeginAsync();
        await run.CreateAsync(new ProjectFiles("Digits", SmallMarketRun.TermsOf(First, Second)));
        string[] check = Command(example, "trainer check"), train = Command(example, "trainer run");

        MarketProgram checking = run.Start(First, "Trainer", check);
        Assert.True(await checking.WaitAsync() == 0, checking.Log);
        Assert.Contains("fits: nothing speaks against", checking.Output, StringComparison.Ordinal);
        MarketProgram[] programs = [run.StartAggregator(), run.StartTrainer(Second), run.Start(First, "Trainer", [.. train, "--poll", "0.2"])];
        await SmallMarketRun.FinishAsync(programs);

        ProjectHistory history = (await run.ReadAsync()).History;
        Assert.Equal(ProjectStatus.Completed, history.Status);
        Assert.All(
            history.Rounds, round => Assert.Equal(SubmissionOutcome.Kept, round.ResultOf(SmallMarket.AccountOf(First))?.Outcome));
        Assert.Contains("samples are right", programs[2].Written, StringComparison.Ordinal);
        await run.AssertAuditPassesAsync(1);

        string[] Command(string name, string start) => Words(
            Assert.Single(LinesOf(name), line => line.StartsWith(start, StringComparison.Ordinal)),
            word => word.Replace("python3", python, StringComparison.Ordinal).Replace("DATA", market.DataOf(First), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_of_the_owner_s_own_is_trained_measured_and_paid()
    {
        string python = await RequirePythonAsync("numpy");
        await using SmallMarketRun run = await market.BeginAsync();
        await run.RunWellAsync(SmallMarketRun.Owner, Line("marketplace init", word => word == "maxout" ? _folder[word] : word));
        File.WriteAllBytes(_folder["maxout", "terms.json"], SmallMarketRun.TermsOf(First, Second).ToBytes());
        await run.RunWellAsync(SmallMarketRun.Owner, Line("marketplace create", word => word == "create" ? word : Path.Combine(_folder.Path, word)));

        string[] withData = ["run", "--project", $"1={market.DataOf(SmallMarketRun.Aggregator)}"];
        MarketProgram refused = run.Start(SmallMarketRun.Aggregator, "Aggregator", withData);
        Assert.Equal(2, await refused.WaitAsync());
        Assert.Contains("only the owner's program computes it", refused.Log, StringComparison.Ordinal);
        MarketProgram fit = await FinishAsync(run.Start(First, "Trainer", Own(First, "trainer check")));
        Assert.Contains("fits: nothing speaks against", fit.Output, StringComparison.Ordinal);
        MarketProgram unfit = run.Start(First, "Trainer", ["check", "--project", "1", "--data", market.DataOf(First)]);
        Assert.Equal(1, await unfit.WaitAsync());
        Assert.Contains("give it by --train-command", unfit.Output, StringComparison.Ordinal);

        await SmallMarketRun.FinishAsync(
            run.Start(SmallMarketRun.Aggregator, "Aggregator", [.. Own(SmallMarketRun.Aggregator, "aggregator run"), .. Poll]),
            run.Start(First, "Trainer", [.. Own(First, "trainer run"), .. Poll]),
            run.Start(Second, "Trainer", [.. Own(Second, "trainer run"), .. Poll]));
        await AssertEarnedAsync(run);
        await run.RunWellAsync(SmallMarketRun.Owner, "card", "1", "--out", _folder["card.md"]);
        string card = await File.ReadAllTextAsync(_folder["card.md"], TestContext.Current.CancellationToken);
        Assert.Contains("external", card, StringComparison.Ordinal);
        Assert.Matches(@"\| 2 \| a test set that nobody trains on \|.* 9\d\.\d % \|", card);
        Assert.Contains("Only the owner's program computes it", card, StringComparison.Ordinal);
        Assert.DoesNotContain("marketplace predict", card, StringComparison.Ordinal);

        string[] Own(int party, string start) => Line(
            start, word => word.Replace("python3", python, StringComparison.Ordinal).Replace("DATA", market.DataOf(party), StringComparison.Ordinal));

        string[] Line(string start, Func<string, string> change) =>
            Words(Assert.Single(LinesOf("external"), line => line.StartsWith(start, StringComparison.Ordinal)), change);
    }

    [Theory]
    [InlineData("import sys; sys.exit('no such set')", "no such set")]
    [InlineData("import sys; open(sys.argv[2], 'w').write('{\"loss\": 1, \"accuracy\": 7}')", "the accuracy 7, expected 0 to 1")]
    [InlineData("import sys; open(sys.argv[2], 'w').write('x' * 100000)", "at most 4096")]
    public async Task A_measuring_command_that_fails_costs_a_report_its_numbers_and_nothing_else(string script, string words)
    {
        string python = await RequirePythonAsync("numpy");
        await using SmallMarketRun run = await market.BeginAsync();
        await run.CreateAsync(new ProjectFiles("Digits", SmallMarketRun.TermsOf(First, Second) with { Rounds = 1 }));
        File.WriteAllText(_folder["measure.py"], script);
        string train = $"{python} {Repository.Path("examples", "numpy", "train.py")} {market.DataOf(SmallMarketRun.Aggregator)}";
        MarketProgram aggregator = run.Start(
            SmallMarketRun.Aggregator,
            "Aggregator",
            ["run", "--project", "1", "--train-command", train, "--measure-command", $"{python} {_folder["measure.py"]}", .. Poll]);
        await SmallMarketRun.FinishAsync(aggregator, run.StartTrainer(First), run.StartTrainer(Second));
        Assert.Contains("the report goes without numbers on the root set", aggregator.Written, StringComparison.Ordinal);
        Assert.Contains(words, aggregator.Written, StringComparison.Ordinal);
        await AssertEarnedAsync(run);
    }

    [Fact]
    public async Task An_adapter_is_trained_on_features_of_a_frozen_base()
    {
        string python = await RequirePythonAsync("numpy");
        await using SmallMarketRun run = await market.BeginAsync();
        int[] parties = [SmallMarketRun.Aggregator, First, Second];
        string extract = Assert.Single(LinesOf("adapter"), line => line.StartsWith("python3 ", StringComparison.Ordinal));
        foreach (int party in parties)
        {
            Directory.CreateDirectory(_folder[$"{party}"]);
            string[] words = Words(extract, word => word == "DATA" ? market.DataOf(party) : Own(party, word));
            (await ProgramRun.RunAsync(new System.Diagnostics.ProcessStartInfo(python, words))).Succeeded();
        }

        await run.RunWellAsync(SmallMarketRun.Owner, Line("marketplace create", word => word));
        await SmallMarketRun.FinishAsync(
            run.Start(SmallMarketRun.Aggregator, "Aggregator", [.. Line("aggregator run", word => Own(SmallMarketRun.Aggregator, word)), .. Poll]),
            run.Start(First, "Trainer", [.. Line("trainer run", word => Own(First, word)), .. Poll]),
            run.Start(Second, "Trainer", [.. Line("trainer run", word => Own(Second, word)), .. Poll]));
        Assert.Contains("622 parameters", await run.RunWellAsync(SmallMarketRun.Owner, "show", "1"), StringComparison.Ordinal);
        await AssertEarnedAsync(run);

        string Own(int party, string word) => word.Replace("features.csv", _folder[$"{party}", "features.csv"], StringComparison.Ordinal);

        string[] Line(string start, Func<string, string> change) =>
            Words(Assert.Single(LinesOf("adapter"), line => line.StartsWith(start, StringComparison.Ordinal)), change);
    }

    [Fact]
    public async Task Four_hospitals_train_one_model()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The example's commands are a shell's; there is no sh on Windows.");
        Assert.SkipWhen(SharedData.WhyMissing("heart-disease") is not null, SharedData.WhyMissing("heart-disease") ?? "");
        foreach (string file in Directory.EnumerateFiles(SharedData.Folder("heart-disease"), "processed.*.data"))
            File.Copy(file, _folder[Path.GetFileName(file)]);
        await using SmallMarketRun run = await market.BeginAsync();
        List<MarketProgram> programs = [];
        string shown = "", audited = "";
        int trainer = First;
        foreach (string line in LinesOf("heart-disease").Where(line => !line.StartsWith("curl ", StringComparison.Ordinal)))
        {
            string[] words = Words(line, InFolder);
            switch (line.Split(' '))
            {
                case ["head" or "tail", ..]:
                    (await ProgramRun.RunAsync(new("sh", ["-c", line]) { WorkingDirectory = _folder.Path })).Succeeded();
                    break;
                case ["marketplace", "show", ..]:
                    shown = await run.RunWellAsync(SmallMarketRun.Owner, words);
                    break;
                case ["marketplace", "audit", ..]:
                    await SmallMarketRun.FinishAsync(programs);
                    audited = await run.RunWellAsync(SmallMarketRun.Owner, words);
                    break;
                case ["marketplace", ..]:
                    await run.RunWellAsync(SmallMarketRun.Owner, words);
                    break;
                case ["aggregator", ..]:
                    programs.Add(run.Start(SmallMarketRun.Aggregator, "Aggregator", [.. words, .. Poll]));
                    break;
                case ["trainer", "check", ..]:
                    Assert.Contains("fits", (await FinishAsync(run.Start(trainer, "Trainer", words))).Output, StringComparison.Ordinal);
                    break;
                default:
                    programs.Add(run.Start(trainer++, "Trainer", [.. words, .. Poll]));
                    break;
            }
        }

        Assert.Contains("Heart disease from thirteen measurements", shown, StringComparison.Ordinal);
        Assert.Contains("0 failed", audited, StringComparison.Ordinal);
        await AssertEarnedAsync(run);
        Assert.Equal(4, (await run.ReadAsync()).History.Trainers.Count);

        string InFolder(string word) => DataFile().Replace(word, match => _folder[match.Value]);
    }

    private static string[] Poll => ["--poll", "0.2"];

    private static async Task<MarketProgram> FinishAsync(MarketProgram program)
    {
        await SmallMarketRun.FinishAsync(program);
        return program;
    }

    private static async Task AssertEarnedAsync(SmallMarketRun run)
    {
        ProjectHistory history = (await run.ReadAsync()).History;
        Assert.Equal(ProjectStatus.Completed, history.Status);
        Assert.All(history.Rounds, round => Assert.NotEmpty(round.Earned));
        await run.AssertAuditPassesAsync(1);
    }

    private static async Task<string> RequirePythonAsync(string module)
    {
        string? python = await InstalledPython.FindAsync(module);
        Assert.SkipWhen(python is null, InstalledPython.WhyMissing(module));
        return python!;
    }

    /// <summary>The lines of all code blocks of an example's README.</summary>
    private static IEnumerable<string> LinesOf(string example) =>
        File.ReadAllText(Repository.Path("examples", example, "README.md")).Split("```\n").Where((_, k) => k % 2 == 1)
            .SelectMany(block => block.Split('\n', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The words of a command line without the program's name, with the examples' paths as they are here.</summary>
    private static string[] Words(string line, Func<string, string> change) =>
    [
        .. Word().Matches(line).Skip(1).Select(match => match.Value.Trim('"').Replace(
            "examples/", Repository.Path("examples") + Path.DirectorySeparatorChar, StringComparison.Ordinal)).Select(change),
    ];

    [GeneratedRegex("\"[^\"]*\"|\\S+")]
    private static partial Regex Word();

    [GeneratedRegex(@"[\w.]+\.(?:csv|data)\b")]
    private static partial Regex DataFile();
}
