using Marketplace.Algebra.Lanes;
using Marketplace.Algebra.Memory;

namespace Marketplace.Algebra.Transforms;

/// <summary>The steps with a vector kernel.</summary>
internal sealed unsafe class FourStep<TKernel>(int length) : FourStep(length)
    where TKernel : struct, ILaneKernel
{
    private const int ElementWords = 4;
    private const int ColumnsPerTask = 16;

    private delegate void ColumnStep(ulong* column, ulong* factors);

    /// <inheritdoc/>
    public override void Forward(Memory<Fr> columns, int first, CancellationToken cancellationToken)
    {
        using Twiddles<TKernel> twiddles = new(Rows, isInverse: false, cancellationToken);
        EachColumn(columns, first, Ntt.RootOfUnity(Length), cancellationToken, (column, factors) =>
        {
            new VectorNtt<TKernel>(column, Rows, cancellationToken).Forward(canonical: false, twiddles);
            Multiply(column, factors, Rows);
        });
    }

    /// <inheritdoc/>
    public override void Back(Memory<Fr> columns, int first, CancellationToken cancellationToken)
    {
        using Twiddles<TKernel> twiddles = new(Rows, isInverse: true, cancellationToken);
        EachColumn(columns, first, Ntt.RootOfUnity(Length).Inverse(), cancellationToken, (column, factors) =>
        {
            Multiply(column, factors, Rows);
            new VectorNtt<TKernel>(column, Rows, cancellationToken).Inverse(twiddles);
        });
    }

    /// <inheritdoc/>
    public override void Correlate(Memory<Fr> rows, int firstPair, CancellationToken cancellationToken)
    {
        using Twiddles<TKernel> forward = new(Columns, isInverse: false, cancellationToken);
        using Twiddles<TKernel> inverse = new(Columns, isInverse: true, cancellationToken);
        Fr factor = Fr.FromUInt64((ulong)Length).Inverse();

        // x·y·c/R² with x, y of scale 2^256 must have that scale: c = factor·R²/2^256.
        Fr scaled = Twiddles<TKernel>.Scaled(Twiddles<TKernel>.Scaled(factor));
        using var pin = rows.Pin();
        ulong* start = (ulong*)pin.Pointer;
        Parallel.For(0, rows.Length / (2 * Columns), new ParallelOptions { CancellationToken = cancellationToken }, pair =>
        {
            ulong* row = start + (2L * pair * Columns * ElementWords);
            ulong* opposite = row + ((long)Columns * ElementWords);
            VectorNtt<TKernel> first = new(row, Columns, cancellationToken), second = new(opposite, Columns, cancellationToken);
            first.Forward(canonical: false, forward);
            second.Forward(canonical: false, forward);
            if (firstPair + pair == 0)
            {
                first.MultiplyByReflection(factor);
                MultiplyReversed(opposite, opposite, Columns / 2, scaled);
            }
            else
            {
                MultiplyReversed(row, opposite, Columns, scaled);
            }

            first.Inverse(inverse);
            second.Inverse(inverse);
        });
    }

    /// <summary>Does a step on each column with the factors root^(b·k) at the places of rows k.</summary>
    private void EachColumn(Memory<Fr> columns, int first, Fr root, CancellationToken cancellationToken, ColumnStep step)
    {
        int count = columns.Length / Rows;
        using var pin = columns.Pin();
        ulong* start = (ulong*)pin.Pointer;
        using NativeBuffer<ulong> next = PowersByPlace(root);
        Parallel.For(0, (count + ColumnsPerTask - 1) / ColumnsPerTask, new ParallelOptions { CancellationToken = cancellationToken }, task =>
        {
            int from = task * ColumnsPerTask;
            using NativeBuffer<ulong> factors = PowersByPlace(root.Pow((ulong)(first + from)));
            for (int column = from; column < Math.Min(count, from + ColumnsPerTask); column++)
            {
                step(start + ((long)column * Rows * ElementWords), factors.Start);
                Multiply(factors.Start, next.Start, Rows);
            }
        });
    }

    /// <summary>The powers of a base, of the kernel's scale, at the places of their exponents.</summary>
    private NativeBuffer<ulong> PowersByPlace(Fr @base)
    {
        NativeBuffer<ulong> memory = new((long)Rows * ElementWords);
        Fr* powers = (Fr*)memory.Start;
        Fr power = Twiddles<TKernel>.Scaled(Fr.One);
        for (int exponent = 0; exponent < Rows; exponent++, power *= @base) powers[exponent] = power;
        PlainNtt.ReverseBits(new Span<Fr>(powers, Rows));
        return memory;
    }

    /// <summary>x_i := x_i·factor_i, below q; the factors are of the kernel's scale.</summary>
    private static void Multiply(ulong* x, ulong* factors, int count)
    {
        ulong* left = stackalloc ulong[2 * LaneLimits.Words];
        ulong* right = left + TKernel.Words;
        ulong** lefts = stackalloc ulong*[LaneLimits.Lanes];
        ulong** rights = stackalloc ulong*[LaneLimits.Lanes];
        for (int i = 0; i < count; i += TKernel.Lanes)
        {
            for (int l = 0; l < TKernel.Lanes; l++)
            {
                lefts[l] = x + ((long)(i + l) * ElementWords);
                rights[l] = factors + ((long)(i + l) * ElementWords);
            }

            TKernel.Unpack(left, lefts);
            TKernel.Unpack(right, rights);
            TKernel.Multiply(left, left, right);
            TKernel.PackCanonical(left, lefts);
        }
    }

    /// <summary>x_p and y_{B−1−p}, which are opposite frequencies, both become x_p·y_{B−1−p}·factor.</summary>
    /// <remarks>Those of rows k and A − k are k + A·l and A − k + A·(B − 1 − l), and reversing bits commutes with B − 1 − l.</remarks>
    private void MultiplyReversed(ulong* x, ulong* y, int count, Fr factor)
    {
        ulong* left = stackalloc ulong[3 * LaneLimits.Words];
        ulong* right = left + TKernel.Words;
        ulong* multiplier = right + TKernel.Words;
        ulong** lefts = stackalloc ulong*[LaneLimits.Lanes];
        ulong** rights = stackalloc ulong*[LaneLimits.Lanes];
        TKernel.UnpackBroadcast(multiplier, (ulong*)&factor);
        for (int p = 0; p < count; p += TKernel.Lanes)
        {
            for (int l = 0; l < TKernel.Lanes; l++)
            {
                lefts[l] = x + ((long)(p + l) * ElementWords);
                rights[l] = y + ((long)(Columns - 1 - p - l) * ElementWords);
            }

            TKernel.Unpack(left, lefts);
            TKernel.Unpack(right, rights);
            TKernel.Multiply(left, left, right);
            TKernel.Multiply(left, left, multiplier);
            TKernel.Pack(left, lefts);
            TKernel.Pack(left, rights);
        }
    }
}
