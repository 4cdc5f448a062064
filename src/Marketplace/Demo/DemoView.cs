using Marketplace.Chain;
using Marketplace.LocalMarket;
using Marketplace.Protocol.Audit;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Marketplace.Demo;

/// <summary>The demo on a terminal: tables that grow with the rounds, and a summary of one screen.</summary>
internal static class DemoView
{
    private const int BarWidth = 24;

    /// <summary>Rounds and trainers as they stand.</summary>
    public static IRenderable Render(DemoProgress progress) =>
        new Rows(RoundTable(progress), TrainerTable(progress), new Markup($"[grey]{Markup.Escape(progress.Activity)}[/]"));

    /// <summary>One round as a line, where tables cannot be redrawn.</summary>
    public static string Describe(DemoProgress progress, DemoRound round) =>
        $"round {round.Index + 1} of {progress.TotalRounds}: accuracy {round.Accuracy:0.0 %}, loss {round.Loss:0.000}, paid " +
        string.Join(", ", progress.Scenario.Trainers.Select(trainer =>
            $"{trainer.Name} {Units.FormatEther(round.Payouts.GetValueOrDefault(trainer.Party.Address))}"
            + OutcomeOf(round, trainer.Party.Address)))
        + (round.Trouble is { } trouble ? $". {trouble}" : "");

    /// <summary>What a trainer has won before the court, as a line.</summary>
    public static string Describe(DemoVerdict verdict) =>
        $"the court has opened {verdict.Trainer.Name}'s update, and found it valid: {Units.FormatEther(verdict.Part)} of its round is paid, and "
            + $"{Units.FormatEther(verdict.Compensation)} on top out of the aggregator's bond";

    public static IRenderable Summarize(DemoProgress progress, DemoResult result, AuditCheck? fault, TimeSpan took)
    {
        Grid grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        grid.AddRow("[bold]Accuracy[/]", $"{result.FinalAccuracy:0.0 %} on data that nobody trained on");
        grid.AddRow("[bold]Model[/]", result.FinalModel ?? "could not be derived");
        grid.AddRow(
            "[bold]Paid[/]",
            $"{Units.FormatEther(progress.Paid)} of 10 to trainers, every wei of it computed by the contract from a proven Gram matrix");
        foreach (DemoVerdict verdict in progress.Verdicts)
            grid.AddRow("[bold]Court[/]", Markup.Escape(Describe(verdict)));
        grid.AddRow("[bold]Gas[/]", string.Join(", ", result.Parties.Select(party => $"{party.Name} {party.GasUsed / 1000.0:N0} k")));
        grid.AddRow("[bold]Published[/]", $"{result.BytesPublished / 1024.0:N0} KiB under content identifiers");
        grid.AddRow("[bold]Audit[/]", result.AuditPassed
            ? $"[green]passed[/], {result.AuditChecks} checks from public data alone"
            : $"[red]failed[/]: {Markup.Escape(fault is null ? "" : $"{fault.Subject}: {fault.Name}, {fault.Evidence}")}");
        grid.AddRow("[bold]Time[/]", $"{took.TotalSeconds:0} s");
        return new Rows(Render(progress), new Panel(grid) { Header = new PanelHeader("The market has closed"), Border = BoxBorder.Rounded });
    }

    private static string OutcomeOf(DemoRound round, Address trainer) =>
        round.Kept.Contains(trainer) ? ""
        : round.Invalid.Contains(trainer) ? " (declared invalid)"
        : " (outlier)";

    private static Table RoundTable(DemoProgress progress)
    {
        Table table = new Table { Border = TableBorder.Rounded, Title = new TableTitle("Rounds") }
            .AddColumns("Round", "Accuracy", "", "Loss", "In the aggregate", "Not in it");
        foreach (DemoRound round in progress.Rounds)
        {
            ILookup<bool, string> names = progress.Scenario.Trainers.ToLookup(
                trainer => round.Kept.Contains(trainer.Party.Address),
                trainer => trainer.Name + (round.Invalid.Contains(trainer.Party.Address) ? " (declared invalid)" : ""));
            table.AddRow(
                $"{round.Index + 1} of {progress.TotalRounds}",
                $"{round.Accuracy:0.0 %}",
                $"[blue]{Bar(round.Accuracy)}[/]",
                $"{round.Loss:0.000}",
                string.Join(", ", names[true].DefaultIfEmpty("[red]nobody[/]")),
                $"[red]{string.Join(", ", names[false])}[/]");
        }
        if (progress.Rounds.LastOrDefault(round => round.Trouble is not null) is { } empty)
            table.Caption = new TableTitle($"[red]Round {empty.Index + 1}: {Markup.Escape(empty.Trouble!)}[/]");
        return table;
    }

    private static Table TrainerTable(DemoProgress progress)
    {
        Table table = new Table { Border = TableBorder.Rounded, Title = new TableTitle("Trainers") }
            .AddColumns("Trainer", "What it does", "Last round", "Earned", "Share", "");
        double paid = (double)progress.Paid;
        foreach (LocalTrainer trainer in progress.Scenario.Trainers)
        {
            Address account = trainer.Party.Address;
            double share = paid == 0 ? 0 : (double)progress.EarnedBy(account) / paid;
            table.AddRow(
                trainer.Name,
                trainer.Description,
                progress.Rounds.Count == 0 ? "" : $"{(double)progress.Rounds[^1].Payouts.GetValueOrDefault(account) / 1e18:0.000}",
                $"{(double)progress.EarnedBy(account) / 1e18:0.000}",
                $"{share:0.0 %}",
                $"[{(trainer.Behavior == Behavior.Honest ? "green" : "red")}]{Bar(share)}[/]");
        }
        return table;
    }

    private static string Bar(double part) => new('━', (int)Math.Round(Math.Clamp(part, 0, 1) * BarWidth));
}
