// The development SRS: τ = keccak("Marketplace.DevelopmentSrs.v1") mod r, known to everybody.
//
// All [τ^k]_1 are multiples of the generator, so a table of multiples serves them all: scalars are written with signed digits
// of w bits, window j holds 1 … 2^(w−1) times 2^(w·j)·G, and a point is the sum of one entry a window. Points are added in
// affine coordinates, a chunk at a time, with one inversion a window for the whole chunk.

namespace Marketplace.Proofs;

/// <summary>Makes the SRS with a publicly known τ.</summary>
internal static class DevelopmentSrs
{
    private const int Chunk = 1024;
    private const int ScalarBits = 255;

    /// <summary>The secret that is none.</summary>
    public static Fr Tau { get; } = Fr.FromBytesReduced(Keccak256.HashData("Marketplace.DevelopmentSrs.v1"u8));

    /// <summary>[τ^k]_1 for k below the length, [τ]_2 and [τ²]_2.</summary>
    public static Srs Create(int length, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        // Wide windows pay once many points share the table.
        int width = length < 1 << 14 ? 8 : 13;
        G1[][] table = BuildTable(width, cancellationToken);
        var powers = new G1[length];
        int chunks = (length + Chunk - 1) / Chunk, done = 0;
        Parallel.For(0, chunks, new ParallelOptions { CancellationToken = cancellationToken }, chunk =>
        {
            int start = chunk * Chunk;
            Span<G1> part = powers.AsSpan(start, Math.Min(Chunk, length - start));
            var scalars = new Fr[part.Length];
            scalars[0] = Tau.Pow((ulong)start);
            for (int k = 1; k < scalars.Length; k++) scalars[k] = scalars[k - 1] * Tau;
            Multiply(table, width, scalars, part);
            progress?.Report((double)Interlocked.Increment(ref done) / chunks);
        });
        return new Srs(powers, G2.Generator * Tau, G2.Generator * Tau.Square(), isDevelopment: true);
    }

    /// <summary>Multiples of the generator: points[k] = scalars[k]·G.</summary>
    private static void Multiply(G1[][] table, int width, Fr[] scalars, Span<G1> points)
    {
        int count = scalars.Length;
        var limbs = new (ulong L0, ulong L1, ulong L2, ulong L3)[count];
        for (int k = 0; k < count; k++) limbs[k] = scalars[k].ToLimbs();
        int[] carries = new int[count];
        var addends = new G1[count];
        var inverses = new Fp[count];
        points.Clear();
        for (int window = 0; window < table.Length; window++)
        {
            for (int k = 0; k < count; k++)
            {
                // Digits in (−2^(w−1), 2^(w−1)]: a larger one borrows from the next window.
                int digit = Bits(limbs[k], window * width, width) + carries[k];
                carries[k] = digit > 1 << (width - 1) ? 1 : 0;
                digit -= carries[k] << width;
                G1 entry = digit == 0 ? G1.Infinity : table[window][Math.Abs(digit) - 1];
                addends[k] = digit < 0 ? -entry : entry;
                inverses[k] = points[k].IsInfinity || entry.IsInfinity ? Fp.Zero : addends[k].X - points[k].X;
            }

            // Differences that are zero stay zero and mark the additions that the formula does not cover.
            InvertNonZero(inverses);
            for (int k = 0; k < count; k++)
            {
                points[k] = inverses[k].IsZero ? points[k] + addends[k] : AddDistinct(points[k], addends[k], inverses[k]);
            }
        }
    }

    private static G1 AddDistinct(G1 p, G1 q, Fp inverseOfDifference)
    {
        Fp slope = (q.Y - p.Y) * inverseOfDifference;
        Fp x = slope.Square() - p.X - q.X;
        return new G1(x, (slope * (p.X - x)) - p.Y);
    }

    /// <summary>Inverts all elements that are not zero with one inversion.</summary>
    private static void InvertNonZero(Span<Fp> values)
    {
        var prefixes = new Fp[values.Length];
        Fp product = Fp.One;
        for (int k = 0; k < values.Length; k++)
        {
            prefixes[k] = product;
            if (!values[k].IsZero) product *= values[k];
        }

        Fp inverse = product.Inverse();
        for (int k = values.Length - 1; k >= 0; k--)
        {
            if (values[k].IsZero) continue;
            Fp value = values[k];
            values[k] = inverse * prefixes[k];
            inverse *= value;
        }
    }

    private static G1[][] BuildTable(int width, CancellationToken cancellationToken)
    {
        // One bit more than the scalars have, for the last carry.
        var table = new G1[(ScalarBits + width) / width][];
        Jacobian<Fp> start = G1.Generator.ToJacobian();
        for (int window = 0; window < table.Length; window++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var multiples = new Jacobian<Fp>[1 << (width - 1)];
            multiples[0] = start;
            for (int k = 1; k < multiples.Length; k++) multiples[k] = multiples[k - 1].Add(start);
            table[window] = G1.FromJacobian(multiples);
            start = multiples[^1].Double();
        }

        return table;
    }

    private static int Bits((ulong L0, ulong L1, ulong L2, ulong L3) limbs, int offset, int count)
    {
        ulong bits = Word(offset / 64) >> (offset % 64);
        if (offset % 64 + count > 64) bits |= Word((offset / 64) + 1) << (64 - (offset % 64));
        return (int)(bits & ((1UL << count) - 1));

        ulong Word(int index) => index switch { 0 => limbs.L0, 1 => limbs.L1, 2 => limbs.L2, 3 => limbs.L3, _ => 0 };
    }
}
