namespace Marketplace.Learning;

/// <summary>Replaces indices by rows of a table; other features pass through.</summary>
internal sealed unsafe class EmbeddingLayer : Layer
{
    private readonly int _dimension, _vocabulary, _weightOffset;
    private readonly int[] _indexed;
    private readonly int[] _passed;
    private float* _table;

    public EmbeddingLayer(LayerSpecification specification)
        : base(specification)
    {
        (_dimension, _vocabulary) = (specification.Out, specification.Vocabulary);
        _weightOffset = specification.Parameters[0].Offset;
        _indexed = [.. specification.Columns ?? Enumerable.Range(0, InputSize)];
        _passed = [.. Enumerable.Range(0, InputSize).Except(_indexed)];
    }

    public override void Prepare(float* parameters, bool inputGradient) => _table = parameters + _weightOffset;

    public override void Forward(LayerBuffers buffers, int first, int count)
    {
        for (int sample = first; sample < first + count; sample++)
        {
            float* x = buffers.X + (long)sample * InputSize;
            float* y = buffers.Y + (long)sample * OutputSize;
            foreach (int column in _passed)
                *y++ = x[column];
            foreach (int column in _indexed)
            {
                new Span<float>(_table + (long)Index(x[column], column) * _dimension, _dimension).CopyTo(new Span<float>(y, _dimension));
                y += _dimension;
            }
        }
    }

    public override void BackwardInput(LayerBuffers buffers, int first, int count, float* scratch)
    {
        for (int sample = first; sample < first + count; sample++)
        {
            float* dx = buffers.Dx + (long)sample * InputSize;
            float* dy = buffers.Dy + (long)sample * OutputSize;
            new Span<float>(dx, InputSize).Clear();
            for (int i = 0; i < _passed.Length; i++)
                dx[_passed[i]] = dy[i];
        }
    }

    public override int ParameterTasks(int threads) => 1;

    public override void BackwardParameters(LayerBuffers buffers, int batch, int task, int tasks, float* gradient, float* scratch)
    {
        float* table = gradient + _weightOffset;
        new Span<float>(table, _vocabulary * _dimension).Clear();
        for (int sample = 0; sample < batch; sample++)
        {
            float* x = buffers.X + (long)sample * InputSize;
            float* dy = buffers.Dy + (long)sample * OutputSize + _passed.Length;
            foreach (int column in _indexed)
            {
                Elementwise.Add(table + (long)Index(x[column], column) * _dimension, dy, _dimension);
                dy += _dimension;
            }
        }
    }

    private int Index(float value, int column)
    {
        if (!(value >= 0 && value < _vocabulary) || value != MathF.Truncate(value))
        {
            throw new InvalidDataException(
                $"{Specification.Label}: feature {column} of a sample is {value}; expected an integer index from 0 to {_vocabulary - 1}.");
        }

        return (int)value;
    }
}
