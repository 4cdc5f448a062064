// Transforms in place, natural order to bit-reversed order and back, three layers of butterflies a pass.
//
// Layer L has 2^L blocks; block b is multiplied by one twiddle only, w_b of Twiddles:
//   forward, from layer 0 on:   (u, v) → (u + w_b·v, u − w_b·v)
//   inverse, from the last on:  (u, v) → (u + v, (u − v)·w_b⁻¹), n times too large in the end,
// u from a block's first half and v from its second. A pass reads 2^r rows of a block, `stride` apart, does r layers and writes
// them back. Lanes are neighboring columns, except in the last three layers, where the stride is 1 and lanes are
// neighboring blocks. Large blocks are done breadth-first on all cores, blocks that fit a core's cache depth-first on one.

using System.Numerics;
using System.Runtime.CompilerServices;
using Marketplace.Algebra.Lanes;

namespace Marketplace.Algebra.Transforms;

/// <summary>Bounds for buffers on the stack, over all kernels.</summary>
internal static class LaneLimits
{
    /// <summary>The most lanes of a kernel.</summary>
    internal const int Lanes = 8;

    /// <summary>The most words of a group.</summary>
    internal const int Words = 9 * Lanes;
}

/// <summary>Transforms of 2^6 or more elements with a vector kernel.</summary>
internal sealed unsafe class VectorNtt<TKernel>
    where TKernel : struct, ILaneKernel
{
    /// <summary>The shortest transform.</summary>
    internal const int MinLength = 64;

    private const int ElementWords = 4;
    private const int Radix = 3;
    private const int CacheBlock = 1 << 15;
    private const int ColumnsPerTask = 512;
    private const int Rows = 1 << Radix;

    private readonly ulong* _data;
    private readonly int _length;
    private readonly int _layers;
    private readonly CancellationToken _cancellationToken;
    private ulong* _twiddles;
    private bool _canonical;

    /// <param name="data">Elements below 2q, packed, of any scale, that stay in place.</param>
    /// <param name="length">How many: a power of two, at least <see cref="MinLength"/>.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    internal VectorNtt(ulong* data, int length, CancellationToken cancellationToken)
    {
        _data = data;
        _length = length;
        _layers = BitOperations.Log2((uint)length);
        _cancellationToken = cancellationToken;
    }

    private ParallelOptions Options => new() { CancellationToken = _cancellationToken };

    /// <summary>Natural order to bit-reversed order.</summary>
    /// <param name="canonical">Whether the results must be below q.</param>
    internal void Forward(bool canonical)
    {
        using Twiddles<TKernel> twiddles = new(_length, isInverse: false, _cancellationToken);
        Forward(canonical, twiddles);
    }

    /// <summary>The same with twiddles that many transforms of this length share.</summary>
    internal void Forward(bool canonical, Twiddles<TKernel> twiddles)
    {
        _twiddles = twiddles.Start;
        _canonical = canonical;
        int layer = 0;
        while (_length >> layer > CacheBlock)
        {
            int count = LayersAt(layer);
            WidePass(layer, count, isInverse: false);
            layer += count;
        }

        int first = layer;
        Parallel.For(0, 1 << first, Options, block => ForwardBlock(first, block));
    }

    /// <summary>Bit-reversed order to natural order, without the division by the length; results are below q.</summary>
    internal void Inverse()
    {
        using Twiddles<TKernel> twiddles = new(_length, isInverse: true, _cancellationToken);
        Inverse(twiddles);
    }

    /// <summary>The same with inverse twiddles that many transforms of this length share.</summary>
    internal void Inverse(Twiddles<TKernel> twiddles)
    {
        _twiddles = twiddles.Start;
        Stack<int> wide = [];
        int layer = 0;
        while (_length >> layer > CacheBlock)
        {
            wide.Push(layer);
            layer += LayersAt(layer);
        }

        int first = layer;
        _canonical = first == 0;
        Parallel.For(0, 1 << first, Options, block => InverseBlock(first, block));
        while (wide.TryPop(out int upper))
        {
            _canonical = upper == 0;
            WidePass(upper, LayersAt(upper), isInverse: true);
        }
    }

    /// <summary>Replaces the transform X of x, in bit-reversed order, by X_j·X_{−j}·factor.</summary>
    /// <remarks>j at place p ≥ 1 has −j at place p xor (2^t − 1), 2^t being p's highest bit: negation flips the bits of j above its
    /// lowest one, which are those of p below its highest.</remarks>
    /// <param name="factor">A stored element.</param>
    internal void MultiplyByReflection(Fr factor)
    {
        // x·y·c/R² with x, y of scale 2^256 must have that scale: c = factor·R²/2^256.
        Fr scaled = Twiddles<TKernel>.Scaled(Twiddles<TKernel>.Scaled(factor));
        const int PairsPerTask = 1 << 13;
        Parallel.For(0, ((_length / 2) + PairsPerTask) / PairsPerTask, Options, task =>
        {
            // Pair i: places 0 and 0, places 1 and 1, and from i = 2 on places 2^t + k and 2^(t+1) − 1 − k, k < 2^(t−1).
            int from = task * PairsPerTask;
            MultiplyPairs(from, Math.Min((_length / 2) + 1, from + PairsPerTask), scaled);
        });
    }

    /// <summary>How many layers the pass starting at this layer takes: the odd ones first, so that all others take three.</summary>
    private int LayersAt(int layer)
    {
        int odd = _layers % Radix;
        return layer == 0 && odd != 0 ? odd : Radix;
    }

    /// <summary>A pass over all blocks of a layer, on all cores by ranges of columns.</summary>
    private void WidePass(int layer, int count, bool isInverse)
    {
        int stride = _length >> (layer + count);
        int perBlock = Math.Max(1, stride / ColumnsPerTask);
        int columns = stride / perBlock;
        Parallel.For(0, perBlock << layer, Options, task =>
            ColumnPass(layer, count, task / perBlock, task % perBlock * columns, columns, isInverse));
    }

    private void ForwardBlock(int layer, int block)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        int count = LayersAt(layer);
        ColumnPass(layer, count, block, 0, _length >> (layer + count), isInverse: false);
        layer += count;
        if (layer == _layers - Radix)
        {
            LastLayers(block << count, 1 << count, isInverse: false);
            return;
        }

        for (int k = 0; k < 1 << count; k++)
        {
            ForwardBlock(layer, (block << count) + k);
        }
    }

    private void InverseBlock(int layer, int block)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        int count = LayersAt(layer);
        if (layer + count == _layers - Radix)
        {
            LastLayers(block << count, 1 << count, isInverse: true);
        }
        else
        {
            for (int k = 0; k < 1 << count; k++)
            {
                InverseBlock(layer + count, (block << count) + k);
            }
        }

        ColumnPass(layer, count, block, 0, _length >> (layer + count), isInverse: true);
    }

    /// <summary>Layers from `layer` on of one block, for a range of its columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ColumnPass(int layer, int count, int block, int firstColumn, int columns, bool isInverse)
    {
        int lanes = TKernel.Lanes;
        int words = TKernel.Words;
        ulong* groups = stackalloc ulong[(2 * Rows) * LaneLimits.Words];
        ulong* factors = groups + ((Rows + 1) * words);
        ulong** rows = stackalloc ulong*[Rows * LaneLimits.Lanes];
        for (int j = 0; j < count; j++)
        {
            for (int t = 0; t < 1 << j; t++)
            {
                TKernel.UnpackBroadcast(
                    factors + (((1 << j) - 1 + t) * words), _twiddles + ((((long)block << j) + t) * ElementWords));
            }
        }

        long stride = _length >> (layer + count);
        ulong* start = _data + ((((long)block * (_length >> layer)) + firstColumn) * ElementWords);
        bool canonical = _canonical && isInverse && layer == 0;
        for (int column = 0; column < columns; column += lanes)
        {
            for (int k = 0; k < 1 << count; k++)
            {
                for (int l = 0; l < lanes; l++)
                {
                    rows[(k * lanes) + l] = start + (((k * stride) + column + l) * ElementWords);
                }

                TKernel.Unpack(groups + (k * words), rows + (k * lanes), 0);
            }

            Butterflies(groups, factors, count, isInverse);
            for (int k = 0; k < 1 << count; k++)
            {
                if (canonical)
                {
                    TKernel.PackCanonical(groups + (k * words), rows + (k * lanes), 0);
                }
                else
                {
                    TKernel.Pack(groups + (k * words), rows + (k * lanes), 0);
                }
            }
        }
    }

    /// <summary>The last three layers of neighboring blocks of 8 elements, a block a lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void LastLayers(int firstBlock, int blocks, bool isInverse)
    {
        int lanes = TKernel.Lanes;
        int words = TKernel.Words;
        ulong* groups = stackalloc ulong[(2 * Rows) * LaneLimits.Words];
        ulong* factors = groups + ((Rows + 1) * words);
        ulong** rows = stackalloc ulong*[Rows * LaneLimits.Lanes];
        bool canonical = _canonical && !isInverse;
        for (int block = firstBlock; block < firstBlock + blocks; block += lanes)
        {
            for (int j = 0; j < Radix; j++)
            {
                for (int t = 0; t < 1 << j; t++)
                {
                    for (int l = 0; l < lanes; l++)
                    {
                        rows[l] = _twiddles + ((((long)(block + l) << j) + t) * ElementWords);
                    }

                    TKernel.Unpack(factors + (((1 << j) - 1 + t) * words), rows, 0);
                }
            }

            for (int k = 0; k < Rows; k++)
            {
                for (int l = 0; l < lanes; l++)
                {
                    rows[(k * lanes) + l] = _data + ((((long)(block + l) * Rows) + k) * ElementWords);
                }

                TKernel.Unpack(groups + (k * words), rows + (k * lanes), 0);
            }

            Butterflies(groups, factors, Radix, isInverse);
            for (int k = 0; k < Rows; k++)
            {
                if (canonical)
                {
                    TKernel.PackCanonical(groups + (k * words), rows + (k * lanes), 0);
                }
                else
                {
                    TKernel.Pack(groups + (k * words), rows + (k * lanes), 0);
                }
            }
        }
    }

    /// <summary>Up to three layers on 2^count reduced groups, which stay reduced; one more group behind them is scratch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Butterflies(ulong* groups, ulong* factors, int count, bool isInverse)
    {
        int words = TKernel.Words;
        ulong* scratch = groups + (Rows * words);
        for (int step = 0; step < count; step++)
        {
            int j = isInverse ? count - 1 - step : step;
            int half = 1 << (count - 1 - j);
            for (int t = 0; t < 1 << j; t++)
            {
                ulong* factor = factors + (((1 << j) - 1 + t) * words);
                for (int i = 0; i < half; i++)
                {
                    ulong* u = groups + (((t * 2 * half) + i) * words);
                    ulong* v = u + (half * words);
                    if (isInverse)
                    {
                        TKernel.Subtract(scratch, u, v);
                        TKernel.Add(u, u, v);
                        TKernel.Reduce(u);
                        TKernel.Multiply(v, scratch, factor);
                    }
                    else
                    {
                        // Sums stay unreduced through the pass: v has seen at most two of them.
                        TKernel.Multiply(scratch, v, factor);
                        TKernel.Subtract(v, u, scratch);
                        TKernel.Add(u, u, scratch);
                    }
                }
            }
        }

        if (!isInverse)
        {
            for (int k = 0; k < 1 << count; k++)
            {
                TKernel.Reduce(groups + (k * words));
            }
        }
    }

    private void MultiplyPairs(int from, int to, Fr factor)
    {
        int lanes = TKernel.Lanes;
        ulong* x = stackalloc ulong[3 * LaneLimits.Words];
        ulong* y = x + TKernel.Words;
        ulong* multiplier = y + TKernel.Words;
        ulong** left = stackalloc ulong*[LaneLimits.Lanes];
        ulong** right = stackalloc ulong*[LaneLimits.Lanes];
        TKernel.UnpackBroadcast(multiplier, (ulong*)&factor);
        for (int i = from; i < to; i += lanes)
        {
            for (int l = 0; l < lanes; l++)
            {
                (int p, int q) = ReflectedPlaces(Math.Min(i + l, to - 1));
                left[l] = _data + ((long)p * ElementWords);
                right[l] = _data + ((long)q * ElementWords);
            }

            TKernel.Unpack(x, left, 0);
            TKernel.Unpack(y, right, 0);
            TKernel.Multiply(x, x, y);
            TKernel.Multiply(x, x, multiplier);
            TKernel.Pack(x, left, 0);
            TKernel.Pack(x, right, 0);
        }
    }

    /// <summary>Pair i of places of opposite frequencies, i from 0 to n/2.</summary>
    private static (int P, int Q) ReflectedPlaces(int i)
    {
        if (i < 2)
        {
            return (i, i);
        }

        // i − 1 = 2^(t−1) + k with k < 2^(t−1) counts the pairs of t = 1, 2, …
        int half = 1 << BitOperations.Log2((uint)(i - 1));
        int k = i - 1 - half;
        return ((2 * half) + k, (4 * half) - 1 - k);
    }
}
