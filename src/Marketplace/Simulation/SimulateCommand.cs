using System.CommandLine;
using System.Numerics;
using Marketplace.Chain;
using Marketplace.Commands;
using Marketplace.Contracts;
using Marketplace.Hosting;
using Marketplace.Protocol;
using Spectre.Console;

namespace Marketplace.Simulation;

/// <summary>The <c>simulate</c> command.</summary>
internal static class SimulateCommand
{
    private const int UsualTrainers = 5;

    private const int FileWidth = 150;

    private static readonly BigInteger MostGasPrice = Units.ParseGwei("1000000");

    private static readonly Argument<string> Project = new("project")
    {
        Description = "Folder with terms.json and the document that it names, as 'marketplace init' writes it, or another terms file",
        DefaultValueFactory = _ => ".",
    };

    private static readonly Option<int?> Trainers = new("--trainers")
    {
        Description = $"How many trainers take part, attackers among them, 1 to {MarketLimits.Seats} [default: {UsualTrainers}, within the terms]",
    };

    private static readonly Option<string?> Data = new("--data")
    {
        Description = "What everybody's data are dealt from: a folder with IDX files, or a CSV file; without it digits are drawn, if they fit",
        HelpName = "path",
    };

    private static readonly Option<string?> Root = new("--root")
    {
        Description = "Your root set, in the form that 'aggregator run' takes; a part of --data unless given",
        HelpName = "path",
    };

    private static readonly Option<int?> RootSamples = new("--root-samples")
    {
        Description = "Samples of --data that are the root set [default: as many as a trainer has on average]",
    };

    private static readonly Option<string?> Test = new("--test")
    {
        Description = "A test set, where the document names none; a part of --data unless given",
        HelpName = "path",
    };

    private static readonly Option<string> Partition = new("--partition")
    {
        Description = "How samples are dealt: iid, or dirichlet:C for trainers that see classes unequally, the more the smaller C is",
        DefaultValueFactory = _ => "iid",
        HelpName = "iid|dirichlet:C",
    };

    private static readonly Option<string?> Attackers = new("--attackers")
    {
        Description = "Trainers that cheat: flip:N (all labels wrong), noise:N (40 % random), replay:N (nothing but the model's last step)",
        HelpName = "list",
    };

    private static readonly Option<int?> Rounds = new("--rounds") { Description = "Play only the first so many rounds [default: all of the terms]" };

    private static readonly Option<string> GasPrice = new("--gas-price")
    {
        Description = "Price of gas, in gwei",
        DefaultValueFactory = _ => "1",
        HelpName = "gwei",
    };

    private static readonly Option<ulong> Seed = new("--seed") { Description = "Decides who gets which samples", DefaultValueFactory = _ => 1 };

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "Print the result as JSON on standard output, progress on standard error",
    };

    public static Command Create()
    {
        var engine = new EngineSettings("cpu");
        return new Command(
            "simulate",
            """
            Plays a project's rounds on this machine before anything is escrowed: no chain, no proofs, no money.

            What trainers, aggregator and contract would compute is computed by the same code: local training, the Gram matrix, who is kept and
            what is paid. At the end it says what to change: a root set that is too small, rates that are too high, rewards below the cost of gas.

            Examples:
              marketplace simulate digits --trainers 5 --attackers flip:1,replay:1
              marketplace simulate heart --data all.csv --root mine.csv --partition dirichlet:0.5 --gas-price 20
            """)
        {
            Project, Trainers, Data, Root, RootSamples, Test, Partition, Attackers, Rounds, GasPrice, Seed, Json,
        }
        .WithSettings([SharedSettings.Config, .. engine.All])
        .Does(async (context, cancellationToken) =>
        {
            SimulatedProject project = await ReadAsync(context.Arguments.GetRequiredValue(Project), cancellationToken);
            SimulationOptions options = Read(context.Arguments, project.Offer.Terms);
            BigInteger gasPrice = ReadGasPrice(context.Arguments.GetRequiredValue(GasPrice));
            SimulatedData data = SimulatedData.Prepare(project, options);
            var simulation = new ProjectSimulation(project, data, options, engine.Open(context.Settings, context.Log));
            bool json = context.Arguments.GetValue(Json);
            IAnsiConsole console = json
                ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) })
                : AnsiConsole.Console;
            // Who reads it from a file wants whole lines.
            if (!console.Profile.Out.IsTerminal)
                console.Profile.Width = FileWidth;
            int rounds = options.Rounds ?? project.Offer.Terms.Rounds;
            Print(console, SimulationView.Introduce(project, data, simulation.Trainers, rounds));
            SimulationResult result = simulation.Run(round => Print(console, SimulationView.Describe(round, rounds)), gasPrice, cancellationToken);
            console.Write(SimulationView.Summarize(result));
            if (json)
                Console.WriteLine(result.ToJson());
            return 0;
        });
    }

    /// <summary>Reads a project from the folder with <c>terms.json</c>, or from another terms file.</summary>
    private static async Task<SimulatedProject> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var terms = new FileInfo(Directory.Exists(path) ? Path.Combine(path, ProjectFiles.TermsName) : path);
        ProjectFiles files = await ProjectFiles.ReadAsync(terms, cancellationToken);
        int[]? weights = DraftFiles.NamesInitialWeights(files.Draft)
            ? await DraftFiles.ReadInitialWeightsAsync(files.Draft, files.Folder, cancellationToken)
            : null;
        return SimulatedProject.Of(files.Terms, files.Draft, files.Folder, weights);
    }

    private static void Print(IAnsiConsole console, IEnumerable<string> lines)
    {
        foreach (string line in lines)
            console.MarkupLine(line);
    }

    private static SimulationOptions Read(ParseResult arguments, Terms terms)
    {
        int trainers = arguments.GetValue(Trainers)
            ?? Math.Clamp(UsualTrainers, Math.Min((int)terms.MinTrainers, MarketLimits.Seats), Math.Min((int)terms.MaxTrainers, MarketLimits.Seats));
        Within("--trainers", trainers, MarketLimits.Seats);
        if (arguments.GetValue(Rounds) is { } rounds)
            Within("--rounds", rounds, terms.Rounds);
        if (arguments.GetValue(RootSamples) is { } samples)
            Within("--root-samples", samples, int.MaxValue);
        if (arguments.GetValue(Root) is not null && arguments.GetValue(RootSamples) is not null)
            throw new UsageException("--root and --root-samples exclude each other: the root set is either given, or a part of the data");
        if (arguments.GetValue(Data) is null && (arguments.GetValue(Root) ?? arguments.GetValue(Test)) is not null)
            throw new UsageException("--root and --test go with --data: without it all samples are drawn");
        return new SimulationOptions
        {
            Trainers = trainers,
            Attackers = SimulationOptions.ParseAttackers(arguments.GetValue(Attackers), trainers),
            Data = arguments.GetValue(Data),
            Root = arguments.GetValue(Root),
            RootSamples = arguments.GetValue(RootSamples),
            Test = arguments.GetValue(Test),
            Concentration = SimulationOptions.ParsePartition(arguments.GetRequiredValue(Partition)),
            Rounds = arguments.GetValue(Rounds),
            Seed = arguments.GetValue(Seed),
        };
    }

    private static void Within(string option, int value, int most)
    {
        if (value < 1 || value > most)
            throw new UsageException($"{option} expects 1 to {most}, got {value}");
    }

    private static BigInteger ReadGasPrice(string text)
    {
        try
        {
            BigInteger price = Units.ParseGwei(text);
            return price.Sign >= 0 && price <= MostGasPrice
                ? price
                : throw new UsageException($"--gas-price expects 0 to {Units.FormatGwei(MostGasPrice)} gwei, got '{text}'");
        }
        catch (FormatException e)
        {
            throw new UsageException($"--gas-price: {e.Message}");
        }
    }
}
