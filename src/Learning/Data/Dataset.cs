namespace Marketplace.Learning.Data;

/// <summary>Samples with what is to be learned from them: class labels, or target values.</summary>
public sealed class Dataset
{
    /// <summary>Checks and keeps the arrays; they are not copied.</summary>
    /// <param name="shape">Shape of one sample: [n], or [channels, height, width].</param>
    /// <param name="features">All samples one after another, each row-major in its shape.</param>
    /// <param name="labels">Class of each sample, from 0; or null.</param>
    /// <param name="classCount">Number of classes; labels lie below it. 0 without labels.</param>
    /// <param name="targets">Target values, equally many a sample; or null. Exactly one of labels and targets is given.</param>
    /// <exception cref="ArgumentException">Lengths or values do not fit; the message says which.</exception>
    public Dataset(IReadOnlyList<int> shape, float[] features, int[]? labels = null, int classCount = 0, float[]? targets = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(features);
        if (shape.Count is not (1 or 3) || shape.Any(dimension => dimension <= 0))
        {
            throw new ArgumentException(
                $"The sample shape is [{string.Join(", ", shape)}]; expected [n] or [channels, height, width], all positive.");
        }

        SampleSize = shape.Aggregate(1, (product, dimension) => checked(product * dimension));
        if (features.Length % SampleSize != 0)
            throw new ArgumentException($"There are {features.Length} feature values, not a multiple of the sample size {SampleSize}.");
        if (labels is null == targets is null)
            throw new ArgumentException("Give either labels or targets, not both and not neither.");
        Count = features.Length / SampleSize;
        if (labels is not null)
            CheckLabels(labels, classCount);
        else if (Count == 0 ? targets!.Length != 0 : targets!.Length == 0 || targets.Length % Count != 0)
            throw new ArgumentException($"There are {targets.Length} targets for {Count} samples; expected equally many a sample, at least one.");
        (Shape, Features, Labels, ClassCount, Targets) = ([.. shape], features, labels, labels is null ? 0 : classCount, targets);
        TargetSize = targets is null || Count == 0 ? 0 : targets.Length / Count;
    }

    /// <summary>Shape of one sample.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>Values of one sample.</summary>
    public int SampleSize { get; }

    /// <summary>Number of samples.</summary>
    public int Count { get; }

    /// <summary>All samples, row-major.</summary>
    public float[] Features { get; }

    /// <summary>Class of each sample; null for a regression set.</summary>
    public int[]? Labels { get; }

    /// <summary>Number of classes; 0 for a regression set.</summary>
    public int ClassCount { get; }

    /// <summary>Target values; null for a classification set.</summary>
    public float[]? Targets { get; }

    /// <summary>Target values of one sample; 0 for a classification set.</summary>
    public int TargetSize { get; }

    /// <summary>The values of one sample.</summary>
    public ReadOnlySpan<float> Sample(int index) => Features.AsSpan(checked(index * SampleSize), SampleSize);

    /// <summary>The samples named, in the order named; an index may come twice.</summary>
    public Dataset Subset(ReadOnlySpan<int> indices)
    {
        var features = new float[checked(indices.Length * SampleSize)];
        int[]? labels = Labels is null ? null : new int[indices.Length];
        float[]? targets = Targets is null ? null : new float[checked(indices.Length * TargetSize)];
        for (int i = 0; i < indices.Length; i++)
        {
            int index = indices[i];
            if ((uint)index >= (uint)Count)
                throw new ArgumentOutOfRangeException(nameof(indices), index, $"the set has samples 0 to {Count - 1}");
            Sample(index).CopyTo(features.AsSpan(i * SampleSize));
            if (labels is not null)
                labels[i] = Labels![index];
            if (targets is not null)
                Targets.AsSpan(index * TargetSize, TargetSize).CopyTo(targets.AsSpan(i * TargetSize));
        }

        return new Dataset(Shape, features, labels, ClassCount, targets);
    }

    /// <summary>The first <paramref name="count"/> samples from <paramref name="start"/> on.</summary>
    public Dataset Slice(int start, int count)
    {
        if (start < 0 || count < 0 || start > Count - count)
            throw new ArgumentOutOfRangeException(nameof(start), $"samples {start} to {(long)start + count} are not within the set's {Count}");
        return new Dataset(
            Shape,
            Features[(start * SampleSize)..((start + count) * SampleSize)],
            Labels?[start..(start + count)],
            ClassCount,
            Targets?[(start * TargetSize)..((start + count) * TargetSize)]);
    }

    /// <summary>The same samples with other labels, for example flipped or noisy ones.</summary>
    public Dataset WithLabels(int[] labels) => new(Shape, Features, labels, ClassCount);

    private void CheckLabels(int[] labels, int classCount)
    {
        if (labels.Length != Count)
            throw new ArgumentException($"There are {labels.Length} labels for {Count} samples.");
        for (int i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)classCount)
                throw new ArgumentException($"The label of sample {i} is {labels[i]}; expected 0 to {classCount - 1}.");
        }
    }
}
