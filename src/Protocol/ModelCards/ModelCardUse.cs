using Marketplace.Learning.Data;
using Marketplace.Learning.Storage;

namespace Marketplace.Protocol.ModelCards;

/// <summary>How a model is taken and asked.</summary>
public static class ModelCardUse
{
    /// <summary>The commands, in their order, as they are typed.</summary>
    public static IReadOnlyList<string> Commands(string project) =>
    [
        $"marketplace model {project} --out model.safetensors",
        "marketplace predict model.safetensors --input FILE",
        "marketplace export model.safetensors --to pytorch --out model    # then, in Python: from model import load, prepare, predict",
        "marketplace export model.safetensors --to onnx --out model.onnx",
    ];

    /// <summary>What goes in, in a sentence.</summary>
    public static string Input(TrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Input.Schema is { } schema
            ? $"It takes rows of a table with the columns of the project's document ({CsvSamples.Asked(schema).Count()} are read)."
            : model.Model.Input is [var channels, var height, var width]
                ? $"It takes images of {width} by {height} pixels in {channels} {(channels == 1 ? "channel" : "channels")}, bytes divided by "
                    + $"{InputFormat.PixelScale}."
                : $"It takes {model.Model.InputSize} numbers a sample.";
    }
}
