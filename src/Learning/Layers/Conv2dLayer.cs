namespace Marketplace.Learning;

/// <summary>
/// Two-dimensional cross-correlation. Image patches are read where they lie: a patch's entry is the image at (offset of the position) +
/// (offset within the patch), which the products take as tables, so no patch matrix is built.
/// </summary>
internal sealed unsafe class Conv2dLayer : Layer
{
    private const int MostPositionsAtOnce = 64;
    private const int PatchScratch = 1 << 20;

    private readonly int _channels, _height, _width, _kernel, _padding, _paddedWidth, _paddedHeight, _out, _positions, _patch, _positionBlock;
    private readonly int _weightOffset;
    private readonly AlignedBuffer _positionOffsets;
    private readonly AlignedBuffer _patchOffsets;
    private readonly AlignedBuffer _identity;
    private readonly AlignedBuffer _forward;
    private readonly AlignedBuffer _bias;
    private AlignedBuffer? _backward;
    private AlignedBuffer? _gradient;

    public Conv2dLayer(LayerSpecification specification)
        : base(specification)
    {
        (_channels, _height, _width) = (specification.Input[0], specification.Input[1], specification.Input[2]);
        (_kernel, _padding, _out) = (specification.Kernel, specification.Padding, specification.Out);
        (_paddedHeight, _paddedWidth) = (_height + 2 * _padding, _width + 2 * _padding);
        int outputWidth = specification.Output[2], stride = specification.Stride;
        _positions = specification.Output[1] * outputWidth;
        _patch = _kernel * _kernel * _channels;
        _positionBlock = Math.Clamp(PatchScratch / _patch, 1, MostPositionsAtOnce);
        _weightOffset = specification.Parameters[0].Offset;

        _positionOffsets = Offsets(_positions, i => (i / outputWidth * _paddedWidth + i % outputWidth) * stride * _channels);
        _patchOffsets = Offsets(_patch, i =>
        {
            int row = i / (_kernel * _channels), rest = i % (_kernel * _channels);
            return row * _paddedWidth * _channels + rest;
        });
        _identity = Offsets(_out, i => i);
        _forward = new AlignedBuffer(Packing.PackedLength(_patch, _out));
        _bias = new AlignedBuffer(_out);
    }

    // A padded copy of the input, where there is padding.
    public override int StateSize => _padding == 0 ? 0 : PaddedSize;

    private int PaddedSize => _paddedHeight * _paddedWidth * _channels;

    private int* PositionOffsets => (int*)_positionOffsets.Pointer;

    private int* PatchOffsets => (int*)_patchOffsets.Pointer;

    public override long ScratchSize(int batch) => (long)_positionBlock * _patch + StateSize;

    public override void Prepare(float* parameters, bool inputGradient)
    {
        float* weight = parameters + _weightOffset;
        CopyBias(weight + (long)_patch * _out, _out, _bias);
        int area = _kernel * _kernel;
        float* forward = _forward.Pointer;
        float* backward = null;
        if (inputGradient)
            backward = (_backward ??= new AlignedBuffer(Packing.PackedLength(_out, _patch))).Pointer;
        for (int o = 0; o < _out; o++)
        {
            float* target = forward + (long)(o / TileKernels.Columns) * TileKernels.Columns * _patch + o % TileKernels.Columns;
            for (int c = 0; c < _channels; c++)
            {
                for (int k = 0; k < area; k++)
                {
                    float value = *weight++;
                    int entry = k * _channels + c;
                    target[(long)entry * TileKernels.Columns] = value;
                    if (backward is not null)
                        backward[((long)(entry / TileKernels.Columns) * _out + o) * TileKernels.Columns + entry % TileKernels.Columns] = value;
                }
            }
        }
    }

    public override void Forward(LayerBuffers buffers, int first, int count)
    {
        for (int sample = first; sample < first + count; sample++)
        {
            float* image = buffers.X + (long)sample * InputSize;
            if (_padding > 0)
            {
                float* padded = buffers.State + (long)sample * PaddedSize;
                Pad(image, padded);
                image = padded;
            }

            var patches = new GatheredMatrix(image, PositionOffsets, 0, PatchOffsets);
            Gemm.Multiply(
                _positions, _out, _patch, patches, PanelMatrix.Packed(_forward.Pointer, _patch), _bias.Pointer, 0,
                buffers.Y + (long)sample * OutputSize, _out);
        }
    }

    public override void BackwardInput(LayerBuffers buffers, int first, int count, float* scratch)
    {
        float* patches = scratch + StateSize;
        int rowLength = _kernel * _channels;
        for (int sample = first; sample < first + count; sample++)
        {
            float* dx = buffers.Dx + (long)sample * InputSize;
            float* target = _padding > 0 ? scratch : dx;
            new Span<float>(target, _padding > 0 ? PaddedSize : InputSize).Clear();
            for (int position = 0; position < _positions; position += _positionBlock)
            {
                int block = Math.Min(_positionBlock, _positions - position);
                var dy = new GatheredMatrix(
                    buffers.Dy + (long)sample * OutputSize + (long)position * _out, null, _out, (int*)_identity.Pointer);
                Gemm.Multiply(block, _patch, _out, dy, PanelMatrix.Packed(_backward!.Pointer, _out), null, 0, patches, _patch);
                for (int i = 0; i < block; i++)
                {
                    float* corner = target + PositionOffsets[position + i];
                    for (int row = 0; row < _kernel; row++)
                        Elementwise.Add(corner + row * _paddedWidth * _channels, patches + (long)i * _patch + row * rowLength, rowLength);
                }
            }

            if (_padding > 0)
                Crop(scratch, dx);
        }
    }

    // Tasks share the patch's entries in whole tiles; one more does the bias.
    public override int ParameterTasks(int threads)
    {
        int tiles = (_patch + TileKernels.Rows - 1) / TileKernels.Rows;
        return Math.Min(tiles, threads == 1 ? 1 : 3 * threads) + 1;
    }

    public override void BackwardParameters(LayerBuffers buffers, int batch, int task, int tasks, float* gradient, float* scratch)
    {
        float* weight = gradient + _weightOffset;
        if (task == tasks - 1)
        {
            SumRows(buffers.Dy, (long)batch * _positions, _out, weight + (long)_patch * _out);
            return;
        }

        int tiles = (_patch + TileKernels.Rows - 1) / TileKernels.Rows;
        int from = (int)((long)tiles * task / (tasks - 1)) * TileKernels.Rows;
        int to = Math.Min(_patch, (int)((long)tiles * (task + 1) / (tasks - 1)) * TileKernels.Rows);
        float* sums = Gradient().Pointer + (long)from * _out;
        float* images = _padding > 0 ? buffers.State : buffers.X;
        int imageSize = _padding > 0 ? PaddedSize : InputSize;
        for (int sample = 0; sample < batch; sample++)
        {
            var entries = new GatheredMatrix(images + (long)sample * imageSize, PatchOffsets + from, 0, PositionOffsets);
            Gemm.Multiply(
                to - from, _out, _positions, entries, PanelMatrix.InPlace(buffers.Dy + (long)sample * OutputSize, _out),
                sample == 0 ? null : sums, _out, sums, _out);
        }

        int area = _kernel * _kernel;
        for (int entry = from; entry < to; entry++)
        {
            int k = entry / _channels, c = entry % _channels;
            for (int o = 0; o < _out; o++)
                weight[((long)o * _channels + c) * area + k] = sums[(long)(entry - from) * _out + o];
        }
    }

    protected override void Dispose(bool disposing)
    {
        _positionOffsets.Dispose();
        _patchOffsets.Dispose();
        _identity.Dispose();
        _forward.Dispose();
        _bias.Dispose();
        _backward?.Dispose();
        _gradient?.Dispose();
    }

    private AlignedBuffer Gradient()
    {
        if (Volatile.Read(ref _gradient) is { } made)
            return made;
        lock (_identity)
        {
            if (_gradient is null)
                Volatile.Write(ref _gradient, new AlignedBuffer((long)_patch * _out));
            return _gradient!;
        }
    }

    private void Pad(float* image, float* padded)
    {
        int rowLength = _width * _channels, paddedRow = _paddedWidth * _channels;
        new Span<float>(padded, PaddedSize).Clear();
        for (int row = 0; row < _height; row++)
        {
            var target = new Span<float>(padded + (row + _padding) * paddedRow + _padding * _channels, rowLength);
            new Span<float>(image + row * rowLength, rowLength).CopyTo(target);
        }
    }

    private void Crop(float* padded, float* image)
    {
        int rowLength = _width * _channels, paddedRow = _paddedWidth * _channels;
        for (int row = 0; row < _height; row++)
        {
            var source = new Span<float>(padded + (row + _padding) * paddedRow + _padding * _channels, rowLength);
            source.CopyTo(new Span<float>(image + row * rowLength, rowLength));
        }
    }
}
