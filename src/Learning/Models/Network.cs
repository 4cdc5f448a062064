using System.Runtime.InteropServices;

namespace Marketplace.Learning;

/// <summary>How a network does on a data set.</summary>
/// <param name="Loss">Mean loss: nats a sample for cross-entropy, mean squared difference otherwise.</param>
/// <param name="Accuracy">Share of samples whose largest output is the label, in [0, 1]; NaN for regression.</param>
/// <param name="CloseCalls">
/// Samples whose two largest outputs are less than <see cref="Margin"/> apart, so that another machine may answer otherwise; 0 for regression.
/// </param>
public readonly record struct Evaluation(double Loss, double Accuracy, int CloseCalls)
{
    /// <summary>More than rounding can change in the difference of two outputs.</summary>
    public const double Margin = 1e-4;
}

/// <summary>
/// A model with its parameters. Every result is a function of the parameters and the data alone, to the bit, for any number of threads
/// and any instruction set. Not safe for use by several threads at once; give each its own.
/// </summary>
public sealed unsafe class Network : IDisposable
{
    private const int EvaluationBatch = 256;

    private readonly Layer[] _layers;
    private readonly Loss _loss;
    private Workspace? _workspace;

    private Network(ModelSpecification specification)
    {
        Specification = specification;

        // Pinned for its whole life: kernels hold its address.
        Parameters = GC.AllocateArray<float>(specification.ParameterCount, pinned: true);
        _layers = [.. specification.Layers.Select(Layer.Create)];
        _loss = new Loss(specification);
    }

    /// <summary>The model.</summary>
    public ModelSpecification Specification { get; }

    /// <summary>All parameters in the specification's order; may be written between calls.</summary>
    public float[] Parameters { get; }

    /// <summary>Makes a network whose parameters are all zero.</summary>
    public static Network Create(ModelSpecification specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        return new Network(specification);
    }

    /// <summary>
    /// Draws the parameters: weights uniform with variance 1/(inputs of one output) (LeCun et al., "Efficient BackProp", 1998), embeddings
    /// uniform with variance 1/dimension, biases 0.
    /// </summary>
    /// <param name="seed">The same seed gives the same bits everywhere.</param>
    public void Initialize(ulong seed)
    {
        Array.Clear(Parameters);
        foreach (LayerSpecification layer in Specification.Layers)
        {
            if (layer.Parameters.Count == 0)
                continue;
            ParameterSpecification weight = layer.Parameters[0];
            int inputs = layer.Kind == LayerKind.Embedding ? layer.Out : weight.Length / layer.Out;
            double bound = Math.Sqrt(3.0 / inputs);
            var random = new RandomStream(seed, (ulong)layer.Index);
            foreach (ref float entry in Parameters.AsSpan(weight.Offset, weight.Length))
                entry = (float)random.NextDouble(-bound, bound);
        }
    }

    /// <summary>Mean loss and accuracy over a data set.</summary>
    /// <param name="dataset">Samples in the model's input shape, with labels or targets as its loss needs; at least one.</param>
    /// <param name="cancellationToken">Ends the call early.</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    /// <exception cref="ArgumentException">The data set does not fit the model; the message says how.</exception>
    public Evaluation Evaluate(Dataset dataset, CancellationToken cancellationToken = default, int threads = 1)
    {
        CheckFits(dataset);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        if (dataset.Count == 0)
            throw new ArgumentException("The data set is empty; nothing can be evaluated on it.", nameof(dataset));
        Workspace workspace = PrepareFor(Math.Min(dataset.Count, checked(EvaluationBatch * threads)), training: false);
        var losses = new double[workspace.Capacity];
        double loss = 0;
        long correct = 0;
        int closeCalls = 0;
        for (int start = 0; start < dataset.Count; start += workspace.Capacity)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int from = start, count = Math.Min(workspace.Capacity, dataset.Count - start), right = 0;
            RunSlices(workspace, count, threads, (_, first, size) =>
            {
                for (int i = first; i < first + size; i++)
                    Load(dataset.Sample(from + i), workspace.Input, i);
                Forward(workspace, first, size);
                for (int i = first; i < first + size; i++)
                {
                    losses[i] = _loss.Of(workspace.Output + (long)i * Specification.OutputSize, dataset, from + i, out bool hit);
                    if (hit)
                        Interlocked.Increment(ref right);
                    if (_loss.IsCloseCall(workspace.Output + (long)i * Specification.OutputSize))
                        Interlocked.Increment(ref closeCalls);
                }
            });
            for (int i = 0; i < count; i++)
                loss += losses[i];
            correct += right;
        }

        // Here and below: the kernels worked on unmanaged buffers that go with this object.
        GC.KeepAlive(this);
        double accuracy = Specification.Loss == LossKind.CrossEntropy ? (double)correct / dataset.Count : double.NaN;
        return new Evaluation(loss / dataset.Count, accuracy, closeCalls);
    }

    /// <summary>The model's raw outputs: logits for cross-entropy, values otherwise.</summary>
    /// <param name="features">Whole samples one after another, each in the model's input shape, row-major.</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    /// <returns>The outputs of each sample, one sample after another.</returns>
    /// <exception cref="ArgumentException">The length is not a multiple of the input's size.</exception>
    public float[] Predict(ReadOnlySpan<float> features, int threads = 1)
    {
        int inputSize = Specification.InputSize, outputSize = Specification.OutputSize;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        if (features.Length % inputSize != 0)
        {
            throw new ArgumentException(
                $"There are {features.Length} values, not a multiple of the model's input size {inputSize}.", nameof(features));
        }

        int samples = features.Length / inputSize;
        var outputs = new float[checked(samples * outputSize)];
        if (samples == 0)
            return outputs;
        Workspace workspace = PrepareFor(Math.Min(samples, checked(EvaluationBatch * threads)), training: false);
        for (int start = 0; start < samples; start += workspace.Capacity)
        {
            int count = Math.Min(workspace.Capacity, samples - start);
            for (int i = 0; i < count; i++)
                Load(features.Slice((start + i) * inputSize, inputSize), workspace.Input, i);
            RunSlices(workspace, count, threads, (_, first, size) => Forward(workspace, first, size));
            new Span<float>(workspace.Output, count * outputSize).CopyTo(outputs.AsSpan(start * outputSize));
        }

        GC.KeepAlive(this);

        return outputs;
    }

    /// <summary>Mean loss over some samples and its gradient by the parameters.</summary>
    /// <param name="dataset">A data set that fits the model.</param>
    /// <param name="samples">Which samples, at least one.</param>
    /// <param name="gradient">Receives the gradient in the parameters' order.</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    public double ComputeGradient(Dataset dataset, ReadOnlySpan<int> samples, Span<float> gradient, int threads = 1)
    {
        CheckFits(dataset);
        if (gradient.Length != Parameters.Length)
        {
            throw new ArgumentException(
                $"The gradient has room for {gradient.Length} entries; the model has {Parameters.Length} parameters.", nameof(gradient));
        }

        using var buffer = new AlignedBuffer(Parameters.Length);
        double loss = Step(dataset, samples.ToArray(), buffer, threads);
        buffer.Span(0, gradient.Length).CopyTo(gradient);
        return loss;
    }

    /// <summary>Throws unless the model can learn from or be evaluated on the data set.</summary>
    /// <exception cref="ArgumentException">The shapes or the kind of target do not fit; the message says how.</exception>
    public void CheckFits(Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (!dataset.Shape.SequenceEqual(Specification.Input))
        {
            throw new ArgumentException(
                $"The data set's samples are {ModelSpecificationParser.Text(dataset.Shape)}; "
                + $"the model's input is {ModelSpecificationParser.Text(Specification.Input)}.");
        }

        _loss.CheckFits(dataset);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _workspace?.Dispose();
        _workspace = null;
        foreach (Layer layer in _layers)
            layer.Dispose();
    }

    /// <summary>One batch forward and back: overwrites the gradient, returns the mean loss. The data set has been checked.</summary>
    internal double Step(Dataset dataset, ReadOnlyMemory<int> samples, AlignedBuffer gradient, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        int batch = samples.Length;
        if (batch == 0)
            throw new ArgumentException("A batch needs at least one sample.", nameof(samples));
        Workspace workspace = PrepareFor(batch, training: true);
        workspace.EnsureScratch(threads);
        var losses = new double[batch];
        RunSlices(workspace, batch, threads, (worker, first, count) =>
        {
            ReadOnlySpan<int> chosen = samples.Span;
            for (int i = first; i < first + count; i++)
                Load(dataset.Sample(chosen[i]), workspace.Input, i);
            Forward(workspace, first, count);
            int outputs = Specification.OutputSize;
            for (int i = first; i < first + count; i++)
            {
                losses[i] = _loss.OfWithGradient(
                    workspace.Output + (long)i * outputs, dataset, chosen[i], batch, workspace.OutputGradient + (long)i * outputs);
            }

            for (int i = _layers.Length - 1; i >= 0 && workspace.NeedsInputGradient(i); i--)
                _layers[i].BackwardInput(workspace.Buffers(i), first, count, workspace.Scratch(worker));
        });

        for (int i = 0; i < _layers.Length; i++)
        {
            Layer layer = _layers[i];
            LayerBuffers buffers = workspace.Buffers(i);
            int tasks = layer.ParameterTasks(threads);
            float* target = gradient.Pointer;
            Work.Run(tasks, threads, (worker, task) => layer.BackwardParameters(buffers, batch, task, tasks, target, workspace.Scratch(worker)));
        }

        double loss = 0;
        foreach (double sample in losses)
            loss += sample;
        GC.KeepAlive(this);
        return loss / batch;
    }

    private static void RunSlices(Workspace workspace, int count, int threads, Action<int, int, int> action)
    {
        int share = ((count + threads - 1) / threads + 7) & ~7;
        int slice = Math.Min(workspace.Slice, share);
        Work.Run((count + slice - 1) / slice, threads, (worker, task) => action(worker, task * slice, Math.Min(slice, count - task * slice)));
    }

    private void Forward(Workspace workspace, int first, int count)
    {
        for (int i = 0; i < _layers.Length; i++)
            _layers[i].Forward(workspace.Buffers(i), first, count);
    }

    private Workspace PrepareFor(int batch, bool training)
    {
        if (_workspace is null || _workspace.Capacity < batch || (training && !_workspace.Training))
        {
            _workspace?.Dispose();
            _workspace = null;
            _workspace = new Workspace(_layers, batch, training);
        }

        // Null for an empty array cannot happen: a model has at least one parameter.
        var parameters = (float*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(Parameters));
        for (int i = 0; i < _layers.Length; i++)
            _layers[i].Prepare(parameters, training && _workspace.NeedsInputGradient(i));
        return _workspace;
    }

    /// <summary>Puts a sample, channels first, where the layers want it, channels last.</summary>
    private void Load(ReadOnlySpan<float> sample, float* input, int index)
    {
        float* target = input + (long)index * sample.Length;
        if (Specification.Input.Count == 1 || Specification.Input[0] == 1)
        {
            sample.CopyTo(new Span<float>(target, sample.Length));
            return;
        }

        int channels = Specification.Input[0];
        fixed (float* source = sample)
            FlattenLayer.Transpose(source, target, channels, sample.Length / channels);
    }
}
