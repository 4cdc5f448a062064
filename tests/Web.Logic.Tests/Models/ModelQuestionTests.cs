using Marketplace.Learning.Data;
using Marketplace.Learning.Models;
using Marketplace.Learning.Storage;
using Marketplace.Web.Models;

namespace Marketplace.Web.Logic.Tests.Models;

/// <summary>What a browser sends to a model is bounded and checked, whatever the browser is.</summary>
public sealed class ModelQuestionTests
{
    private const string Grey = """{"input":[1,2,2],"layers":[{"type":"flatten"},{"type":"linear","name":"out","out":2}],"loss":"crossEntropy"}""";
    private const string Rows = """{"input":[2],"layers":[{"type":"linear","name":"out","out":2}],"loss":"crossEntropy"}""";

    private static readonly CsvSchema Schema = new()
    {
        Columns =
        [
            new CsvColumn { Name = "a", Kind = CsvColumnKind.Numeric }, new CsvColumn { Name = "b", Kind = CsvColumnKind.Numeric },
            new CsvColumn { Name = "y", Kind = CsvColumnKind.Label, Classes = [["no"], ["yes"]] },
        ],
    };

    [Fact]
    public void A_model_is_asked_in_the_form_of_its_data()
    {
        Assert.Equal(QuestionKind.Image, ModelQuestion.KindOf(Of(Grey)));
        Assert.Equal(QuestionKind.Fields, ModelQuestion.KindOf(Of(Rows, Schema)));
        Assert.Equal(QuestionKind.Json, ModelQuestion.KindOf(Of(Rows)));
        CsvSchema wide = Schema with
        {
            Columns = [.. Enumerable.Range(0, 65).Select(i => new CsvColumn { Name = $"x{i}", Kind = CsvColumnKind.Numeric }), Schema.Columns[2]],
        };
        Assert.Equal(QuestionKind.Json, ModelQuestion.KindOf(Of(Rows, wide)));
    }

    [Fact]
    public void Pixels_are_bytes_of_the_models_image() =>
        Assert.Equal([0, 1, 51 / 255f, 0], ModelQuestion.OfPixels(Of(Grey), Convert.ToBase64String([0, 255, 51, 0])));

    [Theory]
    [InlineData("", "no image yet")]
    [InlineData("AAAA", "4 bytes")]
    [InlineData("AAAAAAA=", "4 bytes")]
    [InlineData("no base64 at all", "4 bytes")]
    public void Pixels_of_another_image_are_refused(string base64, string expected) => Assert.Contains(
        expected, Assert.Throws<InvalidDataException>(() => ModelQuestion.OfPixels(Of(Grey), base64)).Message, StringComparison.Ordinal);

    [Fact]
    public void Text_is_one_sample()
    {
        Assert.Equal([1, 2], ModelQuestion.OfJson(Of(Rows), "[1, 2]"));
        Assert.Equal([1, 2], ModelQuestion.OfJson(Of(Rows, Schema), """{"a": 1, "b": "2"}"""));
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("[1,2],[3,4]")]
    [InlineData("1]")]
    [InlineData("")]
    public void Text_that_is_no_sample_is_refused(string json) => Assert.Throws<InvalidDataException>(() => ModelQuestion.OfJson(Of(Rows), json));

    [Fact]
    public void Text_that_is_too_long_is_not_read() => Assert.Contains(
        "at most", Assert.Throws<InvalidDataException>(() => ModelQuestion.OfJson(Of(Rows), new string(' ', 70_000))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_model_whose_answers_cost_too_much_is_not_asked_here()
    {
        Assert.Null(ModelDesk.Obstacle(Of(Grey)));
        const string Costly = """
            {"input":[64,256,256],"layers":[{"type":"conv2d","name":"c","out":64,"kernel":3,"padding":1},{"type":"adaptiveAvgPool2d"},
            {"type":"flatten"},{"type":"linear","name":"out","out":2}],"loss":"crossEntropy"}
            """;
        Assert.Contains("multiplications", ModelDesk.Obstacle(Of(Costly)), StringComparison.Ordinal);
    }

    private static TrainedModel Of(string json, CsvSchema? schema = null)
    {
        var model = ModelSpecification.Parse(json);
        return new TrainedModel(
            model, new float[model.ParameterCount], new InputFormat(schema), null, new ModelOrigin("t", "", 1, "0x", "1", 0, "c"));
    }
}
