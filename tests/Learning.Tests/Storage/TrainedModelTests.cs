using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Learning.Data;
using Marketplace.Learning.Models;
using Marketplace.Learning.Storage;
using Marketplace.Learning.Tests.Models;

namespace Marketplace.Learning.Tests.Storage;

/// <summary>The file that is handed out: complete, the same every time, and refused when it contradicts itself.</summary>
public sealed class TrainedModelTests
{
    private static readonly ModelOrigin Origin = new(
        "Straßennamen \"A\"", "CC-BY-4.0", 31337, "0x5FbDB2315678afecb367f032d93F642f64180aa3", "7", 3, "bafkreib");

    [Fact]
    public void Everything_comes_back_and_the_bytes_are_fixed()
    {
        TrainedModel model = Digits();
        byte[] file = model.Write();

        TrainedModel read = TrainedModel.Read(file);

        Assert.Equal(model.Model.ToJson(), read.Model.ToJson());
        Assert.Equal(model.Weights, read.Weights);
        Assert.Equal(model.ClassNames, read.ClassNames);
        Assert.Equal(Origin, read.Origin);
        Assert.Null(read.Input.Schema);
        Assert.Equal(file, read.Write());
        Assert.All(file.AsSpan(8, HeaderLength(file)).ToArray(), value => Assert.InRange(value, (byte)' ', (byte)'~'));
    }

    [Fact]
    public void A_tables_columns_come_back_and_name_the_classes()
    {
        var model = ModelSpecification.Parse(TestModels.Mlp);
        CsvSchema schema = SchemaOf(7);
        TrainedModel written = new(model, model.DrawInitialWeights(1), new InputFormat(schema), ClassNames.Of(null, schema), Origin);

        TrainedModel read = TrainedModel.Read(written.Write());

        Assert.Equal(["no", "maybe or unclear", "yes"], read.ClassNames!);
        Assert.Equal(written.Input.ToJson(), read.Input.ToJson());
    }

    [Fact]
    public void Targets_are_called_as_their_columns()
    {
        var model = ModelSpecification.Parse(TestModels.Regression);
        var schema = new CsvSchema
        {
            Columns =
            [
                .. Enumerable.Range(0, 5).Select(i => new CsvColumn { Name = $"x{i}", Kind = CsvColumnKind.Numeric }),
                new CsvColumn { Name = "height", Kind = CsvColumnKind.Target }, new CsvColumn { Name = "weight", Kind = CsvColumnKind.Target },
            ],
        };
        TrainedModel trained = new(model, model.DrawInitialWeights(1), new InputFormat(schema), null, Origin);

        Assert.Equal("weight", trained.OutputName(1));
        Assert.Equal("value0", (trained with { Input = InputFormat.Images }).OutputName(0));
    }

    [Theory]
    [InlineData("architecture", null, "marketplace model")]
    [InlineData("architecture", "{}", "input")]
    [InlineData("architecture", TestModels.Mlp, "the model's order")]
    [InlineData("input", null, "no metadata \"input\"")]
    [InlineData("input", "{\"kind\":\"idx\"}", "divideBy 255")]
    [InlineData("input", "{\"kind\":\"idx\",\"divideBy\":1}", "divideBy 255")]
    [InlineData("input", "{\"kind\":\"csv\"}", "schema")]
    [InlineData("input", "null", "expected an object")]
    [InlineData("input", "{\"kind\":\"\\ud800\"}", "cannot be read")]
    [InlineData("class_names", "[\"a\"]", "10 outputs")]
    [InlineData("class_names", "[\"a\",1]", "list of texts")]
    [InlineData("class_names", "[\"0\",\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"8\"]", "twice")]
    [InlineData("chain_id", "-1", "whole number")]
    [InlineData("rounds", "2147483648", "whole number")]
    [InlineData("license", "a\nb", "license")]
    [InlineData("market", null, "market")]
    public void A_file_that_contradicts_itself_is_refused(string key, string? value, string expected)
    {
        Safetensors good = Safetensors.Read(Digits().Write());
        var metadata = good.Metadata.ToDictionary(StringComparer.Ordinal);
        if (value is null)
            metadata.Remove(key);
        else
            metadata[key] = value;

        var error = Assert.Throws<InvalidDataException>(() => TrainedModel.Read(Safetensors.Write(good.Tensors, metadata)));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_that_is_no_number_is_refused()
    {
        TrainedModel model = Digits();
        model.Weights[5] = float.NaN;

        Assert.Contains("Weight 5", Assert.Throws<InvalidDataException>(() => TrainedModel.Read(model.Write())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_of_any_kind_become_a_line()
    {
        Assert.Equal("a  b", ModelOrigin.Line("a\r\nb\n"));
        Assert.Equal(ModelOrigin.MaxTextLength, ModelOrigin.Line(new string('x', 5000)).Length);
    }

    private static TrainedModel Digits()
    {
        var model = ModelSpecification.Parse(TestModels.Digits);
        string[] names = [.. Enumerable.Range(0, 9).Select(i => $"{i}"), "ä"];
        return new TrainedModel(model, model.DrawInitialWeights(3), InputFormat.Images, names, Origin);
    }

    private static CsvSchema SchemaOf(int features) => new()
    {
        Columns =
        [
            .. Enumerable.Range(0, features).Select(i => new CsvColumn { Name = $"x{i}", Kind = CsvColumnKind.Numeric, Mean = i, Deviation = 2 }),
            new CsvColumn { Name = "y", Kind = CsvColumnKind.Label, Classes = [["no"], ["maybe", "unclear"], ["yes"]] },
        ],
    };

    private static int HeaderLength(byte[] file) => JsonNode.Parse(Encoding.ASCII.GetString(file, 8, BitConverter.ToInt32(file, 0))) is JsonObject
        ? BitConverter.ToInt32(file, 0)
        : throw new InvalidDataException("no header");
}
