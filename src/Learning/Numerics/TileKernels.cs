using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Marketplace.Learning;

/// <summary>
/// The inner products on which everything else stands: an 8-row tile of C = init + A·B, 32 or 16 columns wide.
/// <para>
/// A is read in place: element (i, k) lies at <c>rows[i] + offsets[k]</c> (in floats), which covers matrices, transposed matrices and
/// image patches alike without copying. Row k of B is 32 or 16 consecutive floats at <c>b + k·bStride</c>.
/// </para>
/// <para>
/// Every element of C is one chain <c>fma(a(k), b(k), …)</c> over ascending k, begun at its initial value. No lane ever meets another,
/// so the three versions below give the same bits. They are compiled at full optimization at once: a short training run would end before
/// the runtime's tiers had warmed up.
/// </para>
/// </summary>
internal static unsafe class TileKernels
{
    public const int Rows = 8;
    public const int Columns = 32;
    public const int HalfColumns = 16;

    /// <summary>Computes one tile. <paramref name="width"/> is 32 or 16; <paramref name="init"/> may be null (zero) or equal <paramref name="c"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Tile(
        SimdPath path, int width, float** rows, int* offsets, int depth, float* b, nint bStride, float* init, nint initStride, float* c, nint cStride)
    {
        if (path == SimdPath.Avx512)
        {
            if (width == Columns)
                Avx512Wide(rows, offsets, depth, b, bStride, init, initStride, c, cStride);
            else
                Avx512Half(rows, offsets, depth, b, bStride, init, initStride, c, cStride);
        }
        else if (path == SimdPath.Avx2)
        {
            // 4 rows by 16 columns are what 16 registers hold: 8 sums, 2 of B, 1 of A.
            for (int row = 0; row < Rows; row += 4)
            {
                for (int column = 0; column < width; column += 16)
                {
                    float* start = init is null ? null : init + row * initStride + column;
                    Avx2Quarter(rows + row, offsets, depth, b + column, bStride, start, initStride, c + row * cStride + column, cStride);
                }
            }
        }
        else
        {
            Scalar(width, rows, offsets, depth, b, bStride, init, initStride, c, cStride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scalar(
        int width, float** rows, int* offsets, int depth, float* b, nint bStride, float* init, nint initStride, float* c, nint cStride)
    {
        float* sums = stackalloc float[Columns];
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < width; j++)
                sums[j] = init is null ? 0f : init[i * initStride + j];
            float* row = rows[i];
            float* bRow = b;
            for (int k = 0; k < depth; k++, bRow += bStride)
            {
                float a = row[offsets[k]];
                for (int j = 0; j < width; j++)
                    sums[j] = MathF.FusedMultiplyAdd(a, bRow[j], sums[j]);
            }

            for (int j = 0; j < width; j++)
                c[i * cStride + j] = sums[j];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Avx2Quarter(
        float** rows, int* offsets, int depth, float* b, nint bStride, float* init, nint initStride, float* c, nint cStride)
    {
        Vector256<float> c00, c01, c10, c11, c20, c21, c30, c31;
        c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = Vector256<float>.Zero;
        if (init is not null)
        {
            c00 = Avx.LoadVector256(init);
            c01 = Avx.LoadVector256(init + 8);
            c10 = Avx.LoadVector256(init + initStride);
            c11 = Avx.LoadVector256(init + initStride + 8);
            c20 = Avx.LoadVector256(init + 2 * initStride);
            c21 = Avx.LoadVector256(init + 2 * initStride + 8);
            c30 = Avx.LoadVector256(init + 3 * initStride);
            c31 = Avx.LoadVector256(init + 3 * initStride + 8);
        }

        float* r0 = rows[0], r1 = rows[1], r2 = rows[2], r3 = rows[3];
        int* end = offsets + depth;
        while (offsets < end)
        {
            nint o = *offsets++;
            Vector256<float> b0 = Avx.LoadVector256(b), b1 = Avx.LoadVector256(b + 8);
            b += bStride;
            Vector256<float> a = Avx.BroadcastScalarToVector256(r0 + o);
            c00 = Fma.MultiplyAdd(a, b0, c00);
            c01 = Fma.MultiplyAdd(a, b1, c01);
            a = Avx.BroadcastScalarToVector256(r1 + o);
            c10 = Fma.MultiplyAdd(a, b0, c10);
            c11 = Fma.MultiplyAdd(a, b1, c11);
            a = Avx.BroadcastScalarToVector256(r2 + o);
            c20 = Fma.MultiplyAdd(a, b0, c20);
            c21 = Fma.MultiplyAdd(a, b1, c21);
            a = Avx.BroadcastScalarToVector256(r3 + o);
            c30 = Fma.MultiplyAdd(a, b0, c30);
            c31 = Fma.MultiplyAdd(a, b1, c31);
        }

        Avx.Store(c, c00);
        Avx.Store(c + 8, c01);
        Avx.Store(c + cStride, c10);
        Avx.Store(c + cStride + 8, c11);
        Avx.Store(c + 2 * cStride, c20);
        Avx.Store(c + 2 * cStride + 8, c21);
        Avx.Store(c + 3 * cStride, c30);
        Avx.Store(c + 3 * cStride + 8, c31);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Avx512Wide(
        float** rows, int* offsets, int depth, float* b, nint bStride, float* init, nint initStride, float* c, nint cStride)
    {
        Vector512<float> c00, c01;
        Vector512<float> c10, c11;
        Vector512<float> c20, c21;
        Vector512<float> c30, c31;
        Vector512<float> c40, c41;
        Vector512<float> c50, c51;
        Vector512<float> c60, c61;
        Vector512<float> c70, c71;
        c00 = c01 = Vector512<float>.Zero;
        c10 = c11 = Vector512<float>.Zero;
        c20 = c21 = Vector512<float>.Zero;
        c30 = c31 = Vector512<float>.Zero;
        c40 = c41 = Vector512<float>.Zero;
        c50 = c51 = Vector512<float>.Zero;
        c60 = c61 = Vector512<float>.Zero;
        c70 = c71 = Vector512<float>.Zero;
        if (init is not null)
        {
            c00 = Avx512F.LoadVector512(init);
            c01 = Avx512F.LoadVector512(init + 16);
            c10 = Avx512F.LoadVector512(init + initStride);
            c11 = Avx512F.LoadVector512(init + initStride + 16);
            c20 = Avx512F.LoadVector512(init + 2 * initStride);
            c21 = Avx512F.LoadVector512(init + 2 * initStride + 16);
            c30 = Avx512F.LoadVector512(init + 3 * initStride);
            c31 = Avx512F.LoadVector512(init + 3 * initStride + 16);
            c40 = Avx512F.LoadVector512(init + 4 * initStride);
            c41 = Avx512F.LoadVector512(init + 4 * initStride + 16);
            c50 = Avx512F.LoadVector512(init + 5 * initStride);
            c51 = Avx512F.LoadVector512(init + 5 * initStride + 16);
            c60 = Avx512F.LoadVector512(init + 6 * initStride);
            c61 = Avx512F.LoadVector512(init + 6 * initStride + 16);
            c70 = Avx512F.LoadVector512(init + 7 * initStride);
            c71 = Avx512F.LoadVector512(init + 7 * initStride + 16);
        }

        float* r0 = rows[0], r1 = rows[1], r2 = rows[2], r3 = rows[3], r4 = rows[4], r5 = rows[5], r6 = rows[6], r7 = rows[7];
        int* end = offsets + depth;
        while (offsets < end)
        {
            nint o = *offsets++;
            Vector512<float> b0 = Avx512F.LoadVector512(b), b1 = Avx512F.LoadVector512(b + 16);
            b += bStride;
            Vector512<float> a = Broadcast(r0 + o);
            c00 = Avx512F.FusedMultiplyAdd(a, b0, c00);
            c01 = Avx512F.FusedMultiplyAdd(a, b1, c01);
            a = Broadcast(r1 + o);
            c10 = Avx512F.FusedMultiplyAdd(a, b0, c10);
            c11 = Avx512F.FusedMultiplyAdd(a, b1, c11);
            a = Broadcast(r2 + o);
            c20 = Avx512F.FusedMultiplyAdd(a, b0, c20);
            c21 = Avx512F.FusedMultiplyAdd(a, b1, c21);
            a = Broadcast(r3 + o);
            c30 = Avx512F.FusedMultiplyAdd(a, b0, c30);
            c31 = Avx512F.FusedMultiplyAdd(a, b1, c31);
            a = Broadcast(r4 + o);
            c40 = Avx512F.FusedMultiplyAdd(a, b0, c40);
            c41 = Avx512F.FusedMultiplyAdd(a, b1, c41);
            a = Broadcast(r5 + o);
            c50 = Avx512F.FusedMultiplyAdd(a, b0, c50);
            c51 = Avx512F.FusedMultiplyAdd(a, b1, c51);
            a = Broadcast(r6 + o);
            c60 = Avx512F.FusedMultiplyAdd(a, b0, c60);
            c61 = Avx512F.FusedMultiplyAdd(a, b1, c61);
            a = Broadcast(r7 + o);
            c70 = Avx512F.FusedMultiplyAdd(a, b0, c70);
            c71 = Avx512F.FusedMultiplyAdd(a, b1, c71);
        }

        Avx512F.Store(c, c00);
        Avx512F.Store(c + 16, c01);
        Avx512F.Store(c + cStride, c10);
        Avx512F.Store(c + cStride + 16, c11);
        Avx512F.Store(c + 2 * cStride, c20);
        Avx512F.Store(c + 2 * cStride + 16, c21);
        Avx512F.Store(c + 3 * cStride, c30);
        Avx512F.Store(c + 3 * cStride + 16, c31);
        Avx512F.Store(c + 4 * cStride, c40);
        Avx512F.Store(c + 4 * cStride + 16, c41);
        Avx512F.Store(c + 5 * cStride, c50);
        Avx512F.Store(c + 5 * cStride + 16, c51);
        Avx512F.Store(c + 6 * cStride, c60);
        Avx512F.Store(c + 6 * cStride + 16, c61);
        Avx512F.Store(c + 7 * cStride, c70);
        Avx512F.Store(c + 7 * cStride + 16, c71);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Avx512Half(
        float** rows, int* offsets, int depth, float* b, nint bStride, float* init, nint initStride, float* c, nint cStride)
    {
        Vector512<float> c00;
        Vector512<float> c10;
        Vector512<float> c20;
        Vector512<float> c30;
        Vector512<float> c40;
        Vector512<float> c50;
        Vector512<float> c60;
        Vector512<float> c70;
        c00 = Vector512<float>.Zero;
        c10 = Vector512<float>.Zero;
        c20 = Vector512<float>.Zero;
        c30 = Vector512<float>.Zero;
        c40 = Vector512<float>.Zero;
        c50 = Vector512<float>.Zero;
        c60 = Vector512<float>.Zero;
        c70 = Vector512<float>.Zero;
        if (init is not null)
        {
            c00 = Avx512F.LoadVector512(init);
            c10 = Avx512F.LoadVector512(init + initStride);
            c20 = Avx512F.LoadVector512(init + 2 * initStride);
            c30 = Avx512F.LoadVector512(init + 3 * initStride);
            c40 = Avx512F.LoadVector512(init + 4 * initStride);
            c50 = Avx512F.LoadVector512(init + 5 * initStride);
            c60 = Avx512F.LoadVector512(init + 6 * initStride);
            c70 = Avx512F.LoadVector512(init + 7 * initStride);
        }

        float* r0 = rows[0], r1 = rows[1], r2 = rows[2], r3 = rows[3], r4 = rows[4], r5 = rows[5], r6 = rows[6], r7 = rows[7];
        int* end = offsets + depth;
        while (offsets < end)
        {
            nint o = *offsets++;
            Vector512<float> b0 = Avx512F.LoadVector512(b);
            b += bStride;
            Vector512<float> a = Broadcast(r0 + o);
            c00 = Avx512F.FusedMultiplyAdd(a, b0, c00);
            a = Broadcast(r1 + o);
            c10 = Avx512F.FusedMultiplyAdd(a, b0, c10);
            a = Broadcast(r2 + o);
            c20 = Avx512F.FusedMultiplyAdd(a, b0, c20);
            a = Broadcast(r3 + o);
            c30 = Avx512F.FusedMultiplyAdd(a, b0, c30);
            a = Broadcast(r4 + o);
            c40 = Avx512F.FusedMultiplyAdd(a, b0, c40);
            a = Broadcast(r5 + o);
            c50 = Avx512F.FusedMultiplyAdd(a, b0, c50);
            a = Broadcast(r6 + o);
            c60 = Avx512F.FusedMultiplyAdd(a, b0, c60);
            a = Broadcast(r7 + o);
            c70 = Avx512F.FusedMultiplyAdd(a, b0, c70);
        }

        Avx512F.Store(c, c00);
        Avx512F.Store(c + cStride, c10);
        Avx512F.Store(c + 2 * cStride, c20);
        Avx512F.Store(c + 3 * cStride, c30);
        Avx512F.Store(c + 4 * cStride, c40);
        Avx512F.Store(c + 5 * cStride, c50);
        Avx512F.Store(c + 6 * cStride, c60);
        Avx512F.Store(c + 7 * cStride, c70);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Broadcast(float* p) => Avx512F.BroadcastScalarToVector512(Vector128.CreateScalarUnsafe(*p));
}
