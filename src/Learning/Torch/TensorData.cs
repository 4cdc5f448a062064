using Marketplace.Learning.Data;
using Marketplace.Learning.Layers;
using Marketplace.Learning.Models;
using static TorchSharp.torch;

namespace Marketplace.Learning.Torch;

/// <summary>A data set as tensors on a device, checked against a model.</summary>
internal sealed class TensorData : IDisposable
{
    private readonly Tensor _features;
    private readonly Tensor _expected;

    /// <exception cref="ArgumentException">Shapes, kind of target or a label do not fit the model; the message says how.</exception>
    /// <exception cref="InvalidDataException">A feature that an embedding reads is no index of it.</exception>
    public TensorData(ModelSpecification model, Dataset dataset, Device device)
    {
        CheckFits(model, dataset);
        CheckIndices(model, dataset.Features);
        long[] expected = dataset.Labels is { } labels ? CheckLabels(labels, model.OutputSize) : [];
        long[] shape = [dataset.Count, .. model.Input.Select(size => (long)size)];
        _features = Tensors.Copy(dataset.Features, shape).to(device).DetachFromDisposeScope();
        _expected = (dataset.Labels is not null ? tensor(expected) : Tensors.Copy(dataset.Targets, dataset.Count, dataset.TargetSize))
            .to(device).DetachFromDisposeScope();
    }

    public (Tensor Features, Tensor Expected) Slice(int start, int count) =>
        (_features.narrow(0, start, count), _expected.narrow(0, start, count));

    public (Tensor Features, Tensor Expected) Select(Tensor samples) =>
        (_features.index_select(0, samples), _expected.index_select(0, samples));

    public void Dispose()
    {
        _features.Dispose();
        _expected.Dispose();
    }

    /// <summary>Features go to a table's rows by number; what is no row is refused here, by name, before anything is computed.</summary>
    /// <exception cref="InvalidDataException">The message names layer, feature and bounds.</exception>
    public static void CheckIndices(ModelSpecification model, ReadOnlySpan<float> features)
    {
        foreach (Embedding layer in model.Layers.OfType<Embedding>())
        {
            for (int start = 0; start < features.Length; start += model.InputSize)
            {
                foreach (int feature in layer.Features)
                {
                    float value = features[start + feature];
                    if (!(value >= 0 && value < layer.Vocabulary) || value != MathF.Truncate(value))
                    {
                        throw new InvalidDataException(
                            $"{layer.Label}: feature {feature} of a sample is {value}; expected an integer index from 0 to {layer.Vocabulary - 1}.");
                    }
                }
            }
        }
    }

    private static void CheckFits(ModelSpecification model, Dataset dataset)
    {
        if (dataset.Count == 0)
            throw new ArgumentException("The data set is empty; nothing can be learned from it or evaluated on it.", nameof(dataset));
        if (!dataset.Shape.SequenceEqual(model.Input))
        {
            throw new ArgumentException(
                $"The data set's samples are {Shapes.Text(dataset.Shape)}; the model's input is {Shapes.Text(model.Input)}.");
        }

        int outputs = model.OutputSize;
        if (model.Loss == LossKind.CrossEntropy)
        {
            if (dataset.Labels is null)
                throw new ArgumentException("The model's loss is crossEntropy, which needs labels; the data set has target values.");
            if (dataset.ClassCount > outputs)
                throw new ArgumentException($"The data set has {dataset.ClassCount} classes; the model has {outputs} outputs.");
        }
        else if (dataset.Targets is null)
        {
            throw new ArgumentException("The model's loss is meanSquaredError, which needs target values; the data set has labels.");
        }
        else if (dataset.TargetSize != outputs)
        {
            throw new ArgumentException($"The data set has {dataset.TargetSize} target values a sample; the model has {outputs} outputs.");
        }
    }

    /// <summary>The labels were checked when the set was made, but the array is the caller's.</summary>
    private static long[] CheckLabels(int[] labels, int outputs)
    {
        var checkedLabels = new long[labels.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            checkedLabels[i] = (uint)labels[i] < (uint)outputs
                ? labels[i]
                : throw new ArgumentException($"The label of sample {i} is {labels[i]}; the model has outputs 0 to {outputs - 1}.");
        }

        return checkedLabels;
    }
}
