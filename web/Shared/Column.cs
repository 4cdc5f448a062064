using Microsoft.AspNetCore.Components.QuickGrid;
using Microsoft.AspNetCore.Components.Rendering;

namespace Marketplace.Web.Shared;

/// <summary>
/// A column of a table whose cells say its title, too: on a phone each row is a card, and each cell a line of it. Readers of the screen
/// have it from the header.
/// </summary>
public sealed class Column<TGridItem> : TemplateColumn<TGridItem>
{
    protected override void CellContent(RenderTreeBuilder builder, TGridItem item)
    {
        builder.OpenElement(0, "span");
        builder.AddAttribute(1, "class", "label");
        builder.AddAttribute(2, "aria-hidden", "true");
        builder.AddContent(3, Title);
        builder.CloseElement();
        builder.OpenElement(4, "div");
        builder.OpenRegion(5);
        base.CellContent(builder, item);
        builder.CloseRegion();
        builder.CloseElement();
    }
}
