using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Marketplace.Learning;

/// <summary>Trains a network on a data set.</summary>
public static class Trainer
{
    /// <summary>
    /// Changes the network's parameters in place. The result is a function of parameters, data and options (without the number of threads)
    /// alone, to the bit. On cancellation the parameters are left as the last whole step made them.
    /// </summary>
    /// <param name="network">The network to train.</param>
    /// <param name="dataset">Samples that fit it, at least one.</param>
    /// <param name="options">How to train.</param>
    /// <param name="progress">Told after every step, if given.</param>
    /// <param name="cancellationToken">Asked before every step.</param>
    /// <exception cref="ArgumentException">An option is out of bounds or the data do not fit the model.</exception>
    /// <exception cref="InvalidDataException">The loss became infinite or not a number.</exception>
    public static TrainingResult Train(
        Network network,
        Dataset dataset,
        LocalTraining options,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        network.CheckFits(dataset);
        if (dataset.Count == 0)
            throw new ArgumentException("The data set is empty; nothing can be learned from it.", nameof(dataset));

        using var gradient = new AlignedBuffer(network.Parameters.Length);
        using var optimizer = new Optimizer(options, network.Parameters);
        int[] order = new int[dataset.Count];
        int batchSize = Math.Min(options.BatchSize, dataset.Count);
        long stepsPerEpoch = (dataset.Count + batchSize - 1) / batchSize, step = 0;
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
                int count = Math.Min(batchSize, order.Length - start);
                double loss = network.Step(dataset, order.AsMemory(start, count), gradient, options.Threads);
                if (!double.IsFinite(loss))
                {
                    throw new InvalidDataException(
                        $"Training diverged: the loss of step {step + 1} is {loss}; lower the learning rate ({options.LearningRate}).");
                }

                optimizer.Step(gradient, options.Threads);
                step++;
                sum += loss * count;
                progress?.Report(new TrainingProgress(epoch, options.Epochs, step, stepsPerEpoch * options.Epochs, loss));
            }

            epochLosses.Add(sum / order.Length);
        }

        return new TrainingResult(step, epochLosses);
    }

    /// <summary>The state between steps: moments, and how many steps have been.</summary>
    private sealed unsafe class Optimizer : IDisposable
    {
        private const float Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f;
        private const int Block = 1 << 14;

        private readonly LocalTraining _options;
        private readonly float[] _parameters;
        private readonly AlignedBuffer? _first;
        private readonly AlignedBuffer? _second;
        private double _power1 = 1, _power2 = 1;

        /// <param name="options">Validated options.</param>
        /// <param name="parameters">A pinned array.</param>
        public Optimizer(LocalTraining options, float[] parameters)
        {
            (_options, _parameters) = (options, parameters);
            if (options.Optimizer == OptimizerKind.Adam || options.Momentum > 0)
                _first = new AlignedBuffer(parameters.Length);
            if (options.Optimizer == OptimizerKind.Adam)
                _second = new AlignedBuffer(parameters.Length);
        }

        public void Step(AlignedBuffer gradient, int threads)
        {
            // The powers are products in double: the same everywhere, unlike Math.Pow.
            _power1 *= Beta1;
            _power2 *= Beta2;
            float adamRate = (float)(_options.LearningRate / (1 - _power1)), adamScale = (float)(1 / Math.Sqrt(1 - _power2));
            var w = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_parameters));
            float* g = gradient.Pointer;
            int length = _parameters.Length;
            Work.Run((length + Block - 1) / Block, threads, (_, block) =>
            {
                int start = block * Block, count = Math.Min(Block, length - start);
                float decay = _options.WeightDecay;
                if (_second is not null)
                {
                    Elementwise.Adam(
                        w + start, g + start, _first!.Pointer + start, _second.Pointer + start, count,
                        adamRate, adamScale, Beta1, Beta2, Epsilon, decay);
                }
                else if (_first is not null)
                {
                    Elementwise.SgdMomentum(w + start, g + start, _first.Pointer + start, count, _options.LearningRate, _options.Momentum, decay);
                }
                else
                {
                    Elementwise.Sgd(w + start, g + start, count, _options.LearningRate, decay);
                }
            });
        }

        public void Dispose()
        {
            _first?.Dispose();
            _second?.Dispose();
        }
    }
}
