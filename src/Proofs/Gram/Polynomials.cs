// Polynomials over Fr by coefficients, lowest first.

namespace Marketplace.Proofs.Gram;

/// <summary>The operations on large polynomials that the prover needs.</summary>
internal static class Polynomials
{
    private const int Chunk = 8192;

    /// <summary>p(x) and p(y), on all cores.</summary>
    /// <param name="coefficients">At least <paramref name="length"/> elements.</param>
    /// <param name="length">How many coefficients count.</param>
    /// <param name="x">A point.</param>
    /// <param name="y">Another; two chains of multiplications at a time hide each other's latency.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    public static (Fr AtX, Fr AtY) Evaluate(
        ReadOnlyMemory<Fr> coefficients, int length, Fr x, Fr y, CancellationToken cancellationToken)
    {
        int chunks = (length + Chunk - 1) / Chunk;
        var parts = new (Fr AtX, Fr AtY)[chunks];
        Parallel.For(0, chunks, new ParallelOptions { CancellationToken = cancellationToken }, chunk =>
        {
            ReadOnlySpan<Fr> part = coefficients.Span[(chunk * Chunk)..Math.Min((chunk + 1) * Chunk, length)];
            Fr atX = Fr.Zero, atY = Fr.Zero;
            for (int k = part.Length - 1; k >= 0; k--)
            {
                atX = (atX * x) + part[k];
                atY = (atY * y) + part[k];
            }

            parts[chunk] = (atX, atY);
        });

        Fr stepX = x.Pow(Chunk), stepY = y.Pow(Chunk);
        (Fr AtX, Fr AtY) sum = (Fr.Zero, Fr.Zero);
        for (int chunk = chunks - 1; chunk >= 0; chunk--)
            sum = ((sum.AtX * stepX) + parts[chunk].AtX, (sum.AtY * stepY) + parts[chunk].AtY);
        return sum;
    }

    /// <summary>p := p + γ·q.</summary>
    public static void AddScaled(
        Memory<Fr> p, ReadOnlyMemory<Fr> q, int length, Fr gamma, CancellationToken cancellationToken) =>
        Parallel.For(0, (length + Chunk - 1) / Chunk, new ParallelOptions { CancellationToken = cancellationToken }, chunk =>
        {
            Range range = (chunk * Chunk)..Math.Min((chunk + 1) * Chunk, length);
            Span<Fr> sum = p.Span[range];
            ReadOnlySpan<Fr> addend = q.Span[range];
            for (int k = 0; k < sum.Length; k++) sum[k] += gamma * addend[k];
        });

    /// <summary>
    /// Replaces f by the quotient of f by (X − x)(X − 1/x) = X² − y·X + 1 with y = x + 1/x, in its first length − 2 places:
    /// w_k = f_{k+2} + y·w_{k+1} − w_{k+2}. The remainder is the line I through (x, f(x)) and (1/x, f(1/x)).
    /// </summary>
    public static void DivideByReciprocalPair(Span<Fr> f, Fr y)
    {
        Fr next = Fr.Zero, afterNext = Fr.Zero;
        for (int k = f.Length - 3; k >= 0; k--)
        {
            // No later step reads f_{k+2}, so w_k can wait there.
            Fr quotient = f[k + 2] + (y * next) - afterNext;
            f[k + 2] = quotient;
            afterNext = next;
            next = quotient;
        }

        f[2..].CopyTo(f);
    }
}
