using Marketplace.Protocol.Rounds;
using Marketplace.ReadModel;
using Marketplace.Web.Logic.Tests.Support;
using Marketplace.Web.Market;
using Marketplace.Web.Projects;

namespace Marketplace.Web.Logic.Tests.Projects;

/// <summary>The points of a project's charts.</summary>
public sealed class ProgressPointTests
{
    private static readonly RoundMetrics OnRootSet = new(0.5, 1.5, null, null, 0.1, 2.3);

    [Fact]
    public void The_line_begins_where_the_first_round_began()
    {
        IReadOnlyList<ProgressPoint> points = ProgressPoint.Of(Project(OnRootSet, OnRootSet with { RootAccuracy = 0.75 }), null);
        Assert.Equal([(0, 0.1, 2.3), (1, 0.5, 1.5), (2, 0.75, 1.5)], points.Select(point => (point.Round, point.Accuracy!.Value, point.Loss)));
    }

    [Fact]
    public void What_was_measured_on_other_data_is_no_start()
    {
        IReadOnlyList<ProgressPoint> points = ProgressPoint.Of(Project(OnRootSet with { TestAccuracy = 0.4, TestLoss = 1.7 }), null);
        Assert.Equal([(1, 0.4, 1.7)], points.Select(point => (point.Round, point.Accuracy!.Value, point.Loss)));
    }

    [Fact]
    public void A_later_round_is_no_start() => Assert.Equal([2], ProgressPoint.Of(Project(null, OnRootSet), null).Select(point => point.Round));

    [Fact]
    public void Measurements_go_before_reports_from_the_start_on()
    {
        ProjectMeasurements measured = new(Measured(2.5), new Dictionary<int, Measurement> { [0] = Measured(1.25) });
        IReadOnlyList<ProgressPoint> points = ProgressPoint.Of(Project(OnRootSet), measured);
        Assert.Equal([(0, 2.5), (1, 1.25)], points.Select(point => (point.Round, point.Loss)));
        Assert.All(points, point => Assert.True(point.IsTest));
    }

    [Fact]
    public void A_round_that_kept_nobody_is_marked()
    {
        ProjectDetails project = Project(OnRootSet, OnRootSet);
        project = project with { Rounds = [project.Rounds[0], project.Rounds[1] with { Kept = 0, Paid = 0 }] };
        Assert.Equal([false, false, true], ProgressPoint.Of(project, null).Select(point => point.IsTrouble));
    }

    private static Measurement Measured(double loss) => new(new RoundReport.Metrics(loss, 0.5), 100, 0);

    private static ProjectDetails Project(params RoundMetrics?[] metrics) => MadeUpProject.Details(
        [.. metrics.Select((round, k) => MadeUpProject.Round(k, RoundStage.Settled) with { Kept = 2, Paid = 10, Metrics = round })]);
}
