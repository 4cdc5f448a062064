using Bunit;
using Marketplace.Learning.Data;
using Marketplace.Protocol.Templates;
using Marketplace.Web.Posting;

namespace Marketplace.Web.Logic.Tests.Posting;

/// <summary>Columns are put together one by one; the model follows.</summary>
public sealed class ColumnBuilderTests : BunitContext
{
    private readonly BountyForm _form = new();

    public ColumnBuilderTests() => _form.Use(ProjectTemplate.All.Single(template => template.Key == "table"));

    private CsvSchema Schema => _form.Schema!;

    [Fact]
    public void A_column_that_is_added_is_an_input_more_of_the_model()
    {
        int columns = Schema.Columns.Count, inputs = (int)_form.Model!["input"]![0]!;
        Click(Show(), "Add a column");
        Assert.Equal(columns + 1, Schema.Columns.Count);
        Assert.Equal(inputs + 1, (int)_form.Model["input"]![0]!);
        Schema.Validate();
    }

    [Fact]
    public void Another_kind_leaves_nothing_behind_that_is_not_its_own()
    {
        IRenderedComponent<ColumnBuilder> builder = Show();
        builder.Find("[data-test=column-14] select").Change(nameof(CsvColumnKind.Ignored));
        builder.Find("[data-test=column-3] select").Change(nameof(CsvColumnKind.Label));
        Schema.Validate();
        Assert.Equal(["1", "2", "3", "4"], Schema.Columns[2].Classes!.Select(Assert.Single));
        Assert.Equal(4, (int)_form.Model!["layers"]!.AsArray()[^1]!["out"]!);
        builder.Find("[data-test=column-1] select").Change(nameof(CsvColumnKind.Categorical));
        Assert.Null(Schema.Columns[0].Mean);
        Schema.Validate();
    }

    [Fact]
    public void Values_classes_and_numbers_are_written_and_read()
    {
        IRenderedComponent<ColumnBuilder> builder = Show();
        builder.Find("[data-test=column-3] textarea").Change(" asymptomatic\n\ntypical \n");
        Assert.Equal(["asymptomatic", "typical"], Schema.Columns[2].Categories);
        Assert.Equal("0\n1 | 2 | 3 | 4", builder.Find("[data-test=column-14] textarea").GetAttribute("value"));
        builder.Find("[data-test=column-14] textarea").Change("no\nsome|much\nall");
        Assert.Equal(["no", "some,much", "all"], Schema.Columns[13].Classes!.Select(texts => string.Join(',', texts)));
        builder.Find("[data-test=column-1] input[type=number]").Change("1e3");
        Assert.Equal(1000, Schema.Columns[0].Mean);
        Schema.Validate();
    }

    [Fact]
    public void A_column_is_moved_and_removed_and_it_is_said()
    {
        IRenderedComponent<ColumnBuilder> builder = Show();
        string first = Schema.Columns[0].Name;
        builder.Find("button[aria-label='Move column 1 down']").Click();
        Assert.Equal(first, Schema.Columns[1].Name);
        Assert.Contains("now column 2", builder.Find("[role=status]").TextContent, StringComparison.Ordinal);
        builder.Find("button[aria-label='Move column 1 up']").Click();
        Assert.Equal(first, Schema.Columns[1].Name);
        builder.Find("button[aria-label='Remove column 2']").Click();
        Assert.DoesNotContain(Schema.Columns, column => column.Name == first);
    }

    [Fact]
    public void Many_columns_are_shown_part_by_part()
    {
        _form.Schema = Schema with
        {
            Columns = [.. Enumerable.Range(0, CsvSchema.MaxColumns).Select(k => new CsvColumn { Name = $"c{k}", Kind = CsvColumnKind.Numeric })],
        };
        IRenderedComponent<ColumnBuilder> builder = Show();
        Assert.Equal(50, builder.FindAll("fieldset").Count);
        Click(builder, "Later");
        Assert.NotNull(builder.Find("[data-test=column-51]"));
        Assert.DoesNotContain(builder.FindAll("button"), button => button.TextContent == "Add a column");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"columns":[{"name":"a","kind":"numeric"}]}""")]
    [InlineData("""{"columns":[{"name":"a","kind":"numeric"},{"name":"a","kind":"label"}]}""")]
    [InlineData("""{"columns":[{"name":"a","kind":"numeric"},{"name":"b","kind":"label"}],"rows":[[1,2]]}""")]
    public void What_a_browser_sends_that_are_no_columns_is_refused(string sent)
    {
        CsvSchema before = Schema;
        IRenderedComponent<ColumnBuilder> builder = Show();
        builder.Find("table-columns input").Change(sent);
        Assert.Contains("Not taken over", builder.Find("[data-test=sample-refused]").TextContent, StringComparison.Ordinal);
        Assert.Same(before, Schema);
        builder.Find("table-columns input").Change("""{"header":true,"columns":[{"name":"a","kind":"numeric"},{"name":"b","kind":"label"}]}""");
        Assert.Empty(builder.FindAll("[data-test=sample-refused]"));
        Assert.Equal(["a", "b"], Schema.Columns.Select(column => column.Name));
    }

    [Fact]
    public void A_project_without_columns_begins_with_one()
    {
        _form.Schema = null;
        Click(Show(), "Begin with a column");
        Assert.Single(Schema.Columns);
    }

    private IRenderedComponent<ColumnBuilder> Show() => Render<ColumnBuilder>(parameters => parameters.Add(builder => builder.Form, _form));

    private static void Click(IRenderedComponent<ColumnBuilder> builder, string words) =>
        builder.FindAll("button").First(button => button.TextContent == words).Click();
}
