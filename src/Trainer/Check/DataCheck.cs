using System.Globalization;
using Marketplace.Learning.Data;
using Marketplace.Protocol.Projects;

namespace Marketplace.Trainer.Check;

/// <summary>Whether a trainer's data are what a project's document asks for.</summary>
internal static class DataCheck
{
    /// <summary>Most classes whose shares are listed one by one.</summary>
    private const int MaxListed = 20;

    /// <summary>A class with a smaller part of an equal share is rare.</summary>
    private const double Rare = 0.1;

    /// <param name="document">Says what data must be.</param>
    /// <param name="path">The trainer's data.</param>
    /// <param name="report">Told what is found.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The data; null when the project cannot be trained on them.</returns>
    public static Dataset? Run(ProjectDocument document, string path, CheckReport report, CancellationToken cancellationToken)
    {
        report.Section("data");
        try
        {
            if (document.Data.Schema is { } schema && document.Data.Kind == "csv")
                WriteSurvey(CsvSurvey.Of(path, schema, cancellationToken), schema, report);
            Dataset data = ProjectData.Load(document, path, "train");
            WriteContents(data, report);
            return data;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            report.Obstacle($"the data cannot be used: {e.Message}");
            return null;
        }
    }

    private static void WriteSurvey(CsvSurvey survey, CsvSchema schema, CheckReport report)
    {
        report.Line("rows", $"{Number(survey.Rows)}, {Number(survey.Incomplete)} of them incomplete"
            + (schema.DropMissing && survey.Incomplete > 0 ? " and left out, as the document wants" : ""));
        foreach (CsvColumnSurvey column in survey.Columns.Where(column => column.Missing > 0))
            report.Line("missing", $"{column.Name}: {Number(column.Missing)} rows");
        foreach (CsvColumnSurvey column in survey.Columns.Where(column => column.Unfit > 0))
        {
            report.Line("unknown", $"{column.Name}: {Number(column.Unfit)} rows with what the document does not allow, first {column.FirstUnfit}");
            report.Obstacle($"column {column.Name} has {Number(column.Unfit)} values that the document does not allow");
        }
    }

    private static void WriteContents(Dataset data, CheckReport report)
    {
        report.Line("samples", $"{Number(data.Count)} of shape [{string.Join(", ", data.Shape)}]");
        if (data.Labels is not { } labels || data.Count == 0)
            return;
        int[] counts = new int[data.ClassCount];
        foreach (int label in labels)
            counts[label]++;
        report.Line("classes", string.Join(", ", counts.Take(MaxListed).Select((count, label) =>
            string.Create(CultureInfo.InvariantCulture, $"{label}: {count:N0} ({100.0 * count / data.Count:0.#} %)")))
            + (counts.Length > MaxListed ? $", and {counts.Length - MaxListed} more" : ""));
        int[] rare = [.. Enumerable.Range(0, counts.Length).Where(label => counts[label] * counts.Length < Rare * data.Count)];
        if (rare.Length > 0)
        {
            report.Line("balance", $"{rare.Length} of {counts.Length} classes are rare or absent; an update of such data points less along the "
                + "reference, and earns less");
        }
    }

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
