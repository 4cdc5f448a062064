namespace Marketplace.Learning;

/// <summary>y = x·Wᵀ + b.</summary>
internal sealed unsafe class LinearLayer : Layer
{
    private readonly int _weightOffset;
    private readonly AlignedBuffer _forward;
    private readonly AlignedBuffer _bias;
    private readonly AlignedBuffer _identity;
    private AlignedBuffer? _backward;
    private AlignedBuffer? _sampleOffsets;

    public LinearLayer(LayerSpecification specification)
        : base(specification)
    {
        _weightOffset = specification.Parameters[0].Offset;
        _forward = new AlignedBuffer(Packing.PackedLength(InputSize, OutputSize));
        _bias = new AlignedBuffer(OutputSize);
        _identity = Offsets(Math.Max(InputSize, OutputSize), i => i);
    }

    private int* Identity => (int*)_identity.Pointer;

    public override long ScratchSize(int batch) => (long)batch * TileKernels.Columns;

    public override void Prepare(float* parameters, bool inputGradient)
    {
        float* weight = parameters + _weightOffset;
        Packing.Transposed(weight, InputSize, InputSize, OutputSize, _forward.Pointer);
        CopyBias(weight + (long)InputSize * OutputSize, OutputSize, _bias);
        if (inputGradient)
        {
            _backward ??= new AlignedBuffer(Packing.PackedLength(OutputSize, InputSize));
            Packing.Rows(weight, InputSize, OutputSize, InputSize, _backward.Pointer);
        }
    }

    public override void Forward(LayerBuffers buffers, int first, int count)
    {
        var x = new GatheredMatrix(buffers.X + (long)first * InputSize, null, InputSize, Identity);
        Gemm.Multiply(
            count, OutputSize, InputSize, x, PanelMatrix.Packed(_forward.Pointer, InputSize), _bias.Pointer, 0,
            buffers.Y + (long)first * OutputSize, OutputSize);
    }

    public override void BackwardInput(LayerBuffers buffers, int first, int count, float* scratch)
    {
        var dy = new GatheredMatrix(buffers.Dy + (long)first * OutputSize, null, OutputSize, Identity);
        Gemm.Multiply(
            count, InputSize, OutputSize, dy, PanelMatrix.Packed(_backward!.Pointer, OutputSize), null, 0,
            buffers.Dx + (long)first * InputSize, InputSize);
    }

    // One task for each panel of 32 inputs; the last task is the bias.
    public override int ParameterTasks(int threads) => (InputSize + TileKernels.Columns - 1) / TileKernels.Columns + 1;

    public override void BackwardParameters(LayerBuffers buffers, int batch, int task, int tasks, float* gradient, float* scratch)
    {
        float* weight = gradient + _weightOffset;
        if (task == tasks - 1)
        {
            SumRows(buffers.Dy, batch, OutputSize, weight + (long)InputSize * OutputSize);
            return;
        }

        int column = task * TileKernels.Columns;
        int columns = Math.Min(TileKernels.Columns, InputSize - column);
        Packing.Rows(buffers.X + column, InputSize, batch, columns, scratch);
        var dyTransposed = new GatheredMatrix(buffers.Dy, null, 1, (int*)SampleOffsets(batch).Pointer);
        Gemm.Multiply(
            OutputSize, columns, batch, dyTransposed, PanelMatrix.Packed(scratch, batch), null, 0, weight + column, InputSize);
    }

    protected override void Dispose(bool disposing)
    {
        _forward.Dispose();
        _bias.Dispose();
        _identity.Dispose();
        _backward?.Dispose();
        _sampleOffsets?.Dispose();
    }

    private AlignedBuffer SampleOffsets(int batch)
    {
        AlignedBuffer? table = Volatile.Read(ref _sampleOffsets);
        if (table is not null && table.Length >= batch)
            return table;
        lock (_identity)
        {
            if (_sampleOffsets is null || _sampleOffsets.Length < batch)
                Volatile.Write(ref _sampleOffsets, Offsets(batch, sample => checked(sample * OutputSize)));
            return _sampleOffsets!;
        }
    }
}
