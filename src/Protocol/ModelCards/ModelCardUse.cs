using Marketplace.Learning.Data;
using Marketplace.Learning.Storage;

namespace Marketplace.Protocol.ModelCards;

/// <summary>How a model is taken and asked.</summary>
public static class ModelCardUse
{
    private static readonly string[] Uses =
    [
        "marketplace predict model.safetensors --input FILE",
        "marketplace export model.safetensors --to pytorch --out model    # then, in Python: from model import load, prepare, predict",
        "marketplace export model.safetensors --to onnx --out model.onnx",
    ];

    /// <summary>The commands, in their order, as they are typed.</summary>
    public static IReadOnlyList<string> Commands(TrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        string take = $"marketplace model {model.Origin.Project} --out model.safetensors";
        return model.Model.IsExternal ? [take] : [take, .. Uses];
    }

    /// <summary>What goes in, in a sentence, and what computes it where that is not the market.</summary>
    public static string Input(TrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        string input = model.Input.Schema is { } schema
            ? $"It takes rows of a table with the columns of the project's document ({CsvSamples.Asked(schema).Count()} are read)."
            : model.Model.Input is [var channels, var height, var width]
                ? $"It takes images of {width} by {height} pixels in {channels} {(channels == 1 ? "channel" : "channels")}, bytes divided by "
                    + $"{InputFormat.PixelScale}."
                : $"It takes {model.Model.InputSize} numbers a sample.";
        return model.Model.IsExternal ? $"{input} Only the owner's program computes it; the description says where that is." : input;
    }
}
