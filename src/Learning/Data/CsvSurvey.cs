namespace Marketplace.Learning.Data;

/// <summary>How well a table fits a schema, row by row and column by column, where reading it would end at the first fault.</summary>
/// <param name="Rows">All rows.</param>
/// <param name="Incomplete">Rows in which a column that is read is missing.</param>
/// <param name="Columns">The columns that are read, in the file's order.</param>
public sealed record CsvSurvey(int Rows, int Incomplete, IReadOnlyList<CsvColumnSurvey> Columns);

/// <summary>What a column holds.</summary>
/// <param name="Name">Its name in the schema.</param>
/// <param name="Missing">Rows without a value.</param>
/// <param name="Unfit">Rows with a value that the schema does not allow: no number, or none of the texts that it lists.</param>
/// <param name="FirstUnfit">The first of them and where it stands; null when there is none.</param>
public sealed record CsvColumnSurvey(string Name, int Missing, int Unfit, string? FirstUnfit);
