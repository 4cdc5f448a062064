using Marketplace.Laboratory.Experiments;
using Marketplace.Laboratory.Reports;
using Marketplace.Laboratory.Tasks;

namespace Marketplace.Laboratory.Tests.Experiments;

public sealed class LaboratoryCommandTests
{
    [Fact]
    public void Options_have_their_defaults()
    {
        Assert.Equal(new LaboratoryOptions(), LaboratoryOptions.Parse([]));
        Assert.Equal(1, LaboratoryOptions.Parse(["--quick"]).Seeds);
        Assert.Equal(3, LaboratoryOptions.Parse(["--seeds", "3", "--quick"]).Seeds);
        LaboratoryOptions options = LaboratoryOptions.Parse(["--data", "d", "--task", "mnist", "--task", "adult", "--out", "o"]);
        Assert.Equal(("d", "o"), (options.Data, options.Out));
        Assert.Equal(["mnist", "adult"], options.Tasks);
        Assert.Equal("--seeds 5 --data FOLDER --task mnist --task adult", options.ToString());
    }

    [Theory]
    [InlineData("--sedes")]
    [InlineData("--out")]
    [InlineData("--seeds", "0")]
    [InlineData("--seeds", "many")]
    public void Wrong_options_are_refused(params string[] arguments) =>
        Assert.Contains(arguments[0], Assert.Throws<ArgumentException>(() => LaboratoryOptions.Parse(arguments)).Message, StringComparison.Ordinal);

    [Fact]
    public void Trials_are_reported_in_their_order_however_they_end()
    {
        var progress = new StringWriter();
        IReadOnlyList<Observation> observations =
            LaboratoryCommand.Observe(new Counting(), new LaboratoryOptions { Seeds = 40 }, progress, default);
        Assert.Equal(Enumerable.Range(1, 40).Select(seed => (double)seed), observations.Select(observation => observation.Value));
        Assert.Contains("40/40", progress.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("contribution")]
    [InlineData("robustness")]
    [InlineData("freeride")]
    [InlineData("market")]
    [InlineData("tradeoffs")]
    public void There_is_a_command_for_every_question(string name) => Assert.Contains(name, LaboratoryCommand.Names);

    [Fact]
    public void Every_command_says_what_it_asks_and_refuses_other_options_as_wrong_usage()
    {
        TextWriter output = Console.Out;
        try
        {
            foreach (string name in LaboratoryCommand.Names)
            {
                using StringWriter help = new();
                Console.SetOut(help);
                Assert.Equal(0, LaboratoryCommand.Run([name, "--help"]));
                Assert.StartsWith($"{name} {LaboratoryOptions.Usage}", help.ToString(), StringComparison.Ordinal);
                Assert.Contains("--seeds N ", help.ToString(), StringComparison.Ordinal);
                Assert.Equal(2, LaboratoryCommand.Run([name, "--sedes", "3"]));
            }
        }
        finally
        {
            Console.SetOut(output);
        }
    }

    [Fact]
    public void Only_the_rules_that_are_asked_for_are_compared_and_only_where_rules_are()
    {
        LaboratoryOptions options = LaboratoryOptions.Parse(["--quick", "--rule", "median", "--rule", "mean by size"]);
        Assert.Equal("--quick --seeds 1 --rule 'median' --rule 'mean by size'", options.ToString());
        Assert.Equal(["mean by size", "median"], PlanOf(options).First().Run().Select(observation => observation.Column).Distinct());
        string refusal = Assert.Throws<ArgumentException>(() => PlanOf(LaboratoryOptions.Parse(["--rule", "modus"])).First()).Message;
        Assert.Contains("'modus' is none of the rules: Marketplace, mean by size, FLTrust", refusal, StringComparison.Ordinal);
        Assert.Equal(2, LaboratoryCommand.Run(["freeride", "--rule", "median"]));

        static IEnumerable<Trial> PlanOf(LaboratoryOptions options) =>
            new Robustness().Plan(new TaskLoader(null).Load(TaskLoader.Digits, TestContext.Current.CancellationToken), options);
    }

    [Fact]
    public void Pay_is_told_in_multiples_of_the_honest_trainers()
    {
        TableKey riders = new("mnist-riders", "mnist: pay"), names = new("mnist-names-iid", "mnist, IID: pay");
        TableKey empty = new("mnist-empty", "mnist: rounds");
        Observation[] observations =
        [
            new(riders, "honest", "IID", 1, 0.1), new(riders, "honest", "IID", 2, 0.3), new(names, "copies", "2 names", 1, 0.4),
            new(empty, "root set", "IID", 1, 7), new(riders, "honest", "Dirichlet 0.5", 1, 0), new(riders, "replays", "Dirichlet 0.5", 1, 0.2),
        ];
        Observation[] concluded = [.. new FreeRiding().Conclude(observations)];
        Assert.Equal([0.5, 1.5, 2, 7], concluded.Select(observation => Math.Round(observation.Value, 12)));
    }

    private sealed class Counting : IExperiment
    {
        public string Name => "counting";

        public string Question => "How many seeds are there?";

        public IReadOnlyList<string> DefaultTasks => [];

        public IEnumerable<Trial> Plan(LearningTask task, LaboratoryOptions options) => Enumerable.Range(1, options.Seeds).Select(seed =>
            new Trial($"seed {seed}", () => [new Observation(new TableKey("t", "t"), task.Name, "c", (ulong)seed, seed)]));
    }
}
