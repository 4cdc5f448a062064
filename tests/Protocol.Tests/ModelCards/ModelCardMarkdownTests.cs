using System.Text;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Learning.Storage;
using Marketplace.Protocol.Audit;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.ModelCards;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;
using Marketplace.Protocol.Tests.Markets;

namespace Marketplace.Protocol.Tests.ModelCards;

/// <summary>A card says every figure beside its set, and takes strangers' words as words.</summary>
public sealed class ModelCardMarkdownTests(PlayedFixture played)
{
    private static readonly Cid Initial = new(CidCodec.Raw, Bytes32.Keccak("model").ToArray());

    [Fact]
    public void Every_figure_stands_beside_the_set_that_it_was_measured_on()
    {
        var round = new RoundLine(1, 2, 3, Bytes32.Keccak("settlement"), Initial, new RoundReport.Metrics(0.25, 0.75), new RoundReport.Metrics(0.5));
        string card = ModelCardMarkdown.Write(Card("t", "d") with
        {
            Rounds = [round, new RoundLine(2, 0, 1, null, null, null, null)],
            Measured = new Measurement(new RoundReport.Metrics(0.125, 0.5), 200, 0),
        });

        Assert.Contains("public test set of 200 samples, measured for this card: loss 0.1250, accuracy 50.0 %.", card, StringComparison.Ordinal);
        Assert.Contains("| 1 | a test set that nobody trains on | 0.2500 | 75.0 % |", card, StringComparison.Ordinal);
        Assert.Contains("| 1 | the aggregator's root set | 0.5000 | – |", card, StringComparison.Ordinal);
        Assert.Contains("each of the 1 settled rounds", card.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("| 2 | 0 of 1 | none | expired |", card, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_in_a_block_stand_below_it_with_their_parameters()
    {
        string card = ModelCardMarkdown.Write(Card("t", "d"));

        const string Lines = "| residual | block | [3] | 0 |\n| · linear | inner | [3] | 12 |\n| linear | out | [2] | 8 |";
        Assert.Contains(Lines, card, StringComparison.Ordinal);
        Assert.Contains("20 parameters. Input [3], loss cross-entropy.", card, StringComparison.Ordinal);
    }

    [Fact]
    public void What_strangers_have_written_is_neither_markup_nor_html()
    {
        string card = ModelCardMarkdown.Write(Card(
            "![x](http://evil/) <script>alert(1)</script>", "# A heading\n[click](javascript:alert)\n| a | b |\n\u001b[2J<img src=x>"));

        Assert.StartsWith(@"# \!\[x\]\(http\://evil/\) \<script\>alert\(1\)\</script\>", card, StringComparison.Ordinal);
        Assert.Contains("\\# A heading\n\\[click\\]\\(javascript\\:alert\\)\n\\| a \\| b \\|\n", card, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', card);
        Assert.DoesNotMatch(@"(?<!\\)<", card);
    }

    [Theory]
    [InlineData(AuditResult.Passed, "everything holds (2 checks).")]
    [InlineData(AuditResult.Failed, "it does not hold; 1 of 2 checks failed.")]
    [InlineData(AuditResult.Unchecked, "nothing that was checked is wrong, but 1 of 2 checks could not be made.")]
    public void An_audit_is_said_as_it_came_out(AuditResult result, string words)
    {
        ModelCard card = Card("t", "");
        Assert.Contains("Nobody has audited the project for this card.", ModelCardMarkdown.Write(card), StringComparison.Ordinal);
        var report = new AuditReport(
            1, "0x", "7", 90, $"{Initial}", [new("project", "a", AuditResult.Passed, ""), new("round 1", "b", result, "")]);
        var made = new DateTimeOffset(2026, 6, 1, 12, 30, 0, TimeSpan.Zero);

        string audited = ModelCardMarkdown.Write(card with { Audit = new CardAudit(report, made, "me") });
        string older = ModelCardMarkdown.Write(card with { Audit = new CardAudit(report with { FinalModel = "bafy" }, made, "me") });

        Assert.Contains(
            $"Audited on 2026-06-01 12:30 UTC by me, from public data up to block 90: {words} Anybody can", audited, StringComparison.Ordinal);
        Assert.DoesNotContain("another model", audited, StringComparison.Ordinal);
        Assert.Contains("another model than this one, bafy", older, StringComparison.Ordinal);
    }

    private ModelCard Card(string title, string description)
    {
        const string Model = """
            {"input":[3],"layers":[{"type":"residual","name":"block","layers":[{"type":"linear","name":"inner","out":3}]},
            {"type":"linear","name":"out","out":2}],"loss":"crossEntropy"}
            """;
        ProjectDocument document = ProjectDocument.Draft.Parse(Encoding.UTF8.GetBytes($$"""{"title":"t","model":{{Model}}}"""), "the draft")
            .Publish(Initial) with
        { Description = description };
        var model = new TrainedModel(
            document.Model, new float[20], document.InputFormat, document.OutputNames,
            new ModelOrigin(ModelOrigin.Line(title), "", 1, "0x", "7", 2, $"{Initial}"));
        return new ModelCard(
            model, document, played.HistoryOf(played.Events).Terms, ProjectStatus.Running, [.. LayerLine.Of(document.Model.Layers)], [], [], null);
    }
}
