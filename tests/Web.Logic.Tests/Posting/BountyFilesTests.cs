using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Templates;
using Marketplace.Testing.Markets.Synthetic;
using Marketplace.Web.Posting;

namespace Marketplace.Web.Logic.Tests.Posting;

/// <summary>The form and its files say the same, and what strangers put into files is refused in words.</summary>
public sealed class BountyFilesTests
{
    private const int Decimals = 18;

    public static TheoryData<string> Templates => [.. ProjectTemplate.All.Select(template => template.Key)];

    [Theory]
    [MemberData(nameof(Templates))]
    public void What_is_filled_in_is_remembered_and_read_back(string key)
    {
        BountyForm form = Filled(key);
        (TermsFile terms, ProjectDocument.Draft draft) = form.Read(Decimals, out IReadOnlyList<DocumentException> problems);
        Assert.Empty(problems);
        var recalled = new BountyForm();
        Assert.True(BountyFiles.TryRecall(recalled, BountyFiles.Remember(terms, draft)));
        AssertSame(terms, draft, recalled);

        var imported = new BountyForm();
        Assert.StartsWith("the terms", BountyFiles.Import(imported, terms.ToBytes()), StringComparison.Ordinal);
        Assert.Equal("the project document", BountyFiles.Import(imported, draft.ToBytes()));
        AssertSame(terms, draft, imported);
    }

    [Fact]
    public void A_model_and_columns_are_known_by_their_members()
    {
        var table = new BountyForm();
        table.Use(ProjectTemplate.All.Single(template => template.Key == "table"));
        var form = new BountyForm();
        string columns = ProjectDocument.Write(table.Schema!);
        Assert.Equal("the model", BountyFiles.Import(form, Encoding.UTF8.GetBytes(table.Model!.ToJsonString())));
        Assert.Equal("the columns", BountyFiles.Import(form, Encoding.UTF8.GetBytes(columns)));
        Assert.Equal((columns, "csv"), (ProjectDocument.Write(form.Schema!), form.DataKind));
        Assert.True(JsonNode.DeepEquals(table.Model, form.Model));
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("<html>", "not JSON")]
    [InlineData("[]", "neither")]
    [InlineData("null", "neither")]
    [InlineData("{}", "neither")]
    [InlineData("""{"aggregator":7}""", "terms file")]
    [InlineData("""{"title":null}""", "project document")]
    [InlineData("""{"layers":[]}""", "")]
    [InlineData("""{"columns":{}}""", "")]
    public void A_file_that_is_none_of_these_is_refused_and_changes_nothing(string text, string words)
    {
        BountyForm form = Filled("digits");
        byte[] before = form.Read(Decimals, out _).Terms.ToBytes();
        Assert.Contains(
            words, Assert.Throws<DocumentException>(() => BountyFiles.Import(form, Encoding.UTF8.GetBytes(text))).Message, StringComparison.Ordinal);
        Assert.Equal(before, form.Read(Decimals, out _).Terms.ToBytes());
    }

    [Fact]
    public void Names_that_are_no_text_and_nesting_without_end_are_refused()
    {
        byte[][] files =
        [
            [.. "{\""u8, 0xFF, 0xFE, .. "\":1}"u8],
            Encoding.UTF8.GetBytes($"{string.Concat(Enumerable.Repeat("[", 100_000))}"),
            Encoding.UTF8.GetBytes("""{"\ud800":1}"""),
            Encoding.UTF8.GetBytes("""{"title":"a","model":{"b":"\ud800"}}""")
        ];
        Assert.All(files, file => Assert.Throws<DocumentException>(() => BountyFiles.Import(new BountyForm(), file)));
    }

    [Fact]
    public void Files_over_their_limits_are_refused()
    {
        string padding = new(' ', TermsFile.MaxBytes);
        Assert.Contains(
            "at most", Assert.Throws<DocumentException>(() => Import($$"""{"aggregator":"",{{padding}}"x":1}""")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "at most", Assert.Throws<DocumentException>(() => Import($$"""{"title":"",{{padding}}"x":1}""")).Message, StringComparison.Ordinal);
        static void Import(string text) => BountyFiles.Import(new BountyForm(), Encoding.UTF8.GetBytes(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"terms":{},"document":{}}""")]
    [InlineData("""{"terms":null,"document":null}""")]
    public void What_was_not_remembered_by_the_form_is_left_alone(string text) => Assert.False(BountyFiles.TryRecall(new BountyForm(), text));

    [Theory]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("nul")]
    [InlineData("null")]
    public void A_text_that_is_no_model_is_not_taken_over(string model) =>
        Assert.Throws<DocumentException>(() => BountyFiles.ParseModel(model));

    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("""{"layers":[null,7]}""")]
    public void A_model_that_is_none_is_a_problem_of_its_field(string model)
    {
        BountyForm form = Filled("digits");
        form.Model = JsonNode.Parse(model);
        form.Read(Decimals, out IReadOnlyList<DocumentException> problems);
        Assert.Contains(problems, problem => problem.Field == "model");
    }

    [Fact]
    public void Columns_that_are_not_in_order_are_a_problem_of_their_field()
    {
        BountyForm form = Filled("table");
        form.Schema = form.Schema! with { Columns = [.. form.Schema!.Columns, form.Schema.Columns[0]] };
        form.Read(Decimals, out IReadOnlyList<DocumentException> problems);
        DocumentException problem = Assert.Single(problems);
        Assert.Equal("data.schema", problem.Field);
        Assert.Contains("comes twice", problem.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_is_not_changed_by_what_is_made_of_it()
    {
        ProjectTemplate template = ProjectTemplate.Digits;
        BountyForm form = Filled(template.Key);
        form.Model!["layers"]!.AsArray().Clear();
        Assert.False(form.IsFrom(template));
        Assert.True(Filled(template.Key).IsFrom(template));
    }

    [Theory]
    [InlineData("1, 2", "rewardWeights")]
    [InlineData("1;2;three", "rewardWeights")]
    [InlineData("-1 1 1 1 1", "rewardWeights")]
    [InlineData("99999999999", "rewardWeights")]
    public void Weights_are_whole_numbers_one_a_round(string weights, string field)
    {
        BountyForm form = Filled("digits");
        form.Weights = weights;
        form.Read(Decimals, out IReadOnlyList<DocumentException> problems);
        Assert.Equal(field, Assert.Single(problems).Field);
    }

    [Fact]
    public void Problems_are_shown_where_somebody_was_or_all_at_once()
    {
        var problems = new FormProblems();
        problems.Set([
            new DocumentException("terms file", "trainers.allowlist[3]", "expected an address, got 'x'."),
            new DocumentException("terms file", "trainers.allowlist[4]", "another"),
            new DocumentException("terms file", "rounds", "expected 1 to 1024"),
        ]);
        Assert.Null(problems.Of("rounds"));
        problems.Touch("trainers.allowlist");
        Assert.Equal("Expected an address, got 'x'.", problems.Of("trainers.allowlist"));
        Assert.Null(problems.Of("rounds"));
        problems.ShowsAll = true;
        Assert.Equal("Expected 1 to 1024.", problems.Of("rounds"));
        Assert.Null(problems.Of("title"));
        problems.Set([]);
        Assert.Empty(problems.All);
    }

    [Fact]
    public void Who_lets_everybody_join_names_a_court()
    {
        BountyForm form = Filled("digits");
        form.Allowlist = "";
        form.Read(Decimals, out IReadOnlyList<DocumentException> problems);
        DocumentException problem = Assert.Single(problems);
        Assert.Equal("arbitrator", problem.Field);
        Assert.Contains("expected a court", problem.Message, StringComparison.Ordinal);
        (form.Arbitrator, form.Bond) = (SyntheticMarket.AccountOf("court").ToString(), "");
        form.Read(Decimals, out problems);
        Assert.Empty(problems);
    }

    [Fact]
    public void A_local_market_fills_in_its_aggregator_and_its_court_with_time_to_contest()
    {
        var form = new BountyForm { Title = "Digits" };
        form.UseLocal(SyntheticMarket.AccountOf("aggregator"), null);
        Assert.Equal("", form.Arbitrator);
        form.UseLocal(SyntheticMarket.AccountOf("aggregator"), SyntheticMarket.AccountOf("court"));
        (TermsFile terms, _) = form.Read(Decimals, out IReadOnlyList<DocumentException> problems);
        Assert.Empty(problems);
        Assert.Equal((SyntheticMarket.AccountOf("court").ToString(), "10m"), (terms.Arbitrator, terms.Deadlines.Contest));
    }

    private static BountyForm Filled(string key)
    {
        var form = new BountyForm
        {
            Title = "Zehn Ziffern <b>",
            Description = "One\nand two.",
            Aggregator = SyntheticMarket.AccountOf("aggregator").ToString(),
            Allowlist = $"{SyntheticMarket.AccountOf("a")};  {SyntheticMarket.AccountOf("b")}\n",
            Weights = "1, 1 1;2\t3",
            Bond = "7.5",
        };
        form.Use(ProjectTemplate.All.Single(template => template.Key == key));
        return form;
    }

    private static void AssertSame(TermsFile terms, ProjectDocument.Draft draft, BountyForm form)
    {
        (TermsFile otherTerms, ProjectDocument.Draft otherDraft) = form.Read(Decimals, out IReadOnlyList<DocumentException> problems);
        Assert.Empty(problems);
        Assert.Equal(Encoding.UTF8.GetString(terms.ToBytes()), Encoding.UTF8.GetString(otherTerms.ToBytes()));
        Assert.Equal(Encoding.UTF8.GetString(draft.ToBytes()), Encoding.UTF8.GetString(otherDraft.ToBytes()));
    }
}
