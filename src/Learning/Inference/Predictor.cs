using Marketplace.Learning.Data;
using Marketplace.Learning.Models;
using Marketplace.Learning.Storage;
using Marketplace.Learning.Torch;

namespace Marketplace.Learning.Inference;

/// <summary>What a model answers to one sample.</summary>
/// <param name="Values">
/// Of a classifier the probabilities of its classes; otherwise the values asked for, in their columns' own units. In the order of the outputs.
/// </param>
/// <param name="Class">The most probable class, the first of equal ones; null where there are none.</param>
public sealed record Prediction(double[] Values, int? Class);

/// <summary>Asks trained models, with the engine that trained them.</summary>
public static class Predictor
{
    /// <summary>The answers to whole samples, one after another.</summary>
    /// <param name="model">The model.</param>
    /// <param name="features">Samples as the model's input, row-major.</param>
    /// <exception cref="InvalidDataException">An input is none that the model has an answer to.</exception>
    public static IReadOnlyList<Prediction> Predict(TrainedModel model, ReadOnlySpan<float> features)
    {
        ArgumentNullException.ThrowIfNull(model);
        float[] outputs = TorchEngine.Cpu.Predict(model.Model, model.Weights, features);
        int wrong = Array.FindIndex(outputs, value => !float.IsFinite(value));
        if (wrong >= 0)
        {
            throw new InvalidDataException(
                $"Sample {wrong / model.Model.OutputSize}: the model's answer is {outputs[wrong]}, no number; are the values in its units?");
        }

        return [.. outputs.Chunk(model.Model.OutputSize).Select(values => Answer(model, values))];
    }

    private static Prediction Answer(TrainedModel model, float[] outputs)
    {
        if (model.Model.Loss == LossKind.MeanSquaredError)
            return new Prediction([.. outputs.Zip(Targets(model), InUnits)], null);
        double largest = outputs.Max();
        double[] parts = [.. outputs.Select(output => Math.Exp(output - largest))];
        double sum = parts.Sum();
        return new Prediction([.. parts.Select(part => part / sum)], Array.IndexOf(outputs, outputs.Max()));
    }

    /// <summary>The columns of the outputs; those of a model that has none stay null.</summary>
    private static IEnumerable<CsvColumn?> Targets(TrainedModel model) =>
        (model.Input.Schema?.Columns.Where(column => column.Kind == CsvColumnKind.Target) ?? [])
        .Concat(Enumerable.Repeat<CsvColumn?>(null, model.Model.OutputSize));

    /// <summary>Training has normalized the target: (value − mean)/deviation.</summary>
    private static double InUnits(float output, CsvColumn? target) =>
        target is { Mean: { } mean, Deviation: { } deviation } ? output * deviation + mean : output;
}
