using Bunit;
using Marketplace.Protocol.Projects;
using Marketplace.Web.Posting;

namespace Marketplace.Web.Logic.Tests.Posting;

/// <summary>When a field says what is wrong with it, and to whom.</summary>
public sealed class FormFieldTests : BunitContext
{
    private readonly FormProblems _problems = new();

    public FormFieldTests() =>
        _problems.Set(new BountyForm { Bounty = "much" }.Read(18, out IReadOnlyList<DocumentException> found) is var _ ? found : []);

    [Fact]
    public void A_form_that_nobody_has_touched_blames_nobody()
    {
        Assert.NotEmpty(_problems.All);
        IRenderedComponent<FormField> field = Field();
        Assert.Empty(field.FindAll(".wrong"));
        Assert.Equal("false", field.Find("input").GetAttribute("aria-invalid"));
        Assert.Equal("payment-bounty-hint", field.Find("input").GetAttribute("aria-describedby")!.Trim());
    }

    [Fact]
    public void A_field_that_was_left_says_what_is_wrong_to_eyes_and_ears()
    {
        IRenderedComponent<FormField> field = Field();
        field.Find(".field").FocusOut();
        field.Render();
        string problem = field.Find("[data-test='problem-payment.bounty']").TextContent;
        Assert.Equal(_problems.All["payment.bounty"], problem);
        Assert.EndsWith(".", problem, StringComparison.Ordinal);
        Assert.Equal("true", field.Find("input").GetAttribute("aria-invalid"));
        Assert.Contains(field.Find(".wrong").Id!, field.Find("input").GetAttribute("aria-describedby"), StringComparison.Ordinal);
        Assert.Equal(field.Find("input").Id, field.Find("label").GetAttribute("for"));
    }

    [Fact]
    public void An_attempt_to_send_shows_all_problems()
    {
        _problems.ShowsAll = true;
        Assert.Single(Field().FindAll(".wrong"));
    }

    private IRenderedComponent<FormField> Field() => Render<FormField>(parameters => parameters
        .AddCascadingValue(_problems)
        .Add(field => field.Name, "payment.bounty")
        .Add(field => field.Label, "Bounty")
        .Add(field => field.Hint, "In units of the token.")
        .Add(field => field.ChildContent, attributes => builder =>
        {
            builder.OpenElement(0, "input");
            builder.AddMultipleAttributes(1, attributes);
            builder.CloseElement();
        }));
}
