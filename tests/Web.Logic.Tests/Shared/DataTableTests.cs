using AngleSharp.Dom;
using Bunit;
using Marketplace.Web.Logic.Tests.Support;
using Marketplace.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.QuickGrid;

namespace Marketplace.Web.Logic.Tests.Shared;

/// <summary>A table in memory: its pages, its order, and what a cell says on a phone.</summary>
public sealed class DataTableTests(SyntheticEnd end) : ComponentTest(end)
{
    [Fact]
    public void A_short_list_has_neither_pager_nor_empty_rows()
    {
        IRenderedComponent<DataTable<int>> table = Table([3, 1, 2]);
        Assert.Equal(["3", "1", "2"], Shown(table));
        Assert.Empty(table.FindAll(".paginator"));
        Assert.Equal(3, table.FindAll("tbody tr").Count);
    }

    [Fact]
    public void A_long_list_is_in_pages()
    {
        IRenderedComponent<DataTable<int>> table = Table([.. Enumerable.Range(1, 12)]);
        Assert.Equal(10, Shown(table).Length);
        table.Find(".go-next").Click();
        table.WaitForAssertion(() => Assert.Equal(["11", "12"], Shown(table)));
    }

    [Fact]
    public void Readers_choose_the_order()
    {
        IRenderedComponent<DataTable<int>> table = Table([3, 1, 2]);
        table.Find("button.col-title").Click();
        table.WaitForAssertion(() => Assert.Equal(["1", "2", "3"], Shown(table)));
        table.Find("button.col-title").Click();
        table.WaitForAssertion(() => Assert.Equal(["3", "2", "1"], Shown(table)));
    }

    [Fact]
    public void Another_list_takes_the_place_of_the_first()
    {
        IRenderedComponent<DataTable<int>> table = Table([3, 1, 2]);
        table.Render(parameters => parameters.Add(shown => shown.Rows, [7]));
        table.WaitForAssertion(() => Assert.Equal(["7"], Shown(table)));
    }

    [Fact]
    public void A_cell_says_its_columns_title_to_the_eye_only()
    {
        IElement cell = Table([3]).Find("tbody td");
        Assert.Equal("Number", cell.QuerySelector(".label")!.TextContent);
        Assert.Equal("true", cell.QuerySelector(".label")!.GetAttribute("aria-hidden"));
    }

    private static string[] Shown(IRenderedComponent<DataTable<int>> table) =>
        [.. table.FindAll("tbody td > div").Select(cell => cell.TextContent)];

    private IRenderedComponent<DataTable<int>> Table(int[] rows) => Show<DataTable<int>>(parameters => parameters
        .Add(table => table.Rows, rows)
        .Add(table => table.ChildContent, (RenderFragment)(builder =>
        {
            builder.OpenComponent<Column<int>>(0);
            builder.AddAttribute(1, nameof(Column<>.Title), "Number");
            builder.AddAttribute(2, nameof(Column<>.SortBy), GridSort<int>.ByAscending(row => row));
            builder.AddAttribute(3, nameof(Column<>.ChildContent), (RenderFragment<int>)(row => content => content.AddContent(0, row)));
            builder.CloseComponent();
        })));
}
