namespace Marketplace.Learning;

/// <summary>The buffers of one batch: every layer's values and, for training, their gradients.</summary>
internal sealed unsafe class Workspace : IDisposable
{
    // Slices of samples are cut so that their values stay within a core's cache on the way through the layers.
    private const long SliceBytes = 512 * 1024;

    private readonly Layer[] _layers;
    private readonly AlignedBuffer[] _values;
    private readonly AlignedBuffer?[] _gradients;
    private readonly AlignedBuffer?[] _states;
    private readonly int[] _valueOf;
    private readonly bool[] _inputGradient;
    private AlignedBuffer[] _scratch = [];

    /// <param name="layers">The network's layers.</param>
    /// <param name="capacity">Most samples of a batch.</param>
    /// <param name="training">Whether there will be a backward pass.</param>
    /// <exception cref="ArgumentException">A layer's values of the whole batch would not be addressable; the message says which.</exception>
    public Workspace(Layer[] layers, int capacity, bool training)
    {
        (_layers, Capacity, Training) = (layers, capacity, training);
        _valueOf = new int[layers.Length + 1];
        _inputGradient = new bool[layers.Length];
        var sizes = new List<int> { layers[0].InputSize };
        bool learned = false;
        for (int i = 0; i < layers.Length; i++)
        {
            Layer layer = layers[i];
            long largest = (long)capacity * Math.Max(Math.Max(layer.InputSize, layer.OutputSize), layer.StateSize);
            if (largest > int.MaxValue)
            {
                throw new ArgumentException(
                    $"{layer.Specification.Label}: a batch of {capacity} samples has {largest} values here; "
                    + $"at most {int.MaxValue} fit; use smaller batches.");
            }

            if (!layer.InPlace)
                sizes.Add(layer.OutputSize);
            _valueOf[i + 1] = sizes.Count - 1;
            _inputGradient[i] = training && learned;
            learned |= layer.Specification.Parameters.Count > 0;
        }

        // Asked before anything is allocated: a model and a batch size from outside must not exhaust the machine.
        long floats = capacity * (sizes.Sum(size => (long)size) * (training ? 2 : 1) + layers.Sum(layer => (long)layer.StateSize));
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (floats > available / sizeof(float))
        {
            throw new ArgumentException(
                $"A batch of {capacity} samples needs {floats * sizeof(float) >> 20} MiB, "
                + $"but the machine has {available >> 20} MiB; use smaller batches.");
        }

        _values = [.. sizes.Select(size => new AlignedBuffer((long)capacity * size))];
        _gradients = [.. sizes.Select(size => training ? new AlignedBuffer((long)capacity * size) : null)];
        _states = [.. layers.Select(layer => layer.StateSize > 0 ? new AlignedBuffer((long)capacity * layer.StateSize) : null)];
        long sampleBytes = sizes.Sum(size => (long)size) * sizeof(float) * (training ? 2 : 1);
        Slice = (int)Math.Clamp(SliceBytes / sampleBytes, 8, 1024) & ~7;
    }

    public int Capacity { get; }

    public bool Training { get; }

    /// <summary>Samples that one task takes through the layers; a multiple of 8.</summary>
    public int Slice { get; }

    public float* Input => _values[0].Pointer;

    public float* Output => _values[^1].Pointer;

    public float* OutputGradient => _gradients[^1]!.Pointer;

    /// <summary>Whether something before layer <paramref name="i"/> learns, so that the layer must pass a gradient on.</summary>
    public bool NeedsInputGradient(int i) => _inputGradient[i];

    public LayerBuffers Buffers(int i)
    {
        AlignedBuffer? dx = _inputGradient[i] ? _gradients[_valueOf[i]] : null;
        AlignedBuffer? dy = _gradients[_valueOf[i + 1]];
        return new LayerBuffers(
            _values[_valueOf[i]].Pointer,
            _values[_valueOf[i + 1]].Pointer,
            dx is null ? null : dx.Pointer,
            dy is null ? null : dy.Pointer,
            _states[i] is { } state ? state.Pointer : null);
    }

    /// <summary>Makes sure that as many workers have their own scratch.</summary>
    public void EnsureScratch(int workers)
    {
        if (_scratch.Length >= workers)
            return;
        long size = _layers.Max(layer => layer.ScratchSize(Capacity));
        _scratch = [.. _scratch, .. Enumerable.Range(0, workers - _scratch.Length).Select(_ => new AlignedBuffer(size))];
    }

    public float* Scratch(int worker) => _scratch[worker].Pointer;

    public void Dispose()
    {
        foreach (AlignedBuffer? buffer in _values.Concat(_gradients).Concat(_states).Concat(_scratch))
            buffer?.Dispose();
    }
}
