using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Learning.Data;
using Marketplace.Learning.Inference;
using Marketplace.Learning.Storage;
using Marketplace.Learning.Torch;
using Marketplace.Testing.Files;

namespace Marketplace.Learning.Tests.Inference;

/// <summary>A trained model is asked what it was trained for, in every form in which a question can come.</summary>
public sealed class PredictorTests
{
    [Fact]
    public void Images_give_the_same_answers_from_idx_netpbm_and_json()
    {
        using TemporaryFolder folder = new();
        TrainedModel model = TrainedModels.Digits;
        byte[] pixels = [.. Enumerable.Range(0, 256).Select(i => (byte)(i * 37))];
        folder.Write("one.idx", [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 16, 0, 0, 0, 16, .. pixels]);
        folder.Write("one.pgm", [.. "P5\n# by hand\n16 16\n255\n"u8, .. pixels]);
        folder.Write("one.json", $"[[{string.Join(',', pixels.Select(pixel => (pixel / 255f).ToString("R")))}]]");

        double[][] answers =
            [.. new[] { "one.idx", "one.pgm", "one.json" }.Select(name => Ask(model, folder[name]).Single().Values)];

        Assert.Equal(10, answers[0].Length);
        Assert.Equal(1, answers[0].Sum(), 1e-12);
        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(answers[0], answers[2]);
        float[] logits = TorchEngine.Cpu.Predict(model.Model, model.Weights, [.. pixels.Select(pixel => pixel / 255f)]);
        Assert.Equal(Array.IndexOf(logits, logits.Max()), Ask(model, folder["one.idx"]).Single().Class);
        Assert.Equal(Math.Exp((double)logits[3] - logits[5]), answers[0][3] / answers[0][5], 1e-9);
    }

    [Fact]
    public void Colours_go_to_channels_one_after_another()
    {
        (int[] shape, float[] features) = NetpbmFile.Read([.. "P6 2 1 255 "u8, 255, 0, 51, 0, 255, 102], "two.ppm");

        Assert.Equal([3, 1, 2], shape);
        Assert.Equal([1, 0, 0, 1, 51 / 255f, 102 / 255f], features);
    }

    [Theory]
    [InlineData("age,id,sex,pulse,ill\n60,9,m,?,no\n")]
    [InlineData("age,id,sex,pulse\n60,9,m,?\n")]
    [InlineData("[{\"age\":60,\"sex\":\"m\"}]")]
    [InlineData("[[1,0,1,70]]")]
    public void A_tables_rows_need_no_answer(string text)
    {
        using TemporaryFolder folder = new();
        folder.Write("rows", text);

        Assert.Equal([1, 0, 1, 70], SampleFile.Load(TrainedModels.Table, folder["rows"]));
    }

    [Fact]
    public void Targets_come_in_their_own_units()
    {
        Prediction answer = Assert.Single(Predictor.Predict(TrainedModels.Regression, [2f]));

        Assert.Null(answer.Class);
        Assert.Equal(160, answer.Values.Single(), 1e-9);
        Assert.Equal("sample,price\n0,160\n", PredictionText.ToCsv(TrainedModels.Regression, [answer]));
        Assert.Equal(160, (double)JsonNode.Parse(PredictionText.ToJson(TrainedModels.Regression, [answer]))![0]!["values"]!["price"]!, 1e-9);
    }

    [Fact]
    public void Answers_name_their_classes()
    {
        var answers = Predictor.Predict(TrainedModels.Table with { Weights = [0, 0, 0, 0, 0, 0, 0, 0, 0, MathF.Log(3)] }, [0, 0, 0, 0]);

        Assert.Equal("sample,class,no,\"yes, surely\"\n0,\"yes, surely\",0.25,0.75\n", RoundedCsv(answers));
        JsonNode answer = JsonNode.Parse(PredictionText.ToJson(TrainedModels.Table, answers))![0]!;
        Assert.Equal("yes, surely", (string)answer["class"]!);
        Assert.Equal(0.25, (double)answer["probabilities"]!["no"]!, 1e-6);
    }

    [Theory]
    [InlineData("age,id,sex\n1,2,m\n", "3 fields")]
    [InlineData("age,id,sex,pulse\n60,9,x,1\n", "expected one of f, m")]
    [InlineData("age,id,sex,blood\n60,9,m,1\n", "blood")]
    [InlineData("age,id,sex,pulse\n,9,m,1\nx,9,m,1\n", "expected a number")]
    [InlineData("[{\"age\":60,\"height\":2}]", "no column \"height\"")]
    [InlineData("[{\"sex\":\"x\"}]", "Sample 0: row:1:3: column \"sex\" has \"x\"")]
    [InlineData("[[1,0,1]]", "3 numbers")]
    [InlineData("[[1,0,1,70,1]]", "more than the 4")]
    [InlineData("[[1,0,1,\"70\"]]", "expected a number")]
    [InlineData("[[1,0,1,1e39]]", "expected a number")]
    [InlineData("[]", "one entry a sample")]
    [InlineData("[", "not valid JSON")]
    [InlineData("", "0 fields")]
    public void What_is_no_row_of_the_table_is_refused_by_place_and_reason(string text, string expected)
    {
        using TemporaryFolder folder = new();
        folder.Write("rows", text);

        var error = Assert.Throws<InvalidDataException>(() => SampleFile.Load(TrainedModels.Table, folder["rows"]));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("P5 16 16 65535 ", 512, "largest value")]
    [InlineData("P5 16 16 255 ", 255, "256 bytes")]
    [InlineData("P5 16 16", 0, "largest value")]
    [InlineData("P5 999999999999 16 255 ", 0, "width")]
    [InlineData("P5 # no end", 0, "width")]
    [InlineData("P5 8 8 255 ", 64, "-resize 16x16!")]
    [InlineData("\u0089PNG", 64, "convert in.png")]
    [InlineData("plain text", 0, "expected an IDX file")]
    public void What_is_no_image_of_the_models_size_is_refused_with_advice(string header, int bytes, string expected)
    {
        using TemporaryFolder folder = new();
        folder.Write("image", [.. Encoding.Latin1.GetBytes(header), .. new byte[bytes]]);

        var error = Assert.Throws<InvalidDataException>(() => SampleFile.Load(TrainedModels.Digits, folder["image"]));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_whose_columns_each_trainer_read_its_own_way_cannot_be_asked_by_rows()
    {
        CsvSchema schema = TrainedModels.Table.Input.Schema!;
        CsvSchema loose = schema with { Columns = [schema.Columns[0] with { Mean = null, Deviation = null, Fit = true }, .. schema.Columns.Skip(1)] };

        Assert.Contains(
            "\"age\" took its mean", Assert.Throws<InvalidDataException>(() => CsvSamples.Encode(loose, new Dictionary<string, string>())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_that_is_no_number_is_refused() => Assert.Contains(
        "no number",
        Assert.Throws<InvalidDataException>(() => Predictor.Predict(TrainedModels.Regression with { Weights = [3e38f, 0] }, [1e30f])).Message,
        StringComparison.Ordinal);

    private static IReadOnlyList<Prediction> Ask(TrainedModel model, string path) =>
        Predictor.Predict(model, SampleFile.Load(model, path));

    private static string RoundedCsv(IReadOnlyList<Prediction> answers) => PredictionText.ToCsv(
        TrainedModels.Table, [.. answers.Select(answer => answer with { Values = [.. answer.Values.Select(value => Math.Round(value, 6))] })]);
}
