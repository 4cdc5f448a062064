using System.Numerics;
using Marketplace.Chain;
using Marketplace.LocalMarket;
using Marketplace.Protocol.Rounds;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Marketplace.Simulation;

/// <summary>A simulation on a terminal: a line for each round as it is played, then what it came to.</summary>
internal static class SimulationView
{
    private const int BarWidth = 30;

    /// <summary>What is about to be played.</summary>
    public static IEnumerable<string> Introduce(SimulatedProject project, SimulatedData data, IReadOnlyList<SimulatedTrainer> trainers, int rounds) =>
    [
        $"[bold]{Markup.Escape(project.Document.Title)}[/], {project.Document.Model.ParameterCount:N0} parameters: {rounds} of "
            + $"{project.Offer.Terms.Rounds} rounds with {trainers.Count} trainers in this process; nothing is sent, proven or paid",
        $"[grey]root set: {Markup.Escape(data.RootName)}; accuracy and loss are measured on {Markup.Escape(data.TestName)} "
            + $"({data.Test.Count:N0} samples)[/]",
    ];

    /// <summary>One round.</summary>
    /// <param name="round">The round.</param>
    /// <param name="rounds">How many are played.</param>
    public static IEnumerable<string> Describe(SimulatedRound round, int rounds)
    {
        string[] kept = [.. round.Updates.Where(update => update.IsKept).Select(update => update.Trainer)];
        string[] dropped = [.. round.Updates.Where(update => !update.IsKept).Select(update => update.Trainer)];
        yield return $"round {round.Number} of {rounds}: {Markup.Escape(Describe(round.Test))}, learning rate "
            + $"{round.LearningRate}; kept {NamesOf(kept)}"
            + (dropped.Length == 0 ? "" : $"; [yellow]dropped {NamesOf(dropped)}[/]")
            + (round.Diverged.Count == 0 ? "" : $"; [red]diverged {NamesOf(round.Diverged)}[/]");
        if (SimulationAdvice.ReasonOf(round) is { } reason)
            yield return $"[red]  {Markup.Escape(reason)}[/]";
    }

    /// <summary>What it came to.</summary>
    public static IRenderable Summarize(SimulationResult result) => new Rows(
    [
        RoundTable(result),
        TrainerTable(result),
        CostTable(result),
        .. result.Warnings.Count == 0
            ? [new Markup("[green]Nothing speaks against these terms.[/] Data that are not yours may differ: leave some reserve.")]
            : result.Warnings.Select(warning => new Markup($"[yellow]warning:[/] {Markup.Escape(warning)}")),
    ]);

    private static string Describe(RoundReport.Metrics metrics) =>
        (metrics.Accuracy is { } accuracy ? $"accuracy {Percent(accuracy)}, " : "") + $"loss {Number(metrics.Loss)}";

    private static string NamesOf(IReadOnlyCollection<string> names) => names.Count == 0 ? "[red]nobody[/]" : string.Join(", ", names);

    private static Table RoundTable(SimulationResult result)
    {
        Table table = new Table { Border = TableBorder.Rounded, Title = new TableTitle($"On {Markup.Escape(result.TestSet)}") }
            .AddColumns("After round", "Accuracy", "", "Loss", "Kept");
        table.AddRow("start", PercentOf(result.Start), Bar(result.Start), Number(result.Start.Loss), "");
        foreach (SimulatedRound round in result.Rounds)
        {
            int kept = round.Updates.Count(update => update.IsKept);
            string color = round.KeptNobody || round.PaidNobody ? "red" : "default";
            table.AddRow(
                $"{round.Number}", PercentOf(round.Test), Bar(round.Test), Number(round.Test.Loss),
                $"[{color}]{(kept == 0 ? "nobody" : $"{kept} of {round.Updates.Count}")}{(round.PaidNobody ? ", nobody paid" : "")}[/]");
        }

        return table;
    }

    private static Table TrainerTable(SimulationResult result)
    {
        Table table = new Table { Border = TableBorder.Rounded, Title = new TableTitle("Trainers") }
            .AddColumns("Trainer", "What it does", "Kept in", "Paid", "Share");
        BigInteger all = result.Trainers.Aggregate(BigInteger.Zero, (sum, total) => sum + total.Paid);
        foreach (TrainerTotal total in result.Trainers)
        {
            table.AddRow(
                $"[{(total.Trainer.IsHonest ? "green" : "red")}]{total.Trainer.Name}[/]",
                Description(total.Trainer),
                $"{total.Kept} of {result.Rounds.Count} rounds",
                Amount(total.Paid),
                all.IsZero ? "" : Percent((double)total.Paid / (double)all));
        }

        return table;
    }

    private static Table CostTable(SimulationResult result)
    {
        SimulatedCosts costs = result.Costs;
        Table table = new Table
        {
            Border = TableBorder.Rounded,
            Title = new TableTitle($"Gas, at {Units.FormatGwei(costs.GasPrice)} gwei"),
        }.AddColumns("Who", "A round", "ETH", "The whole project", "ETH");
        table.AddRow("owner", "", "", Gas(costs.Owner), Amount(costs.PriceOf(costs.Owner)));
        table.AddRow(
            "aggregator, at most", Gas(costs.AggregatorRound), Amount(costs.PriceOf(costs.AggregatorRound)), Gas(costs.Aggregator),
            Amount(costs.PriceOf(costs.Aggregator)));
        table.AddRow(
            "each trainer", Gas(costs.TrainerRound), Amount(costs.PriceOf(costs.TrainerRound)), Gas(costs.Trainer),
            Amount(costs.PriceOf(costs.Trainer)));
        return table;
    }

    private static string Description(SimulatedTrainer trainer) => trainer.Behavior switch
    {
        Behavior.Honest => $"honest, {trainer.Samples:N0} samples",
        Behavior.Noisy => $"40 % of {trainer.Samples:N0} labels random",
        Behavior.Flipping => $"all {trainer.Samples:N0} labels flipped",
        _ => "replays the model's last step",
    };

    private static string PercentOf(RoundReport.Metrics metrics) => metrics.Accuracy is { } accuracy ? Percent(accuracy) : "";

    private static string Bar(RoundReport.Metrics metrics) =>
        metrics.Accuracy is { } accuracy ? $"[blue]{new string('━', (int)Math.Round(Math.Clamp(accuracy, 0, 1) * BarWidth))}[/]" : "";

    private static string Percent(double part) => $"{part:0.0 %}";

    private static string Number(double value) => $"{value:0.000}";

    private static string Gas(ulong gas) => $"{gas:N0}";

    /// <summary>Tokens to six decimals, rounded down; --json has every digit.</summary>
    private static string Amount(BigInteger smallest) =>
        $"{Math.Floor((decimal)smallest / 1_000_000_000_000m) / 1_000_000m:0.######}";
}
