namespace Marketplace.Learning.Layers;

/// <summary>Largest value or mean of each window over [channels, height, width]; no padding.</summary>
/// <param name="Average">The mean, not the largest value.</param>
/// <param name="Size">Side of the square window, in pixels.</param>
/// <param name="Stride">Step of the window, in pixels; by default its side.</param>
public sealed record Pool2d(bool Average, int Size, int Stride) : Layer
{
    internal static Layer Read(LayerReader reader, bool average)
    {
        (int channels, int height, int width) = reader.Image();
        int size = reader.Window("size"), stride = reader.Window("stride", size);
        if (size > height || size > width)
            throw reader.Error($"the window ({size}) is larger than the input {Models.Shapes.Text(reader.Input)}.");
        int[] output = [channels, reader.Positions(height, size, stride, 0, "height"), reader.Positions(width, size, stride, 0, "width")];
        return reader.Place(new Pool2d(average, size, stride), output);
    }
}

/// <summary>Means of a grid of <c>size</c> × <c>size</c> nearly equal windows over [channels, height, width]; size 1 is the global mean.</summary>
/// <param name="Size">Side of the output.</param>
public sealed record AdaptiveAvgPool2d(int Size) : Layer
{
    internal static Layer Read(LayerReader reader)
    {
        (int channels, int height, int width) = reader.Image();
        int size = reader.Integer("size", 1, Math.Min(height, width), 1);
        return reader.Place(new AdaptiveAvgPool2d(size), [channels, size, size]);
    }
}
