namespace Marketplace.Learning;

/// <summary>Loss of one sample and its gradient by the model's outputs, in double precision and fixed order.</summary>
internal sealed unsafe class Loss(ModelSpecification specification)
{
    private readonly int _outputs = specification.OutputSize;
    private readonly LossKind _kind = specification.Loss;

    public void CheckFits(Dataset dataset)
    {
        if (_kind == LossKind.CrossEntropy)
        {
            if (dataset.Labels is null)
                throw new ArgumentException("The model's loss is crossEntropy, which needs labels; the data set has target values.");
            if (dataset.ClassCount > _outputs)
                throw new ArgumentException($"The data set has {dataset.ClassCount} classes; the model has {_outputs} outputs.");
        }
        else if (dataset.Targets is null)
        {
            throw new ArgumentException("The model's loss is meanSquaredError, which needs target values; the data set has labels.");
        }
        else if (dataset.Count > 0 && dataset.TargetSize != _outputs)
        {
            throw new ArgumentException($"The data set has {dataset.TargetSize} target values a sample; the model has {_outputs} outputs.");
        }
    }

    /// <param name="output">The model's outputs for the sample.</param>
    /// <param name="dataset">Where label or targets are.</param>
    /// <param name="sample">The sample's index in the data set.</param>
    /// <param name="hit">Whether the largest output (the first of equals) is the label; false for regression.</param>
    public double Of(float* output, Dataset dataset, int sample, out bool hit)
    {
        hit = false;
        if (_kind == LossKind.MeanSquaredError)
            return SquaredError(output, dataset, sample, 0, null);
        int label = Label(dataset, sample), largest = Largest(output);
        hit = largest == label;
        return DeterministicMath.Log(ExponentialSum(output, output[largest])) - ((double)output[label] - output[largest]);
    }

    /// <summary>Whether the two largest outputs of a classifier are less than <see cref="Evaluation.Margin"/> apart.</summary>
    public bool IsCloseCall(float* output)
    {
        if (_kind != LossKind.CrossEntropy)
            return false;
        float first = float.NegativeInfinity, second = float.NegativeInfinity;
        for (int j = 0; j < _outputs; j++)
        {
            if (output[j] > first)
                (first, second) = (output[j], first);
            else if (output[j] > second)
                second = output[j];
        }

        return (double)first - second < Evaluation.Margin;
    }

    /// <summary>As <see cref="Of"/>; also writes the gradient of the batch's mean loss by this sample's outputs.</summary>
    public double OfWithGradient(float* output, Dataset dataset, int sample, int batch, float* gradient)
    {
        if (_kind == LossKind.MeanSquaredError)
            return SquaredError(output, dataset, sample, 2.0 / ((double)batch * _outputs), gradient);
        int label = Label(dataset, sample);
        float largest = output[Largest(output)];
        double sum = ExponentialSum(output, largest);
        for (int j = 0; j < _outputs; j++)
        {
            double probability = DeterministicMath.Exp((double)output[j] - largest) / sum;
            gradient[j] = (float)((probability - (j == label ? 1 : 0)) / batch);
        }

        return DeterministicMath.Log(sum) - ((double)output[label] - largest);
    }

    /// <summary>The labels were checked when the set was made, but the array is the caller's; here it indexes unmanaged memory.</summary>
    private int Label(Dataset dataset, int sample)
    {
        int label = dataset.Labels![sample];
        return (uint)label < (uint)_outputs
            ? label
            : throw new ArgumentException($"The label of sample {sample} is {label}; the model has outputs 0 to {_outputs - 1}.");
    }

    private double SquaredError(float* output, Dataset dataset, int sample, double scale, float* gradient)
    {
        ReadOnlySpan<float> targets = dataset.Targets.AsSpan(sample * _outputs, _outputs);
        double sum = 0;
        for (int j = 0; j < _outputs; j++)
        {
            double difference = (double)output[j] - targets[j];
            sum += difference * difference;
            if (gradient is not null)
                gradient[j] = (float)(difference * scale);
        }

        return sum / _outputs;
    }

    private int Largest(float* output)
    {
        int best = 0;
        for (int j = 1; j < _outputs; j++)
        {
            if (output[j] > output[best])
                best = j;
        }

        return best;
    }

    private double ExponentialSum(float* output, float largest)
    {
        double sum = 0;
        for (int j = 0; j < _outputs; j++)
            sum += DeterministicMath.Exp((double)output[j] - largest);
        return sum;
    }
}
