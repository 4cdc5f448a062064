using System.Runtime.CompilerServices;

namespace Marketplace.Learning;

/// <summary>The matrix A of a product: element (i, k) lies at <c>data + offset of row i + offset of k</c>, in floats.</summary>
/// <param name="data">Address from which the offsets count.</param>
/// <param name="rowOffsets">Offset of each row, or null when rows are <paramref name="rowStride"/> apart.</param>
/// <param name="rowStride">Distance of consecutive rows; ignored when <paramref name="rowOffsets"/> is given.</param>
/// <param name="depthOffsets">Offset of each k.</param>
internal readonly unsafe struct GatheredMatrix(float* data, int* rowOffsets, nint rowStride, int* depthOffsets)
{
    public readonly int* DepthOffsets = depthOffsets;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Row(int i) => data + (rowOffsets is null ? i * rowStride : rowOffsets[i]);
}

/// <summary>The matrix B of a product, as panels of 32 columns: row k of panel p is at <c>Base + p·PanelStride + k·RowStride</c>.</summary>
internal readonly unsafe struct PanelMatrix(float* data, nint panelStride, nint rowStride)
{
    public readonly float* Base = data;
    public readonly nint PanelStride = panelStride;
    public readonly nint RowStride = rowStride;

    /// <summary>A row-major matrix read in place; columns past its width are read (as whatever follows) and thrown away.</summary>
    public static PanelMatrix InPlace(float* data, nint rowStride) => new(data, TileKernels.Columns, rowStride);

    /// <summary>A matrix that <see cref="Packing"/> has laid out.</summary>
    public static PanelMatrix Packed(float* data, int depth) => new(data, (nint)depth * TileKernels.Columns, TileKernels.Columns);
}

/// <summary>Dense products in tiles; every element of the result is one multiply-add chain over ascending k (see <see cref="TileKernels"/>).</summary>
internal static unsafe class Gemm
{
    /// <summary>C (m × n) = init + A (m × depth) · B (depth × n).</summary>
    /// <param name="init">Initial values: null for zero, or m rows of <paramref name="initStride"/> (0: one row for all; it must be readable
    /// up to the next multiple of 32 columns). May be C itself, to accumulate.</param>
    public static void Multiply(
        int m, int n, int depth, GatheredMatrix a, PanelMatrix b, float* init, nint initStride, float* c, nint cStride)
    {
        SimdPath path = Simd.Path;
        float** rows = stackalloc float*[TileKernels.Rows];
        float* edge = stackalloc float[TileKernels.Rows * TileKernels.Columns];
        for (int column = 0, panel = 0; column < n; column += TileKernels.Columns, panel++)
        {
            int columns = Math.Min(TileKernels.Columns, n - column);
            int width = columns <= TileKernels.HalfColumns ? TileKernels.HalfColumns : TileKernels.Columns;
            float* bPanel = b.Base + panel * b.PanelStride;
            for (int row = 0; row < m; row += TileKernels.Rows)
            {
                int count = Math.Min(TileKernels.Rows, m - row);
                for (int i = 0; i < TileKernels.Rows; i++)
                    rows[i] = a.Row(row + Math.Min(i, count - 1));
                float* start = init is null ? null : init + row * initStride + column;
                float* target = c + row * cStride + column;
                if (count == TileKernels.Rows && columns == width)
                    TileKernels.Tile(path, width, rows, a.DepthOffsets, depth, bPanel, b.RowStride, start, initStride, target, cStride);
                else
                    Edge(path, count, columns, width, rows, a.DepthOffsets, depth, bPanel, b.RowStride, start, initStride, target, cStride, edge);
            }
        }
    }

    /// <summary>A tile at the border: computed whole in a scratch tile, of which only what exists is read and written.</summary>
    private static void Edge(
        SimdPath path, int count, int columns, int width, float** rows, int* offsets, int depth, float* b, nint bStride, float* init,
        nint initStride, float* c, nint cStride, float* edge)
    {
        if (init is not null)
        {
            new Span<float>(edge, TileKernels.Rows * TileKernels.Columns).Clear();
            for (int i = 0; i < count; i++)
                new Span<float>(init + i * initStride, columns).CopyTo(new Span<float>(edge + i * TileKernels.Columns, columns));
        }

        TileKernels.Tile(
            path, width, rows, offsets, depth, b, bStride, init is null ? null : edge, TileKernels.Columns, edge, TileKernels.Columns);
        for (int i = 0; i < count; i++)
            new Span<float>(edge + i * TileKernels.Columns, columns).CopyTo(new Span<float>(c + i * cStride, columns));
    }
}
