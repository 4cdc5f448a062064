using System.Text.Json.Nodes;
using Marketplace.Learning.Data;
using Marketplace.Web.Posting;

namespace Marketplace.Web.Logic.Tests.Posting;

/// <summary>What the columns leave no choice of, the model takes from them.</summary>
public sealed class TableModelTests
{
    private static readonly CsvColumn Age = new() { Name = "age", Kind = CsvColumnKind.Numeric };
    private static readonly CsvColumn City = new() { Name = "city", Kind = CsvColumnKind.Categorical, Categories = ["a", "b", "c"] };
    private static readonly CsvColumn Finding = new() { Name = "finding", Kind = CsvColumnKind.Label, Classes = [["no"], ["some"], ["much"]] };
    private static readonly CsvColumn Price = new() { Name = "price", Kind = CsvColumnKind.Target };

    [Fact]
    public void Classes_decide_outputs_and_loss_and_columns_the_input() => Assert.Equal(
        Model(4, 3, "crossEntropy"),
        Followed(Age, City, Finding));

    [Fact]
    public void Numbers_to_learn_are_outputs_of_their_own() => Assert.Equal(
        Model(1, 2, "meanSquaredError"),
        Followed(Age, Price, Price with { Name = "rent" }));

    [Fact]
    public void What_the_columns_do_not_say_yet_stays() => Assert.Equal(
        Model(7, 5, "crossEntropy"),
        Followed(Age, City with { Categories = null }, Finding with { Classes = null }));

    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"layers":[]}""")]
    [InlineData("""{"layers":[{"type":"relu"}]}""")]
    [InlineData("""{"layers":[null]}""")]
    public void What_is_no_model_is_not_mended(string model) => TableModel.Follow(JsonNode.Parse(model), new CsvSchema { Columns = [Age, Finding] });

    private static string Model(int inputs, int outputs, string loss) => new JsonObject
    {
        ["input"] = new JsonArray(inputs),
        ["layers"] = new JsonArray(Linear("a", 8), Linear("b", outputs)),
        ["loss"] = loss,
    }.ToJsonString();

    private static JsonObject Linear(string name, int outputs) => new() { ["type"] = "linear", ["name"] = name, ["out"] = outputs };

    private static string Followed(params CsvColumn[] columns)
    {
        JsonNode model = JsonNode.Parse(Model(7, 5, "crossEntropy"))!;
        TableModel.Follow(model, new CsvSchema { Columns = columns });
        return model.ToJsonString();
    }
}
