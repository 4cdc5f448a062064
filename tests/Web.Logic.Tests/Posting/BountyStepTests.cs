using System.Text.RegularExpressions;
using Marketplace.Protocol.Projects;
using Marketplace.Testing.Files;
using Marketplace.Web.Posting;

namespace Marketplace.Web.Logic.Tests.Posting;

/// <summary>Fields have names that people read, in labels and in messages alike.</summary>
public sealed partial class BountyStepTests
{
    [Fact]
    public void Every_field_of_the_form_has_a_label_and_a_step()
    {
        string[] components = Directory.GetFiles(Repository.Path("web", "Posting"), "*Step.razor");
        string[] fields = [.. components.SelectMany(file => FieldName().Matches(File.ReadAllText(file))).Select(match => match.Groups["name"].Value)];
        Assert.NotEmpty(fields);
        Assert.All(fields, field => Assert.NotEqual(field, BountyStep.LabelOf(field)));
        Assert.Equal(fields.Distinct().Order(), BountyStep.All.SelectMany(step => step.Fields.Keys).Order());
    }

    [Fact]
    public void A_message_names_fields_as_the_form_does()
    {
        var form = new BountyForm { Title = "" };
        form.Read(18, out IReadOnlyList<DocumentException> found);
        var problems = new FormProblems();
        problems.Set(found);
        Assert.Contains("“Only these accounts”", problems.All["arbitrator"], StringComparison.Ordinal);
        Assert.DoesNotContain("trainers.allowlist", problems.All["arbitrator"], StringComparison.Ordinal);
        Assert.Equal("The file terms.json stays, as does e.g. this.", BountyStep.InWords("The file terms.json stays, as does e.g. this."));
        Assert.Equal(
            "layer 2 \"a\" (linear) and layer 1.s3: no", BountyStep.InWords("model.layers[1] \"a\" (linear) and model.layers[0].shortcut[2]: no"));
    }

    [Fact]
    public void A_step_that_is_checked_shows_its_own_problems_and_no_others()
    {
        var problems = new FormProblems();
        problems.Set([
            new DocumentException("terms file", "aggregator", "expected an account"),
            new DocumentException("terms file", "rounds", "expected 1 to 1024"),
        ]);
        Assert.Empty(problems.CheckStep(BountyStep.Of("title")));
        Assert.Null(problems.Of("aggregator"));
        Assert.Equal("aggregator", Assert.Single(problems.CheckStep(BountyStep.Of("aggregator"))).Key);
        Assert.Equal("Expected an account.", problems.Of("aggregator"));
        Assert.Null(problems.Of("rounds"));
    }

    [GeneratedRegex("<FormField Name=\"(?<name>[^\"]+)\"")]
    private static partial Regex FieldName();
}
