namespace Marketplace.Laboratory.Reports;

/// <summary>A table that an experiment fills.</summary>
/// <param name="Name">Names its files: small letters, digits and dashes.</param>
/// <param name="Title">What its numbers are, with their unit.</param>
/// <param name="Digits">How many digits after the point are shown.</param>
/// <param name="Curve">How it is drawn as curves; null for a table that is drawn as one.</param>
public sealed record TableKey(string Name, string Title, int Digits = 2, Curve? Curve = null)
{
    /// <summary>Words as a part of a name.</summary>
    public static string NameOf(string words) => words.ToLowerInvariant().Replace(", ", "-").Replace(' ', '-').Replace(".", "");
}

/// <summary>A table whose rows are the points of curves, in their order: every further column over each of the first ones.</summary>
/// <param name="Across">How many of the first columns go across, each in a picture of its own.</param>
/// <param name="Marked">The row that is the contract's.</param>
public sealed record Curve(int Across, string Marked);

/// <summary>One number of one seed.</summary>
/// <param name="Table">Where it goes.</param>
/// <param name="Row">The row there.</param>
/// <param name="Column">The column there.</param>
/// <param name="Seed">Of what seed it is.</param>
/// <param name="Value">The number.</param>
public sealed record Observation(TableKey Table, string Row, string Column, ulong Seed, double Value);

/// <summary>Means over seeds, with rows and columns in the order in which they first came.</summary>
/// <param name="Key">Which table.</param>
/// <param name="Rows">Names of the rows.</param>
/// <param name="Columns">Names of the columns.</param>
/// <param name="Cells">What is known, by row and column.</param>
public sealed record SummaryTable(
    TableKey Key, IReadOnlyList<string> Rows, IReadOnlyList<string> Columns, IReadOnlyDictionary<(string Row, string Column), Estimate> Cells)
{
    /// <summary>Summarizes observations, one table after the other.</summary>
    public static IReadOnlyList<SummaryTable> Of(IEnumerable<Observation> observations) =>
    [
        .. observations.GroupBy(observation => observation.Table).Select(table => new SummaryTable(
            table.Key,
            [.. table.Select(observation => observation.Row).Distinct()],
            [.. table.Select(observation => observation.Column).Distinct()],
            table.GroupBy(observation => (observation.Row, observation.Column))
                .ToDictionary(cell => cell.Key, cell => Estimate.Of([.. cell.Select(observation => observation.Value)])))),
    ];
}
