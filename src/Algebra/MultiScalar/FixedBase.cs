using Marketplace.Algebra.Curves;
using Marketplace.Algebra.Fields;
using Marketplace.Algebra.Lanes;
using Marketplace.Algebra.Memory;

// All results are multiples of one point, so a table of its multiples serves them all: scalars are written with signed digits of
// w bits, window j holds ±1 … ±2^(w−1) times 2^(w·j)·P, and a result is the sum of one entry a window. Points are added in
// affine coordinates, a chunk at a time, with one inversion a window for the whole chunk (BatchAffineAdder).

namespace Marketplace.Algebra.MultiScalar;

/// <summary>Many multiples of one point.</summary>
public static class FixedBase
{
    private const int Chunk = 2048;
    private const int ScalarBits = 255;

    /// <summary>P, x·P, x²·P, …: <paramref name="length"/> points, on all cores.</summary>
    /// <param name="point">P, a point on the curve other than infinity.</param>
    /// <param name="x">The ratio of one point to the next.</param>
    /// <param name="length">How many points, at least 1.</param>
    /// <param name="cancellationToken">Stops between chunks.</param>
    /// <param name="progress">Receives the part done, from 0 to 1.</param>
    /// <exception cref="ArgumentException">The point is at infinity.</exception>
    public static G1[] Powers(
        G1 point, Fr x, int length, CancellationToken cancellationToken = default, IProgress<double>? progress = null) =>
        Powers(point, x, length, SimdPaths.Current, cancellationToken, progress);

    /// <summary>The same on a given path.</summary>
    internal static G1[] Powers(
        G1 point, Fr x, int length, SimdPath path, CancellationToken cancellationToken, IProgress<double>? progress)
    {
        if (point.IsInfinity)
            throw new ArgumentException("The base is the point at infinity, a finite point was expected.", nameof(point));
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        return path switch
        {
            SimdPath.Avx512 => Powers<Limb29Kernel<LaneVector512, FpModulus>>(point, x, length, cancellationToken, progress),
            SimdPath.Avx2 => Powers<Limb29Kernel<LaneVector256, FpModulus>>(point, x, length, cancellationToken, progress),
            _ => Powers<MontgomeryKernel<FpModulus>>(point, x, length, cancellationToken, progress),
        };
    }

    private static G1[] Powers<TKernel>(
        G1 point, Fr x, int length, CancellationToken cancellationToken, IProgress<double>? progress)
        where TKernel : struct, ILaneKernel
    {
        // Wide windows pay once many points share the table.
        using var table = new MultiplesTable<TKernel>(point, length < 1 << 14 ? 8 : 13, cancellationToken);
        var powers = new G1[length];
        int chunks = (length + Chunk - 1) / Chunk, done = 0;
        Parallel.For(
            0,
            chunks,
            new ParallelOptions { CancellationToken = cancellationToken },
            () => new Worker<TKernel>(table),
            (chunk, _, worker) =>
            {
                int start = chunk * Chunk;
                Span<G1> part = powers.AsSpan(start, Math.Min(Chunk, length - start));
                var scalars = new Fr[part.Length];
                scalars[0] = x.Pow((ulong)start);
                for (int k = 1; k < scalars.Length; k++) scalars[k] = scalars[k - 1] * x;
                worker.Multiply(scalars, part);
                progress?.Report((double)Interlocked.Increment(ref done) / chunks);
                return worker;
            },
            worker => worker.Dispose());
        return powers;
    }

    /// <summary>Multiples of the base in packed form, of both signs.</summary>
    private sealed unsafe class MultiplesTable<TKernel> : IDisposable
        where TKernel : struct, ILaneKernel
    {
        private const int PointWords = BatchAffineAdder<TKernel>.PointWords;

        private readonly NativeBuffer<ulong> _memory;

        public MultiplesTable(G1 point, int width, CancellationToken cancellationToken)
        {
            Width = width;

            // One bit more than the scalars have, for the last carry.
            Windows = (ScalarBits + width) / width;
            _memory = new NativeBuffer<ulong>((long)Windows * PointWords << width);
            Jacobian<Fp> start = point.ToJacobian();
            for (int window = 0; window < Windows; window++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var multiples = new Jacobian<Fp>[1 << (width - 1)];
                multiples[0] = start;
                for (int k = 1; k < multiples.Length; k++) multiples[k] = multiples[k - 1].Add(start);
                G1[] points = G1.FromJacobian(multiples);
                for (int k = 0; k < points.Length; k++)
                {
                    Write(Entry(window, k + 1), points[k]);
                    Write(Entry(window, -(k + 1)), -points[k]);
                }

                start = multiples[^1].Double();
            }
        }

        public int Width { get; }

        public int Windows { get; }

        /// <summary>digit·2^(Width·window) times the base, for a digit of magnitude 1 to 2^(Width − 1).</summary>
        public ulong* Entry(int window, int digit)
        {
            int half = 1 << (Width - 1);
            int place = digit > 0 ? digit - 1 : half - digit - 1;
            return _memory.Start + ((((long)window << Width) + place) * PointWords);
        }

        public void Dispose() => _memory.Dispose();

        private static void Write(ulong* packed, G1 point)
        {
            *(G1*)packed = point;
            TKernel.Scale(packed);
            TKernel.Scale(packed + (PointWords / 2));
        }
    }

    /// <summary>One thread's memory.</summary>
    private sealed unsafe class Worker<TKernel>(MultiplesTable<TKernel> table) : IDisposable
        where TKernel : struct, ILaneKernel
    {
        private const int PointWords = BatchAffineAdder<TKernel>.PointWords;

        private readonly BatchAffineAdder<TKernel> _adder = new(Chunk);
        private readonly NativeBuffer<ulong> _sums = new(Chunk * PointWords);
        private readonly (ulong L0, ulong L1, ulong L2, ulong L3)[] _limbs = new (ulong, ulong, ulong, ulong)[Chunk];
        private readonly int[] _carries = new int[Chunk];

        /// <summary>points[k] = scalars[k] times the base.</summary>
        public void Multiply(ReadOnlySpan<Fr> scalars, Span<G1> points)
        {
            for (int k = 0; k < scalars.Length; k++) _limbs[k] = scalars[k].ToLimbs();
            Array.Clear(_carries);

            // Zeros are infinity.
            new Span<ulong>(_sums.Start, Chunk * PointWords).Clear();
            int width = table.Width;
            for (int window = 0; window < table.Windows; window++)
            {
                for (int k = 0; k < scalars.Length; k++)
                {
                    // Digits in (−2^(w−1), 2^(w−1)]: a larger one borrows from the next window.
                    int digit = Bits(_limbs[k], window * width, width) + _carries[k];
                    _carries[k] = digit > 1 << (width - 1) ? 1 : 0;
                    digit -= _carries[k] << width;
                    ulong* sum = _sums.Start + (k * PointWords);
                    if (digit != 0) _adder.Enqueue(sum, table.Entry(window, digit), sum);
                }

                _adder.Run(mayMeetInfinity: true);
            }

            for (int k = 0; k < points.Length; k++)
            {
                ulong* sum = _sums.Start + (k * PointWords);
                TKernel.Descale(sum);
                TKernel.Descale(sum + (PointWords / 2));
                points[k] = *(G1*)sum;
            }
        }

        public void Dispose()
        {
            _adder.Dispose();
            _sums.Dispose();
        }
    }

    private static int Bits((ulong L0, ulong L1, ulong L2, ulong L3) limbs, int offset, int count)
    {
        ulong bits = Word(offset / 64) >> (offset % 64);
        if ((offset % 64) + count > 64) bits |= Word((offset / 64) + 1) << (64 - (offset % 64));
        return (int)(bits & ((1UL << count) - 1));

        ulong Word(int index) => index switch { 0 => limbs.L0, 1 => limbs.L1, 2 => limbs.L2, 3 => limbs.L3, _ => 0 };
    }
}
