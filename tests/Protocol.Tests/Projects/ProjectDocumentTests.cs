using System.Text;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Learning.Data;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Tests.Markets;
using Marketplace.Testing.Markets;

namespace Marketplace.Protocol.Tests.Projects;

public class ProjectDocumentTests(PlayedFixture played)
{
    private const string Model = """{"input":[7],"layers":[{"type":"linear","name":"out","out":2}],"loss":"crossEntropy"}""";

    private static readonly Cid Initial = new(CidCodec.Raw, Bytes32.Keccak("model").ToArray());

    [Theory]
    [InlineData("""{"title":"a","model":{"b":"\ud800"}}""")]
    [InlineData("""{"title":"a","model":{"\udc00":1}}""")]
    public void A_model_with_half_a_surrogate_pair_is_refused_in_words(string json) =>
        Assert.Contains(
            "at model: expected",
            Assert.Throws<DocumentException>(() => ProjectDocument.Parse(Encoding.UTF8.GetBytes(json))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void What_is_published_is_read_back()
    {
        ProjectDocument document = Draft("""
            "description":"d","training":{"optimizer":"adam","momentum":0.5,"weightDecay":0.01,"rounding":"stochastic"},
            "serverMomentum":0.9,"license":"CC0","tags":["tabular","credit-risk"],
            "data":{"kind":"csv","conditions":"c","schema":{"header":true,"columns":[
              {"name":"a","kind":"numeric","mean":1,"deviation":2},{"name":"b","kind":"categorical","categories":["x","y"],"encoding":"index"},
              {"name":"c","kind":"categorical","categories":["1","2","3","4","5"]},
              {"name":"y","kind":"label","classes":[["no"],["yes","perhaps"]]}]}}
            """).Publish(Initial) with
        { Allowlist = PlayedMarket.Allowlist };
        ProjectDocument read = ProjectDocument.Parse(document.ToBytes());
        Assert.Equal(document.ToBytes(), read.ToBytes());
        Assert.Equal(Initial, read.InitialModel);
        Assert.Equal(document.Training, read.Training);
        Assert.Equal((0.9, 58982), (read.ServerMomentum, read.ServerMomentumUnits));
        Assert.Equal(document.Allowlist, read.Allowlist);
        Assert.Equal(["tabular", "credit-risk"], read.Tags);
        Assert.Equal(document.Model.ToJson(), read.Model.ToJson());
        Assert.Equal(["x", "y"], read.Data.Schema!.Columns[1].Categories!);
        Assert.Equal(CsvColumnKind.Label, read.Data.Schema.Columns[3].Kind);
    }

    [Theory]
    [InlineData("nope", "the CSV schema")]
    [InlineData("[]", "expected a JSON object")]
    [InlineData("{}", "expected also 'columns'")]
    [InlineData("""{"columns":[],"rows":1}""", "there is no setting 'rows' here")]
    [InlineData("""{"columns":[],"columns":[]}""", "columns")]
    [InlineData("""{"separator":"ab","columns":[]}""", "at separator: expected one character")]
    [InlineData("""{"header":1,"columns":[]}""", "at header: expected true or false")]
    [InlineData("""{"missing":"x","columns":[]}""", "at missing: expected a list of texts")]
    [InlineData("""{"columns":[5]}""", "at columns[0]: expected a JSON object")]
    [InlineData("""{"columns":[{"kind":"numeric"}]}""", "at columns[0]: expected also 'name'")]
    [InlineData("""{"columns":[{"name":"a","kind":"date"}]}""", "at columns[0].kind: expected numeric, categorical, label, target or ignored")]
    [InlineData("""{"columns":[{"name":"a","kind":0}]}""", "at columns[0].kind: expected numeric")]
    [InlineData("""{"columns":[{"name":"a","kind":"numeric","mean":"1"}]}""", "at columns[0].mean: expected a number")]
    [InlineData("""{"columns":[{"name":"a","kind":"categorical","encoding":"hash"}]}""", "at columns[0].encoding: expected oneHot or index")]
    [InlineData("""{"columns":[{"name":"a","kind":"numeric"}]}""", "has 0 label columns and no targets")]
    public void A_schema_that_is_none_is_refused_in_words(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<DocumentException>(() => ProjectDocument.ParseSchema(json)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"name":"a","kind":"numeric"}""", 1)]
    [InlineData("""{"name":"a","kind":"categorical","categories":["x","y","z"]}""", 3)]
    [InlineData(
        """{"name":"a","kind":"numeric"},{"name":"b","kind":"ignored"},"""
            + """{"name":"c","kind":"categorical","categories":["x","y","z"],"encoding":"oneHot"}""",
        4)]
    public void A_table_that_does_not_fit_the_model_is_refused_before_money_is_locked_on_it(string columns, int values)
    {
        ProjectDocument.Draft draft = Draft($$"""
            "data":{"kind":"csv","schema":{"columns":[{{columns}},{"name":"y","kind":"label","classes":[["no"],["yes"]]}] } }
            """);

        DocumentException e = Assert.Throws<DocumentException>(() => draft.Publish(Initial));

        Assert.Contains(
            $"data.schema: expected columns that give the model its input [7], got columns that give {values} values",
            e.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("idx", """{"images":"CID","labels":"CID"}""")]
    [InlineData("csv", """{"file":"CID"}""")]
    public void A_test_set_is_published_by_the_addresses_of_its_files(string kind, string files)
    {
        ProjectDocument document = Draft($$"""
            "data":{"kind":"{{kind}}","schema":{"columns":[{"name":"a","kind":"categorical","categories":["1","2","3","4","5","6","7"]},
            {"name":"y","kind":"target"}] } },
            "testSet":{{files.Replace("CID", $"{Initial}", StringComparison.Ordinal)}}
            """).Publish(Initial);
        Assert.Equal(new TestSet(Initial, kind == "idx" ? Initial : null), document.TestSet);
        ProjectDocument read = ProjectDocument.Parse(document.ToBytes());
        Assert.Equal(document.TestSet, read.TestSet);
        Assert.Equal(document.ToBytes(), read.ToBytes());
    }

    [Fact]
    public void A_document_without_a_test_set_is_the_bytes_that_it_was_before_there_were_any() => Assert.Equal(
        $$"""
        {
          "version": 1,
          "title": "t",
          "description": "",
          "model": {
            "input": [
              7
            ],
            "layers": [
              {
                "type": "linear",
                "name": "out",
                "out": 2
              }
            ],
            "loss": "crossEntropy"
          },
          "fractionBits": 14,
          "initialModel": "{{Initial}}",
          "training": {
            "optimizer": "sgd",
            "momentum": 0.9,
            "weightDecay": 0,
            "rounding": "nearest"
          },
          "data": {
            "kind": "idx",
            "conditions": ""
          },
          "license": ""
        }
        """,
        Encoding.UTF8.GetString(Draft("").Publish(Initial).ToBytes()));

    [Fact]
    public void A_draft_without_a_model_address_is_no_document() =>
        Assert.Contains(
            "initialModel",
            Assert.Throws<DocumentException>(() => ProjectDocument.Parse(Encoding.UTF8.GetBytes(Json("")))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void It_must_agree_with_the_terms()
    {
        ProjectDocument document = Draft("").Publish(Initial);
        Marketplace.Contracts.Terms terms = played.HistoryOf(played.Events).Terms;
        Assert.Same(document, document.RequireAgreement(terms));
        Assert.Contains("terms say 15", Refusal(document, terms with { Dimension = 15 }), StringComparison.Ordinal);
        Assert.Contains("fraction bits", Refusal(document, terms with { FractionBits = 13 }), StringComparison.Ordinal);
        ProjectDocument listing = document with { Allowlist = PlayedMarket.Allowlist };
        Assert.Same(listing, listing.RequireAgreement(terms));
        Assert.Contains("admit others", Refusal(listing, terms with { AllowlistRoot = Bytes32.Zero }), StringComparison.Ordinal);
        listing = document with { Allowlist = [.. PlayedMarket.Allowlist.Skip(1)] };
        Assert.Contains("admit others", Refusal(listing, terms), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"allowlist\":[\"0x12\"]", "allowlist")]
    [InlineData("\"allowlist\":[null]", "allowlist")]
    [InlineData("\"initialSeed\":-1", "initialSeed")]
    [InlineData("\"training\":{\"momentum\":\"NaN\"}", "training.momentum")]
    [InlineData("\"training\":{\"weightDecay\":2}", "training.weightDecay")]
    [InlineData("\"training\":{\"rounding\":\"up\"}", "training.rounding")]
    [InlineData("\"serverMomentum\":1", "serverMomentum")]
    [InlineData("\"serverMomentum\":-0.1", "serverMomentum")]
    [InlineData("\"title\":\"twice\"", "title")]
    [InlineData("\"testSet\":{}", "testSet")]
    [InlineData("\"testSet\":{\"images\":\"a\"}", "testSet")]
    [InlineData("\"testSet\":{\"file\":\"a\"}", "testSet")]
    [InlineData("\"testSet\":{\"images\":\"a\",\"labels\":\"b\"}", "testSet.images")]
    [InlineData("\"testSet\":{\"pictures\":\"a\"}", "pictures")]
    [InlineData("\"tags\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\"]", "at tags: expected at most 8 different words")]
    [InlineData("\"tags\":[\"Vision\"]", "1 are no such words")]
    [InlineData("\"tags\":[\"a b\"]", "at tags")]
    [InlineData("\"tags\":[\"a\",\"a\"]", "at tags")]
    [InlineData("\"tags\":[\"\"]", "at tags")]
    [InlineData("\"tags\":[null]", "tags")]
    [InlineData("\"license\":7", "license")]
    [InlineData("\"fractionBits\":25", "fractionBits")]
    [InlineData("\"data\":{\"classNames\":[\"cat\"]}", "data.classNames")]
    [InlineData("\"data\":{\"classNames\":[\"cat\",\"cat\"]}", "data.classNames")]
    [InlineData("\"data\":{\"classNames\":[\"cat\",null]}", "data.classNames")]
    [InlineData("\"data\":{\"classNames\":[\"cat\",\"\\u001b[2J\"]}", "data.classNames")]
    public void Wrong_fields_are_named(string member, string field) =>
        Assert.Contains(field, Assert.Throws<DocumentException>(() => Draft(member).Publish(Initial)).Message, StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void Classes_have_the_names_that_the_document_gives_them_or_its_schema()
    {
        ProjectDocument document = Draft("\"data\":{\"classNames\":[\"cat\",\"dog\"]}").Publish(Initial);
        Assert.Equal(["cat", "dog"], ProjectDocument.Parse(document.ToBytes()).OutputNames!);
        Assert.Null(Draft("").Publish(Initial).OutputNames);
        ProjectDocument table = Draft(
            """
            "data":{"kind":"csv","schema":{"columns":[{"name":"a","kind":"categorical","categories":["1","2","3","4","5","6","7"]},
            {"name":"y","kind":"label","classes":[["no"],["yes","si"]]}]} }
            """).Publish(Initial);
        Assert.Equal(["no", "yes or si"], table.OutputNames!);
    }

    [Fact]
    public void A_document_that_is_too_long_is_not_read() =>
        Assert.Throws<DocumentException>(() => ProjectDocument.Parse(new byte[ProjectDocument.MaxBytes + 1]));

    private static string Refusal(ProjectDocument document, Marketplace.Contracts.Terms terms) =>
        Assert.Throws<DocumentException>(() => document.RequireAgreement(terms)).Message;

    private static ProjectDocument.Draft Draft(string members) => ProjectDocument.Draft.Parse(Encoding.UTF8.GetBytes(Json(members)), "the draft");

    private static string Json(string members) =>
        $$"""{"title":"t","model":{{Model}}{{(members.Length == 0 ? "" : ",")}}{{members}}}""";
}
