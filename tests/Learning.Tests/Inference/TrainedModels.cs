using Marketplace.Learning.Data;
using Marketplace.Learning.Models;
using Marketplace.Learning.Numerics;
using Marketplace.Learning.Storage;
using Marketplace.Learning.Tests.Models;

namespace Marketplace.Learning.Tests.Inference;

/// <summary>Models as they are handed out, with weights of nobody's training.</summary>
internal static class TrainedModels
{
    private static readonly ModelOrigin Origin = new(
        "A \"test\"", "CC-BY-4.0", 31337, "0x5FbDB2315678afecb367f032d93F642f64180aa3", "7", 3, "bafkreib");

    /// <summary>Grey images of 16 by 16.</summary>
    public static TrainedModel Digits { get; } = Of(TestModels.Digits, InputFormat.Images);

    /// <summary>A table of five columns, of which one is categorical and one ignored, with a label.</summary>
    public static TrainedModel Table { get; } = Of(
        """{"input":[4],"layers":[{"type":"linear","name":"out","out":2}],"loss":"crossEntropy"}""",
        new InputFormat(new CsvSchema
        {
            HasHeader = true,
            Columns =
            [
                new CsvColumn { Name = "age", Kind = CsvColumnKind.Numeric, Mean = 50, Deviation = 10 },
                new CsvColumn { Name = "id", Kind = CsvColumnKind.Ignored },
                new CsvColumn { Name = "sex", Kind = CsvColumnKind.Categorical, Categories = ["f", "m"] },
                new CsvColumn { Name = "pulse", Kind = CsvColumnKind.Numeric, ReplaceMissing = 70 },
                new CsvColumn { Name = "ill", Kind = CsvColumnKind.Label, Classes = [["no"], ["yes, surely"]] },
            ],
        }));

    /// <summary>A table with a normalized target: 3·x, in units of 10 around 100.</summary>
    public static TrainedModel Regression { get; } = Of(
        """{"input":[1],"layers":[{"type":"linear","name":"out","out":1}],"loss":"meanSquaredError"}""",
        new InputFormat(new CsvSchema
        {
            Columns =
            [
                new CsvColumn { Name = "x", Kind = CsvColumnKind.Numeric },
                new CsvColumn { Name = "price", Kind = CsvColumnKind.Target, Mean = 100, Deviation = 10 },
            ],
        })) with
    { Weights = [3, 0] };

    /// <summary>Images, with weights of which none is 0 or 1, so that none can be left out unseen.</summary>
    public static TrainedModel Noisy(string json)
    {
        TrainedModel model = Of(json, InputFormat.Images);
        var random = new RandomStream(9);
        return model with { Weights = [.. model.Weights.Select(weight => weight + 0.2f * (float)random.NextNormal())] };
    }

    public static TrainedModel Of(string json, InputFormat input)
    {
        var model = ModelSpecification.Parse(json);
        return new TrainedModel(model, model.DrawInitialWeights(3), input, ClassNames.Of(null, input.Schema), Origin);
    }
}
