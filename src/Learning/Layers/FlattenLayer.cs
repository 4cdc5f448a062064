namespace Marketplace.Learning;

/// <summary>To a flat vector, channels first, as model documents and other frameworks count it; inside, images are channels-last.</summary>
internal sealed unsafe class FlattenLayer : Layer
{
    private readonly int _channels;
    private readonly int _area;

    public FlattenLayer(LayerSpecification specification)
        : base(specification)
    {
        _channels = specification.Input.Count == 3 ? specification.Input[0] : 1;
        _area = InputSize / _channels;
    }

    public override bool InPlace => _channels == 1 || _area == 1;

    public override void Forward(LayerBuffers buffers, int first, int count)
    {
        if (InPlace)
            return;
        for (int sample = first; sample < first + count; sample++)
            Transpose(buffers.X + (long)sample * InputSize, buffers.Y + (long)sample * InputSize, _area, _channels);
    }

    public override void BackwardInput(LayerBuffers buffers, int first, int count, float* scratch)
    {
        if (InPlace)
            return;
        for (int sample = first; sample < first + count; sample++)
            Transpose(buffers.Dy + (long)sample * InputSize, buffers.Dx + (long)sample * InputSize, _channels, _area);
    }

    /// <summary>Reads rows × columns, writes columns × rows.</summary>
    internal static void Transpose(float* source, float* target, int rows, int columns)
    {
        for (int column = 0; column < columns; column++)
        {
            for (int row = 0; row < rows; row++)
                *target++ = source[(long)row * columns + column];
        }
    }
}
