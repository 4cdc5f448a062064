// The coefficients a_k = Σ_i c_i·c_{i+k} of c(X)·c(1/X) = a_0 + Σ_{k ≥ 1} a_k·(X^k + X^{−k}) for k ≥ 1.
//
// Ntt.Autocorrelate gives the cyclic sums: place k holds a_k + a_{M−k}, where a_k = 0 for k ≥ L. With M ≥ 2(L − 32) only lags
// near M/2 overlap; the at most 32 from M/2 up have few terms and are computed directly. So the 32 reserved coordinates do not
// double the transform.

using System.Numerics;
using Marketplace.Algebra.Transforms;
using Marketplace.Proofs.ReferenceStrings;

namespace Marketplace.Proofs.Gram;

/// <summary>Autocorrelation of a vector over Fr.</summary>
internal static class Autocorrelation
{
    /// <summary>Writes g_k = a_{k+1}, k = 0 … L − 2, to the first L − 1 places of the buffer; all of the buffer is overwritten.</summary>
    /// <param name="c">L = <paramref name="length"/> or more elements.</param>
    /// <param name="length">L, 33 to 2^27.</param>
    /// <param name="buffer">M = <see cref="TransformSize"/> elements.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    /// <param name="progress">Told the done fraction, 0 to 1.</param>
    public static void Compute(
        ReadOnlySpan<Fr> c, int length, Span<Fr> buffer, CancellationToken cancellationToken, IProgress<double>? progress = null)
    {
        int size = buffer.Length;
        c[..length].CopyTo(buffer);
        buffer[length..].Clear();
        Ntt.Autocorrelate(buffer, cancellationToken, progress);

        int half = size / 2;
        var overlapping = new Fr[Math.Max(0, length - half)];
        for (int k = 0; k < overlapping.Length; k++) overlapping[k] = Direct(c[..length], half + k);
        for (int k = 0; k < overlapping.Length; k++)
        {
            // Place M/2 − k holds a_{M/2−k} + a_{M/2+k}.
            if (k > 0) buffer[half - k] -= overlapping[k];
            buffer[half + k] = overlapping[k];
        }

        buffer.Slice(1, length - 1).CopyTo(buffer);
    }

    /// <summary>M, the length of the buffer for L elements: twice d for a power of two.</summary>
    public static int TransformSize(int length) =>
        (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(2 * (length - Srs.ReservedCoordinates), length));

    private static Fr Direct(ReadOnlySpan<Fr> c, int lag)
    {
        Fr sum = Fr.Zero;
        for (int i = 0; i + lag < c.Length; i++) sum += c[i] * c[i + lag];
        return sum;
    }
}
