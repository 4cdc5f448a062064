using Marketplace.Learning.Data;
using Marketplace.Learning.Layers;
using Marketplace.Learning.Models;
using static TorchSharp.torch;

namespace Marketplace.Learning.Torch;

/// <summary>Batches of a data set that has been checked against a model, as tensors on a device; the set itself stays where it is.</summary>
internal sealed class TensorData
{
    private readonly Dataset _dataset;
    private readonly Device _device;
    private readonly long[] _sample;

    /// <exception cref="ArgumentException">Shapes, kind of target or a label do not fit the model; the message says how.</exception>
    /// <exception cref="InvalidDataException">A feature that an embedding reads is no index of it.</exception>
    public TensorData(ModelSpecification model, Dataset dataset, Device device)
    {
        CheckFits(model, dataset);
        CheckIndices(model, dataset.Features);
        if (dataset.Labels is { } labels)
            CheckLabels(labels, model.OutputSize);
        (_dataset, _device) = (dataset, device);
        _sample = [.. model.Input.Select(size => (long)size)];
    }

    /// <summary>The samples named, in the order named, with their labels or targets.</summary>
    public (Tensor Features, Tensor Expected) Select(ReadOnlySpan<int> samples)
    {
        Tensor features = Tensors.Rows(_dataset.Features, _dataset.SampleSize, samples).view([samples.Length, .. _sample]);
        if (_dataset.Targets is { } targets)
            return (features.to(_device), Tensors.Rows(targets, _dataset.TargetSize, samples).to(_device));
        var labels = new long[samples.Length];
        for (int i = 0; i < labels.Length; i++)
            labels[i] = _dataset.Labels![samples[i]];
        return (features.to(_device), tensor(labels, device: _device));
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
    private static void CheckLabels(int[] labels, int outputs)
    {
        for (int i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)outputs)
                throw new ArgumentException($"The label of sample {i} is {labels[i]}; the model has outputs 0 to {outputs - 1}.");
        }
    }
}
