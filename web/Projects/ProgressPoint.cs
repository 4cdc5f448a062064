using Marketplace.ReadModel;
using Marketplace.Web.Market;
using Marketplace.Web.Rounds;

namespace Marketplace.Web.Projects;

/// <summary>How a project's model does after a round.</summary>
/// <param name="Round">As people count: 1 for the first, 0 for the model that it starts from.</param>
/// <param name="Accuracy">0 to 1; null where the model does not classify.</param>
/// <param name="Loss">Mean loss a sample; may be infinite or no number, as reports may.</param>
/// <param name="IsTest">On a test set, not on the aggregator's root set.</param>
/// <param name="IsTrouble">Whether the round kept or paid nobody.</param>
public sealed record ProgressPoint(int Round, double? Accuracy, double Loss, bool IsTest, bool IsTrouble)
{
    /// <summary>What the charts call it.</summary>
    public string Name => $"{Round}";

    public double AccuracyPercent => 100 * (Accuracy ?? 0);

    /// <summary>
    /// The points of a project, all of one set, since figures of different ones are not comparable: measured ones where it was measured, else
    /// what the aggregator reports, of its test set only where every round has that.
    /// </summary>
    public static IReadOnlyList<ProgressPoint> Of(ProjectDetails project, ProjectMeasurements? measured)
    {
        ArgumentNullException.ThrowIfNull(project);
        bool isTest = measured is not null || project.Rounds.All(round => round.Metrics is null or { TestLoss: not null });
        ProgressPoint[] rounds =
        [
            .. from round in project.Rounds
               let point = measured is null ? Reported(round, project.Summary, isTest) : Measured(round, project.Summary, measured)
               where point is not null
               select point,
        ];
        return rounds is [var first, ..] && Start(project, measured, first) is { } start ? [start, .. rounds] : rounds;
    }

    /// <summary>The start, as far as it was measured on the same data as the first round.</summary>
    private static ProgressPoint? Start(ProjectDetails project, ProjectMeasurements? measured, ProgressPoint first)
    {
        if (measured?.Start.Metrics is { } own)
            return new ProgressPoint(0, own.Accuracy, own.Loss, true, false);
        return !first.IsTest && project.Rounds[first.Round - 1] is { Index: 0, Metrics: { BeforeLoss: { } loss, BeforeAccuracy: var accuracy } }
            ? new ProgressPoint(0, accuracy, loss, false, false)
            : null;
    }

    private static ProgressPoint? Measured(RoundSummary round, ProjectSummary project, ProjectMeasurements measured) =>
        measured.Rounds.GetValueOrDefault(round.Index)?.Metrics is { } own ? Of(round, project, own.Accuracy, own.Loss, true) : null;

    private static ProgressPoint? Reported(RoundSummary round, ProjectSummary project, bool isTest) => round.Metrics switch
    {
        null => null,
        { TestLoss: { } loss } metrics when isTest => Of(round, project, metrics.TestAccuracy, loss, true),
        var metrics => Of(round, project, metrics.RootAccuracy, metrics.RootLoss, false),
    };

    private static ProgressPoint Of(RoundSummary round, ProjectSummary project, double? accuracy, double loss, bool isTest) =>
        new(round.Index + 1, accuracy, loss, isTest, RoundTrouble.Of(round, project) is not null);
}
