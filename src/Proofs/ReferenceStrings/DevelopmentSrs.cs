using Marketplace.Algebra.Curves;
using Marketplace.Algebra.Lanes;
using Marketplace.Algebra.Memory;
using Marketplace.Algebra.MultiScalar;
using Marketplace.Crypto;

// The development SRS: τ = keccak("Marketplace.DevelopmentSrs.v1") mod r, known to everybody.
//
// All [τ^k]_1 are multiples of the generator, so a table of multiples serves them all: scalars are written with signed digits
// of w bits, window j holds ±1 … ±2^(w−1) times 2^(w·j)·G, and a point is the sum of one entry a window. Points are added in
// affine coordinates, a chunk at a time, with one inversion a window for the whole chunk (BatchAffineAdder).


namespace Marketplace.Proofs.ReferenceStrings;

/// <summary>Makes the SRS with a publicly known τ.</summary>
internal static class DevelopmentSrs
{
    private const int Chunk = 2048;
    private const int ScalarBits = 255;

    /// <summary>The secret that is none.</summary>
    public static Fr Tau { get; } = Fr.FromBytesReduced(Keccak256.HashData("Marketplace.DevelopmentSrs.v1"u8));

    /// <summary>[τ^k]_1 for k below the length, [τ]_2 and [τ²]_2.</summary>
    public static Srs Create(int length, IProgress<double>? progress, CancellationToken cancellationToken) =>
        Create(length, SimdPaths.Current, progress, cancellationToken);

    /// <summary>The same on a given path.</summary>
    internal static Srs Create(int length, SimdPath path, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        G1[] powers = path switch
        {
            SimdPath.Avx512 => CreatePowers<Limb29Kernel<LaneVector512, FpModulus>>(length, progress, cancellationToken),
            SimdPath.Avx2 => CreatePowers<Limb29Kernel<LaneVector256, FpModulus>>(length, progress, cancellationToken),
            _ => CreatePowers<MontgomeryKernel<FpModulus>>(length, progress, cancellationToken),
        };
        return new Srs(powers, G2.Generator * Tau, G2.Generator * Tau.Square(), isDevelopment: true);
    }

    private static G1[] CreatePowers<TKernel>(int length, IProgress<double>? progress, CancellationToken cancellationToken)
        where TKernel : struct, ILaneKernel
    {
        // Wide windows pay once many points share the table.
        using var table = new MultiplesTable<TKernel>(length < 1 << 14 ? 8 : 13, cancellationToken);
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
                scalars[0] = Tau.Pow((ulong)start);
                for (int k = 1; k < scalars.Length; k++) scalars[k] = scalars[k - 1] * Tau;
                worker.Multiply(scalars, part);
                progress?.Report((double)Interlocked.Increment(ref done) / chunks);
                return worker;
            },
            worker => worker.Dispose());
        return powers;
    }

    /// <summary>Multiples of the generator in packed form, of both signs.</summary>
    private sealed unsafe class MultiplesTable<TKernel> : IDisposable
        where TKernel : struct, ILaneKernel
    {
        private const int PointWords = BatchAffineAdder<TKernel>.PointWords;

        private readonly NativeBuffer _memory;

        public MultiplesTable(int width, CancellationToken cancellationToken)
        {
            Width = width;

            // One bit more than the scalars have, for the last carry.
            Windows = (ScalarBits + width) / width;
            _memory = new NativeBuffer((long)Windows * PointWords << width);
            Jacobian<Fp> start = G1.Generator.ToJacobian();
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

        /// <summary>digit·2^(Width·window)·G for a digit of magnitude 1 to 2^(Width − 1).</summary>
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
        private readonly NativeBuffer _sums = new(Chunk * PointWords);
        private readonly (ulong L0, ulong L1, ulong L2, ulong L3)[] _limbs = new (ulong, ulong, ulong, ulong)[Chunk];
        private readonly int[] _carries = new int[Chunk];

        /// <summary>points[k] = scalars[k]·G.</summary>
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
        if (offset % 64 + count > 64) bits |= Word((offset / 64) + 1) << (64 - (offset % 64));
        return (int)(bits & ((1UL << count) - 1));

        ulong Word(int index) => index switch { 0 => limbs.L0, 1 => limbs.L1, 2 => limbs.L2, 3 => limbs.L3, _ => 0 };
    }
}
