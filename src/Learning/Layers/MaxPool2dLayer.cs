using System.Runtime.Intrinsics;

namespace Marketplace.Learning;

/// <summary>The largest value of each window; remembers which, and the first of equals wins.</summary>
internal sealed unsafe class MaxPool2dLayer : Layer
{
    private readonly int _channels, _width, _outputHeight, _outputWidth, _size, _stride;

    public MaxPool2dLayer(LayerSpecification specification)
        : base(specification)
    {
        (_channels, _width) = (specification.Input[0], specification.Input[2]);
        (_outputHeight, _outputWidth) = (specification.Output[1], specification.Output[2]);
        (_size, _stride) = (specification.Kernel, specification.Stride);
    }

    public override int StateSize => OutputSize;

    private int VectorEnd => Simd.Path == SimdPath.Scalar ? 0 : _channels & ~7;

    public override void Forward(LayerBuffers buffers, int first, int count)
    {
        int end = VectorEnd;
        for (int sample = first; sample < first + count; sample++)
        {
            float* x = buffers.X + (long)sample * InputSize;
            float* y = buffers.Y + (long)sample * OutputSize;
            int* winners = (int*)buffers.State + (long)sample * OutputSize;
            for (int row = 0; row < _outputHeight; row++)
            {
                for (int column = 0; column < _outputWidth; column++, y += _channels, winners += _channels)
                {
                    float* corner = x + (row * _width + column) * _stride * _channels;
                    int c = 0;
                    for (; c < end; c += 8)
                        WindowOfEight(corner + c, y + c, winners + c);
                    for (; c < _channels; c++)
                        Window(corner + c, y + c, winners + c);
                }
            }
        }
    }

    public override void BackwardInput(LayerBuffers buffers, int first, int count, float* scratch)
    {
        int end = VectorEnd;
        for (int sample = first; sample < first + count; sample++)
        {
            float* dx = buffers.Dx + (long)sample * InputSize;
            float* dy = buffers.Dy + (long)sample * OutputSize;
            int* winners = (int*)buffers.State + (long)sample * OutputSize;
            new Span<float>(dx, InputSize).Clear();
            for (int row = 0; row < _outputHeight; row++)
            {
                for (int column = 0; column < _outputWidth; column++, dy += _channels, winners += _channels)
                    Scatter(dx + (row * _width + column) * _stride * _channels, dy, winners, end);
            }
        }
    }

    private void WindowOfEight(float* corner, float* y, int* winner)
    {
        Vector256<float> best = Vector256.Load(corner);
        Vector256<int> code = Vector256<int>.Zero;
        for (int k = 1; k < _size * _size; k++)
        {
            Vector256<float> value = Vector256.Load(corner + (k / _size * _width + k % _size) * _channels);
            Vector256<float> larger = Vector256.GreaterThan(value, best);
            best = Vector256.ConditionalSelect(larger, value, best);
            code = Vector256.ConditionalSelect(larger.AsInt32(), Vector256.Create(k), code);
        }

        best.Store(y);
        code.Store(winner);
    }

    private void Window(float* corner, float* y, int* winner)
    {
        float best = *corner;
        int code = 0;
        for (int k = 1; k < _size * _size; k++)
        {
            float value = corner[(k / _size * _width + k % _size) * _channels];
            if (value > best)
                (best, code) = (value, k);
        }

        *y = best;
        *winner = code;
    }

    private void Scatter(float* corner, float* dy, int* winners, int end)
    {
        for (int k = 0; k < _size * _size; k++)
        {
            float* target = corner + (k / _size * _width + k % _size) * _channels;
            int c = 0;
            for (; c < end; c += 8)
            {
                Vector256<float> won = Vector256.Equals(Vector256.Load(winners + c), Vector256.Create(k)).AsSingle();
                (Vector256.Load(target + c) + (won & Vector256.Load(dy + c))).Store(target + c);
            }

            for (; c < _channels; c++)
                target[c] += winners[c] == k ? dy[c] : 0f;
        }
    }
}
