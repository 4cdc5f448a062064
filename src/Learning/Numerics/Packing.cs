namespace Marketplace.Learning;

/// <summary>Lays matrices out as panels of 32 columns, the last one padded with zeros. Only moves floats.</summary>
internal static unsafe class Packing
{
    private const int Width = TileKernels.Columns;

    public static long PackedLength(int depth, int columns) => (long)((columns + Width - 1) / Width) * Width * depth;

    /// <summary>Packs a row-major matrix of <paramref name="depth"/> rows.</summary>
    public static void Rows(float* source, nint stride, int depth, int columns, float* target)
    {
        for (int column = 0; column < columns; column += Width)
        {
            int count = Math.Min(Width, columns - column);
            for (int k = 0; k < depth; k++, target += Width)
            {
                new Span<float>(source + k * stride + column, count).CopyTo(new Span<float>(target, count));
                if (count < Width)
                    new Span<float>(target + count, Width - count).Clear();
            }
        }
    }

    /// <summary>Packs the transpose of a row-major matrix: the source has <paramref name="columns"/> rows of <paramref name="depth"/> floats.</summary>
    public static void Transposed(float* source, nint stride, int depth, int columns, float* target)
    {
        for (int column = 0; column < columns; column += Width, target += (nint)depth * Width)
        {
            int count = Math.Min(Width, columns - column);
            for (int j = 0; j < Width; j++)
            {
                float* row = source + (column + j) * stride;
                for (int k = 0; k < depth; k++)
                    target[k * Width + j] = j < count ? row[k] : 0f;
            }
        }
    }
}
