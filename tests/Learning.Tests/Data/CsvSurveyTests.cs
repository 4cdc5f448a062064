using Marketplace.Learning.Data;
using Marketplace.Testing.Files;

namespace Marketplace.Learning.Tests.Data;

/// <summary>What a table is said to hold that reading it would refuse at its first fault.</summary>
public sealed class CsvSurveyTests
{
    private static readonly CsvSchema Schema = new()
    {
        Columns =
        [
            new() { Name = "age", Kind = CsvColumnKind.Numeric, Mean = 50, Deviation = 10 },
            new() { Name = "note", Kind = CsvColumnKind.Ignored },
            new() { Name = "pain", Kind = CsvColumnKind.Categorical, Categories = ["1", "2"] },
            new() { Name = "ill", Kind = CsvColumnKind.Label },
        ],
        DropMissing = true,
    };

    [Fact]
    public void Faults_are_counted_by_column_and_what_is_not_read_counts_for_nothing()
    {
        CsvSurvey survey = Survey("50,,1.0,no\n?,x,2,yes\nold,x,3,no\n40,x,?,no\nolder,x,7,no\n");
        Assert.Equal((5, 2), (survey.Rows, survey.Incomplete));
        Assert.Equal(
            [
                new CsvColumnSurvey("age", 1, 2, "\"old\" in line 3"),
                new CsvColumnSurvey("pain", 1, 2, "\"3\" in line 3"),
                new CsvColumnSurvey("ill", 0, 0, null),
            ],
            survey.Columns);
    }

    [Fact]
    public void A_file_that_is_no_such_table_is_refused_as_by_reading() =>
        Assert.Contains(":2:", Assert.Throws<InvalidDataException>(() => Survey("1,x,1,no\n1,x\n")).Message, StringComparison.Ordinal);

    private static CsvSurvey Survey(string text)
    {
        using var folder = new TemporaryFolder();
        return CsvSurvey.Of(folder.Write("table.csv", text), Schema);
    }
}
