namespace Marketplace.Learning;

/// <summary>
/// Where a layer finds a batch's values: arrays of samples, each sample's values channels-last ([height, width, channels], or flat), so
/// that every product's inner loop runs over consecutive channels.
/// </summary>
/// <param name="x">Input.</param>
/// <param name="y">Output; equals <paramref name="x"/> for a layer that works in place.</param>
/// <param name="dx">Gradient by the input, or null when nothing before the layer learns.</param>
/// <param name="dy">Gradient by the output; null outside training.</param>
/// <param name="state">What the layer keeps from forward to backward, <see cref="Layer.StateSize"/> floats a sample.</param>
internal readonly unsafe struct LayerBuffers(float* x, float* y, float* dx, float* dy, float* state)
{
    public readonly float* X = x;
    public readonly float* Y = y;
    public readonly float* Dx = dx;
    public readonly float* Dy = dy;
    public readonly float* State = state;
}

/// <summary>
/// One layer of a network. A training step calls <see cref="Prepare"/> once, then <see cref="Forward"/> and <see cref="BackwardInput"/> on
/// slices of samples (a sample's result never depends on its slice), then <see cref="BackwardParameters"/> on the whole batch, whose tasks
/// each own some entries of the gradient and add over the samples in order. So no number of threads changes a bit.
/// </summary>
internal abstract unsafe class Layer(LayerSpecification specification) : IDisposable
{
    public LayerSpecification Specification { get; } = specification;

    public int InputSize { get; } = ModelSpecification.Size(specification.Input);

    public int OutputSize { get; } = ModelSpecification.Size(specification.Output);

    /// <summary>Whether output and input share memory.</summary>
    public virtual bool InPlace => false;

    /// <summary>Floats a sample to keep from forward to backward.</summary>
    public virtual int StateSize => 0;

    /// <summary>Floats that a worker needs for itself during one call, given the batch's size.</summary>
    public virtual long ScratchSize(int batch) => 0;

    /// <summary>Brings the parameters into the form that the products read.</summary>
    /// <param name="parameters">The flat parameter vector.</param>
    /// <param name="inputGradient">Whether <see cref="BackwardInput"/> will be called.</param>
    public virtual void Prepare(float* parameters, bool inputGradient)
    {
    }

    public abstract void Forward(LayerBuffers buffers, int first, int count);

    public abstract void BackwardInput(LayerBuffers buffers, int first, int count, float* scratch);

    /// <summary>Number of tasks of <see cref="BackwardParameters"/>; 0 for a layer without parameters.</summary>
    public virtual int ParameterTasks(int threads) => 0;

    /// <summary>Does one task's share of the gradient by the parameters, overwriting it.</summary>
    public virtual void BackwardParameters(LayerBuffers buffers, int batch, int task, int tasks, float* gradient, float* scratch)
    {
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>A table of int offsets in unmanaged memory: entry i is <paramref name="offset"/>(i).</summary>
    protected static AlignedBuffer Offsets(int count, Func<int, int> offset)
    {
        var table = new AlignedBuffer(count);
        var entries = (int*)table.Pointer;
        for (int i = 0; i < count; i++)
            entries[i] = offset(i);
        return table;
    }

    /// <summary>Copies a bias so that it may be read up to the next multiple of 32.</summary>
    protected static void CopyBias(float* bias, int length, AlignedBuffer target) =>
        new Span<float>(bias, length).CopyTo(new Span<float>(target.Pointer, length));

    /// <summary>target := sum of rows, each entry one chain of additions in order.</summary>
    protected static void SumRows(float* rows, long count, int length, float* target)
    {
        new Span<float>(target, length).Clear();
        for (long i = 0; i < count; i++)
            Elementwise.Add(target, rows + i * length, length);
    }

    public static Layer Create(LayerSpecification specification) => specification.Kind switch
    {
        LayerKind.Linear => new LinearLayer(specification),
        LayerKind.Conv2d => new Conv2dLayer(specification),
        LayerKind.Relu => new ReluLayer(specification),
        LayerKind.MaxPool2d => new MaxPool2dLayer(specification),
        LayerKind.Flatten => new FlattenLayer(specification),
        LayerKind.Embedding => new EmbeddingLayer(specification),
        _ => throw new ArgumentOutOfRangeException(nameof(specification), specification.Kind, "unknown kind of layer"),
    };
}
