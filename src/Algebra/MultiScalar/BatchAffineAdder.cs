// Many independent affine additions at once, one inversion for all of them (Montgomery's trick), one pair a vector lane:
//   λ = (y₂ − y₁)/(x₂ − x₁),   x₃ = λ² − x₁ − x₂,   y₃ = λ(x₁ − x₃) − y₁.
// Forward, the prefix products of the x₂ − x₁; then one inversion; backward, each inverse from the prefix before it.
// Pairs with infinity are copied; pairs of equal x, which show as a product of zero, are added one by one.
//
// A packed point is 8 words: x, then y, in the kernel's packed form and of its scale. Infinity is all zeros; no finite point has
// y = 0, the group order being odd.

using System.Runtime.CompilerServices;
using Marketplace.Algebra.Curves;
using Marketplace.Algebra.Fields;
using Marketplace.Algebra.Lanes;
using Marketplace.Algebra.Memory;

namespace Marketplace.Algebra.MultiScalar;

/// <summary>Adds pairs of packed points.</summary>
internal sealed unsafe class BatchAffineAdder<TKernel> : IDisposable
    where TKernel : struct, ILaneKernel
{
    /// <summary>Words of a packed point.</summary>
    internal const int PointWords = 8;

    private const int CoordinateWords = 4;

    private readonly NativeBuffer<ulong> _memory;
    private readonly ulong* _prefixes;
    private readonly ulong* _groups;
    private readonly ulong* _packed;
    private readonly ulong* _dummies;
    private readonly ulong** _packedRows;
    private int _count;

    /// <param name="capacity">How many pairs at most between two runs.</param>
    internal BatchAffineAdder(int capacity)
    {
        int lanes = TKernel.Lanes;
        int groups = (capacity + lanes - 1) / lanes;
        long prefixWords = (groups + 1L) * TKernel.Words;
        long pointers = (groups * (long)lanes) + 8;
        long groupWords = 10L * TKernel.Words;
        _memory = new NativeBuffer<ulong>(prefixWords + groupWords + (3 * pointers) + (4 * lanes) + lanes + 64);
        _prefixes = _memory.Start;
        _groups = _prefixes + prefixWords;
        _dummies = _groups + groupWords;
        _packed = _dummies + (3 * PointWords);
        _packedRows = (ulong**)(_packed + (4 * lanes));
        Left = _packedRows + lanes;
        Right = Left + pointers;
        Output = Right + pointers;

        // Two points with different x, to fill lanes without a pair.
        new Span<ulong>(_dummies, 3 * PointWords).Clear();
        _dummies[PointWords] = 1;
        for (int l = 0; l < lanes; l++)
        {
            _packedRows[l] = _packed + (l * CoordinateWords);
        }
    }

    /// <summary>Left points of the pairs.</summary>
    internal ulong** Left { get; }

    /// <summary>Right points of the pairs.</summary>
    internal ulong** Right { get; }

    /// <summary>Where the sums go; a pair's output may be one of its inputs but not another pair's.</summary>
    internal ulong** Output { get; }

    /// <summary>Queues a pair.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Enqueue(ulong* left, ulong* right, ulong* output)
    {
        Left[_count] = left;
        Right[_count] = right;
        Output[_count] = output;
        _count++;
    }

    /// <summary>Adds the queued pairs and empties the queue.</summary>
    /// <param name="mayMeetInfinity">Whether any input can be infinity.</param>
    /// <returns>Whether a sum can be infinity though no input was.</returns>
    internal bool Run(bool mayMeetInfinity)
    {
        if (_count == 0)
        {
            return false;
        }

        int groups = (_count + TKernel.Lanes - 1) / TKernel.Lanes;
        for (int i = _count; i < groups * TKernel.Lanes; i++)
        {
            Disable(i);
        }

        if (mayMeetInfinity)
        {
            CopyWherePartnerIsInfinite();
        }

        MultiplyUp(groups);
        bool exceptional = !InvertTotal(groups);
        if (exceptional)
        {
            AddEqualAbscissas();
            MultiplyUp(groups);
            InvertTotal(groups);
        }

        AddBackwards(groups);
        _count = 0;
        return exceptional;
    }

    public void Dispose() => _memory.Dispose();

    /// <summary>A packed point as a Jacobian one.</summary>
    internal static Jacobian<Fp> Read(ulong* packed)
    {
        if (IsInfinite(packed))
        {
            return Jacobian<Fp>.Infinity;
        }

        G1 point = *(G1*)packed;
        TKernel.Descale((ulong*)&point);
        TKernel.Descale((ulong*)&point + CoordinateWords);
        return point.ToJacobian();
    }

    /// <summary>Writes a point in packed form.</summary>
    internal static void Write(ulong* packed, in Jacobian<Fp> point)
    {
        *(G1*)packed = G1.FromJacobian(point);
        TKernel.Scale(packed);
        TKernel.Scale(packed + CoordinateWords);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsInfinite(ulong* packed) => (packed[4] | packed[5] | packed[6] | packed[7]) == 0;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MultiplyUp(int groups)
    {
        int lanes = TKernel.Lanes;
        int words = TKernel.Words;
        ulong* x1 = _groups;
        ulong* x2 = x1 + words;
        Fp one = Fp.One;
        TKernel.Scale((ulong*)&one);
        TKernel.UnpackBroadcast(_prefixes, (ulong*)&one);
        ulong* prefix = _prefixes;
        for (int g = 0; g < groups; g++)
        {
            TKernel.Unpack(x1, Left + (g * lanes), 0);
            TKernel.Unpack(x2, Right + (g * lanes), 0);
            TKernel.Subtract(x2, x2, x1);
            TKernel.Multiply(prefix + words, x2, prefix);
            prefix += words;
        }
    }

    /// <summary>Leaves the inverses of the lanes' products in the last prefix; false when one is zero.</summary>
    private bool InvertTotal(int groups)
    {
        int lanes = TKernel.Lanes;
        ulong* total = _prefixes + ((long)groups * TKernel.Words);
        Span<Fp> values = new(_packed, lanes);
        TKernel.Pack(total, _packedRows, 0);
        for (int l = 0; l < lanes; l++)
        {
            TKernel.Descale(_packedRows[l]);
            if (values[l].IsZero)
            {
                return false;
            }
        }

        Fp.InvertAll(values);
        for (int l = 0; l < lanes; l++)
        {
            TKernel.Scale(_packedRows[l]);
        }

        TKernel.Unpack(total, _packedRows, 0);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddBackwards(int groups)
    {
        int lanes = TKernel.Lanes;
        int words = TKernel.Words;
        ulong* x1 = _groups;
        ulong* x2 = x1 + words;
        ulong* y1 = x2 + words;
        ulong* y2 = y1 + words;
        ulong* difference = y2 + words;
        ulong* slope = difference + words;
        ulong* x3 = slope + words;
        ulong* y3 = x3 + words;
        ulong* inverse = _prefixes + ((long)groups * words);
        ulong* running = y3 + words;
        Buffer.MemoryCopy(inverse, running, words * sizeof(ulong), words * sizeof(ulong));
        for (int g = groups - 1; g >= 0; g--)
        {
            ulong** left = Left + (g * lanes);
            ulong** right = Right + (g * lanes);
            ulong** output = Output + (g * lanes);
            TKernel.Unpack(x1, left, 0);
            TKernel.Unpack(x2, right, 0);
            TKernel.Unpack(y1, left, CoordinateWords);
            TKernel.Unpack(y2, right, CoordinateWords);
            TKernel.Subtract(difference, x2, x1);

            // 1/(x₂ − x₁) is the running inverse times the prefix; the running inverse then loses this factor.
            TKernel.Multiply(slope, running, _prefixes + ((long)g * words));
            TKernel.Multiply(running, difference, running);
            TKernel.Subtract(y2, y2, y1);
            TKernel.Multiply(slope, y2, slope); // λ = (y₂ − y₁)/(x₂ − x₁)
            TKernel.Multiply(x3, slope, slope);
            TKernel.Subtract(x3, x3, x1);
            TKernel.Subtract(x3, x3, x2);
            TKernel.Reduce(x3); // x₃ = λ² − x₁ − x₂
            TKernel.Subtract(x1, x1, x3);
            TKernel.Multiply(y3, x1, slope);
            TKernel.Subtract(y3, y3, y1);
            TKernel.Reduce(y3); // y₃ = λ(x₁ − x₃) − y₁
            TKernel.Pack(x3, output, 0);
            TKernel.Pack(y3, output, CoordinateWords);
        }
    }

    private void CopyWherePartnerIsInfinite()
    {
        for (int i = 0; i < _count; i++)
        {
            bool leftInfinite = IsInfinite(Left[i]);
            if (leftInfinite || IsInfinite(Right[i]))
            {
                *(G1*)Output[i] = *(G1*)(leftInfinite ? Right[i] : Left[i]);
                Disable(i);
            }
        }
    }

    private void AddEqualAbscissas()
    {
        for (int i = 0; i < _count; i++)
        {
            // Both below 2q, so congruent only when the difference is 0 or ±q; the lowest words tell almost always.
            ulong difference = Left[i][0] - Right[i][0];
            if (difference != 0 && difference != FpModulus.Limb0 && difference != 0 - FpModulus.Limb0)
            {
                continue;
            }

            Jacobian<Fp> left = Read(Left[i]);
            Jacobian<Fp> right = Read(Right[i]);
            if (left.X == right.X && Left[i] != _dummies)
            {
                Write(Output[i], left.Add(right));
                Disable(i);
            }
        }
    }

    private void Disable(int pair)
    {
        Left[pair] = _dummies;
        Right[pair] = _dummies + PointWords;
        Output[pair] = _dummies + (2 * PointWords);
    }
}
