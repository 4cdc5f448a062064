using Marketplace.Laboratory.Experiments;
using Marketplace.Laboratory.Reports;
using Marketplace.Laboratory.Tasks;

namespace Marketplace.Laboratory.Tests.Experiments;

public sealed class TradeoffsTests
{
    private static readonly LaboratoryOptions Options = new() { IsQuick = true, Seeds = 2 };
    private static readonly LearningTask Digits = new TaskLoader(null).Load(TaskLoader.Digits, default);

    [Fact]
    public void Every_measure_has_a_trial_for_each_seed()
    {
        string[] names = [.. new Tradeoffs().Plan(Digits, Options).Select(trial => trial.Name)];
        Assert.Distinct(names);
        Assert.Equal(names.Count(name => name.EndsWith("seed 1", StringComparison.Ordinal)) * 2, names.Length);
        Assert.All(
            ["novelty", "copies", "granted", "floor", "trust", "norms"],
            sweep => Assert.Contains(names, name => name.StartsWith($"digits, {sweep}, ", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_contracts_point_is_what_free_riding_says_and_more_novelty_pays_a_hidden_replay_less()
    {
        const string rider = "replays a fading average, with noise";
        SummaryTable curve = Assert.Single(SummaryTable.Of(Run(new Tradeoffs(), $", novelty, {rider},")));
        Assert.Equal("2 (contract)", curve.Key.Curve?.Marked);
        double[] pay = [.. curve.Rows.Select(row => curve.Cells[(row, rider)].Mean)];
        Assert.Equal(pay.OrderDescending(), pay);
        Assert.Equal(7, pay.Distinct().Count());

        FreeRiding freeRiding = new();
        SummaryTable riders = SummaryTable.Of([.. freeRiding.Conclude(Run(freeRiding, ", IID, free riders,"))])[0];
        Assert.Equal(riders.Cells[(rider, "IID")].Mean, curve.Cells[("2 (contract)", rider)].Mean, 1e-12);
    }

    [Fact]
    public void The_contracts_rank_is_what_contribution_says()
    {
        SummaryTable curve = Assert.Single(SummaryTable.Of(Run(new Tradeoffs(), ", trust, rank, Dirichlet 0.5,")));
        SummaryTable contribution = SummaryTable.Of(Run(new Contribution(), ", Dirichlet 0.5,"))
            .Single(table => table.Key.Name == "digits-rank-retraining");
        Assert.Equal(
            contribution.Cells[("Marketplace", "Dirichlet 0.5")].Mean, curve.Cells[("0.5 (contract)", "rank, Dirichlet 0.5")].Mean, 1e-12);
    }

    [Fact]
    public void The_contracts_accuracy_under_attack_is_what_robustness_says()
    {
        SummaryTable curve = Assert.Single(SummaryTable.Of(Run(new Tradeoffs(), ", norms, boosted label flip, below MDA,")));
        SummaryTable robustness = SummaryTable.Of(Run(new Robustness(), ", Dirichlet 0.5, boosted label flip,"))
            .Single(table => table.Key.Name.EndsWith("accuracy", StringComparison.Ordinal));
        Assert.Equal(
            robustness.Cells[("boosted label flip", "MDA")].Mean - robustness.Cells[("boosted label flip", "Marketplace")].Mean,
            curve.Cells[("0.5 (contract)", "boosted label flip, below MDA")].Mean,
            1e-12);
    }

    private static Observation[] Run(IExperiment experiment, string part) =>
    [
        .. experiment.Plan(Digits, Options).Where(trial => trial.Name.Contains(part, StringComparison.Ordinal)).SelectMany(trial => trial.Run()),
    ];
}
