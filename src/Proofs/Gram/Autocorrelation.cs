// The coefficients a_k = Σ_i c_i·c_{i+k} of c(X)·c(1/X) = a_0 + Σ_{k ≥ 1} a_k·(X^k + X^{−k}) for k ≥ 1.
//
// At a root of unity ω^j of order M the product is ĉ_j·ĉ_{−j}, so one forward and one inverse transform give the cyclic
// sums: place k holds a_k + a_{M−k}, where a_k = 0 for k ≥ L. With M ≥ 2(L − 32) only lags near M/2 overlap; the at most 32
// from M/2 up have at most 32 terms each for large d and are computed directly. So the 32 reserved coordinates do not
// double the transform.

using System.Numerics;

namespace Marketplace.Proofs;

/// <summary>Autocorrelation of a vector over Fr.</summary>
internal static class Autocorrelation
{
    private const int Chunk = 4096;

    /// <summary>A buffer that <see cref="Compute"/> accepts for a vector of this length.</summary>
    public static Fr[] CreateBuffer(int length) => new Fr[TransformSize(length)];

    /// <summary>Writes g_k = a_{k+1}, k = 0 … L − 2, to the first L − 1 places of the buffer; all of the buffer is overwritten.</summary>
    /// <param name="c">L = <paramref name="length"/> or more elements.</param>
    /// <param name="length">L, 33 to 2^26 + 32.</param>
    /// <param name="buffer">From <see cref="CreateBuffer"/>.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    public static void Compute(Fr[] c, int length, Fr[] buffer, CancellationToken cancellationToken)
    {
        int size = buffer.Length;
        c.AsSpan(0, length).CopyTo(buffer);
        buffer.AsSpan(length).Clear();
        Ntt.Forward(buffer);
        cancellationToken.ThrowIfCancellationRequested();
        MultiplyByReflection(buffer, cancellationToken);
        Ntt.Inverse(buffer);
        cancellationToken.ThrowIfCancellationRequested();

        int half = size / 2;
        var overlapping = new Fr[Math.Max(0, length - half)];
        for (int k = 0; k < overlapping.Length; k++) overlapping[k] = Direct(c.AsSpan(0, length), half + k);
        for (int k = 0; k < overlapping.Length; k++)
        {
            // Place M/2 − k holds a_{M/2−k} + a_{M/2+k}.
            if (k > 0) buffer[half - k] -= overlapping[k];
            buffer[half + k] = overlapping[k];
        }

        buffer.AsSpan(1, length - 1).CopyTo(buffer);
    }

    internal static int TransformSize(int length) =>
        (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(2 * (length - Srs.ReservedCoordinates), length));

    /// <summary>v_j := v_j·v_{−j}, indices modulo the size. The product is the same at j and −j.</summary>
    private static void MultiplyByReflection(Fr[] values, CancellationToken cancellationToken)
    {
        int half = values.Length / 2;
        values[0] = values[0].Square();
        values[half] = values[half].Square();
        int chunks = (half + Chunk - 1) / Chunk;
        Parallel.For(0, chunks, new ParallelOptions { CancellationToken = cancellationToken }, chunk =>
        {
            int end = Math.Min((chunk + 1) * Chunk, half);
            for (int j = Math.Max(1, chunk * Chunk); j < end; j++)
            {
                Fr product = values[j] * values[^j];
                values[j] = product;
                values[^j] = product;
            }
        });
    }

    private static Fr Direct(ReadOnlySpan<Fr> c, int lag)
    {
        Fr sum = Fr.Zero;
        for (int i = 0; i + lag < c.Length; i++) sum += c[i] * c[i + lag];
        return sum;
    }
}
