using Marketplace.Learning.Data;
using Marketplace.Learning.Models;
using Marketplace.Learning.Numerics;
using Marketplace.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Marketplace.Learning.Torch;

/// <summary>
/// Trains and evaluates by libtorch. On one machine, with one number of threads, the same inputs give the same bits. On another machine,
/// instruction set, device or number of threads they do not: sums are taken in another order, and training enlarges the difference. An
/// evaluation's loss stays within about 1e-7 of itself, so results from elsewhere are compared with a tolerance, never by equality.
/// Initial weights, generated data and quantization do not depend on the machine. Safe for use by several threads at once.
/// </summary>
public sealed class TorchEngine : ITrainingEngine
{
    private const int EvaluationBatch = 256;
    private const long EvaluationValues = 1 << 26;

    private readonly TorchDevice _device;
    private readonly int _threads;

    /// <param name="device">Where to compute; decided when first used.</param>
    /// <param name="threads">Threads of the processor to use, 1 to 1024.</param>
    public TorchEngine(TorchDevice device = TorchDevice.Cpu, int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, 1024);
        (_device, _threads) = (device, threads);
    }

    /// <summary>One thread of the processor: what measures models, and what trains unless another is chosen.</summary>
    public static TorchEngine Cpu { get; } = new();

    /// <summary>What computes, for a log: for example <c>cpu, 1 thread</c>.</summary>
    /// <exception cref="PlatformNotSupportedException">libtorch is not to be had here, or the device that was asked for is not.</exception>
    public string Describe() => OpenDevice() == TorchDevice.Cuda
        ? $"cuda ({cuda.device_count()} devices, the first is used)"
        : $"cpu, {_threads} {(_threads == 1 ? "thread" : "threads")}";

    /// <inheritdoc/>
    public TrainingResult Train(
        ModelSpecification model,
        ReadOnlySpan<float> weights,
        Dataset data,
        LocalTraining options,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        int batchSize = Math.Min(options.BatchSize, data.Count);
        CheckMemory(model, batchSize);
        Device place = Prepare();
        using IDisposable scope = NewDisposeScope();
        var samples = new TensorData(model, data, place);
        using var network = new TorchNetwork(model, weights, place);
        using var steps = new TrainingSteps(network, options, place);
        int[] order = new int[data.Count];
        long stepsPerEpoch = (data.Count + batchSize - 1) / batchSize, step = 0;
        var epochLosses = new List<double>(options.Epochs);
        for (int epoch = 1; epoch <= options.Epochs; epoch++)
        {
            // Each epoch's order depends on seed and epoch only.
            for (int i = 0; i < order.Length; i++)
                order[i] = i;
            new RandomStream(options.Seed, (ulong)epoch).Shuffle(order.AsSpan());
            double sum = 0;
            for (int start = 0; start < order.Length; start += batchSize)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using IDisposable inner = NewDisposeScope();
                int count = Math.Min(batchSize, order.Length - start);
                (Tensor features, Tensor expected) = samples.Select(order.AsSpan(start, count));
                double factor = options.Schedule.At(step, stepsPerEpoch * options.Epochs, stepsPerEpoch);
                double loss = steps.Take(features, expected, factor * options.LearningRate);
                step++;
                if (!double.IsFinite(loss))
                {
                    throw new InvalidDataException(
                        $"Training diverged: the loss of step {step} is {loss}; lower the learning rate ({options.LearningRate}).");
                }

                sum += loss * count;
                progress?.Report(new TrainingProgress(epoch, options.Epochs, step, stepsPerEpoch * options.Epochs, loss));
            }

            epochLosses.Add(sum / order.Length);
        }

        return new TrainingResult(network.ReadWeights(), step, epochLosses);
    }

    /// <inheritdoc/>
    public Evaluation Evaluate(
        ModelSpecification model, ReadOnlySpan<float> weights, Dataset data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        Device place = Prepare();
        bool classify = model.Loss == LossKind.CrossEntropy;
        int batch = Batch(model);
        double loss = 0;
        long correct = 0, close = 0;
        using Scalar margin = Evaluation.Margin.ToScalar(), itself = 1.ToScalar();
        using IDisposable quiet = inference_mode();
        using IDisposable scope = NewDisposeScope();
        var samples = new TensorData(model, data, place);
        int[] order = [.. Enumerable.Range(0, data.Count)];
        using var network = new TorchNetwork(model, weights, place);
        network.Module.eval();
        for (int start = 0; start < data.Count; start += batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using IDisposable inner = NewDisposeScope();
            (Tensor features, Tensor expected) = samples.Select(order.AsSpan(start, Math.Min(batch, data.Count - start)));
            Tensor output = network.Module.forward(features).to(ScalarType.Float64);
            loss += network.Loss(output, expected, nn.Reduction.Sum).item<double>();
            if (!classify)
                continue;
            correct += output.argmax(1).eq(expected).sum().item<long>();

            // The largest output is within the margin of itself.
            close += Tensors.Difference(output.amax([1], keepdim: true), output).lt(margin).sum(1).gt(itself).sum().item<long>();
        }

        return classify
            ? new Evaluation(loss / data.Count, (double)correct / data.Count, (int)close)
            : new Evaluation(loss / data.Count / model.OutputSize, double.NaN, 0);
    }

    /// <summary>The model's raw outputs: logits for cross-entropy, values otherwise.</summary>
    /// <param name="model">The model.</param>
    /// <param name="weights">Its d parameters.</param>
    /// <param name="features">Whole samples one after another, each in the model's input shape, row-major.</param>
    /// <returns>The outputs of each sample, one sample after another.</returns>
    /// <exception cref="ArgumentException">The length is not a multiple of the input's size.</exception>
    public float[] Predict(ModelSpecification model, ReadOnlySpan<float> weights, ReadOnlySpan<float> features)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (features.Length % model.InputSize != 0)
        {
            throw new ArgumentException(
                $"There are {features.Length} values, not a multiple of the model's input size {model.InputSize}.", nameof(features));
        }

        TensorData.CheckIndices(model, features);
        int count = features.Length / model.InputSize, outputs = model.OutputSize, batch = Batch(model);
        var result = new float[checked(count * outputs)];
        Device place = Prepare();
        using IDisposable quiet = inference_mode();
        using IDisposable scope = NewDisposeScope();
        using var network = new TorchNetwork(model, weights, place);
        network.Module.eval();
        for (int start = 0; start < count; start += batch)
        {
            using IDisposable inner = NewDisposeScope();
            int size = Math.Min(batch, count - start);
            long[] shape = [size, .. model.Input.Select(dimension => (long)dimension)];
            Tensor input = Tensors.Copy(features.Slice(start * model.InputSize, size * model.InputSize), shape).to(place);
            network.Module.forward(input).cpu().contiguous().data<float>().CopyTo(result.AsSpan(start * outputs, size * outputs));
        }

        return result;
    }

    /// <summary>Asked before anything is allocated: a model and a batch size from outside must not exhaust the machine.</summary>
    private static void CheckMemory(ModelSpecification model, int batch)
    {
        Int128 bytes = sizeof(float) * (2 * (Int128)batch * model.Activations + 4 * (Int128)model.ParameterCount);
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes > available || (long)batch * model.InputSize > int.MaxValue / sizeof(float))
        {
            throw new ArgumentException(
                $"Training with batches of {batch} samples needs about {bytes >> 20} MiB, "
                + $"but the machine has {available >> 20} MiB, and a batch at most 2048 MiB; use smaller batches.");
        }
    }

    /// <summary>Samples of a batch: depends on the model alone, since sums depend on it.</summary>
    private static int Batch(ModelSpecification model) => (int)Math.Clamp(EvaluationValues / model.Activations, 1, EvaluationBatch);

    private TorchDevice OpenDevice()
    {
        TorchLibrary.EnsureLoaded();
        return _device switch
        {
            TorchDevice.Cpu => TorchDevice.Cpu,
            TorchDevice.Auto => cuda.is_available() ? TorchDevice.Cuda : TorchDevice.Cpu,
            _ => cuda.is_available() ? TorchDevice.Cuda : throw new PlatformNotSupportedException(
                "There is no CUDA device that this libtorch can use; choose the device cpu, or set "
                + $"{TorchLibrary.FolderVariable} to a folder with a libtorch 2.10 built for CUDA and check the driver."),
        };
    }

    /// <summary>
    /// The number of threads belongs to the calling thread, and so is set at each call. It is asked for before: a thread's first look at it, wherever
    /// that comes, takes over what any other thread has set last, and would undo what was set here.
    /// </summary>
    private Device Prepare()
    {
        TorchDevice opened = OpenDevice();
        _ = get_num_threads();
        set_num_threads(_threads);
        return opened == TorchDevice.Cuda ? CUDA : CPU;
    }
}
