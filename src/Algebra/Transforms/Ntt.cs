// Number-theoretic transforms over Fr: X_j = Σ_k x_k·ω^(jk) with ω of order n = 2^m, m ≤ 28, both sides in natural order.
// ω = g^(2^(28−m)) with g = Fr.TwoAdicRoot, of order exactly 2^28.

using System.Numerics;
using Marketplace.Algebra.Fields;
using Marketplace.Algebra.Lanes;

namespace Marketplace.Algebra.Transforms;

/// <summary>Number-theoretic transforms over Fr of sizes 2^0 to 2^28, on all cores.</summary>
public static class Ntt
{
    /// <summary>The largest size.</summary>
    public const int MaxLength = 1 << 28;

    private const int Chunk = 4096;

    /// <summary>Replaces the coefficients x by the values X_j = Σ_k x_k·ω^(jk).</summary>
    /// <param name="values">A power of two of elements, at most 2^28, natural order before and after.</param>
    /// <param name="cancellationToken">Stops the computation; the values are then undefined.</param>
    /// <exception cref="ArgumentException">The length is not such a power.</exception>
    public static void Forward(Span<Fr> values, CancellationToken cancellationToken = default) =>
        Forward(values, SimdPaths.Current, cancellationToken);

    /// <summary>Inverts <see cref="Forward(Span{Fr}, CancellationToken)"/>.</summary>
    /// <inheritdoc cref="Forward(Span{Fr}, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Forward(Span{Fr}, CancellationToken)" path="/exception"/>
    public static void Inverse(Span<Fr> values, CancellationToken cancellationToken = default) =>
        Inverse(values, SimdPaths.Current, cancellationToken);

    /// <summary>
    /// Replaces the coefficients of c by those of c(X)·c(1/X) mod X^n − 1: place k then holds Σ_i c_i·c_{(i+k) mod n}. One forward
    /// and one inverse transform, without reordering between them.
    /// </summary>
    /// <param name="values">n elements, n a power of two of at most 2^28.</param>
    /// <param name="cancellationToken">Stops the computation; the values are then undefined.</param>
    /// <param name="progress">Receives the part done, from 0 to 1.</param>
    /// <exception cref="ArgumentException">The length is not such a power.</exception>
    public static void Autocorrelate(
        Span<Fr> values, CancellationToken cancellationToken = default, IProgress<double>? progress = null) =>
        Autocorrelate(values, SimdPaths.Current, cancellationToken, progress);

    /// <summary>The ω of a transform of this length.</summary>
    /// <exception cref="ArgumentException">The length is not a power of two between 1 and 2^28.</exception>
    public static Fr RootOfUnity(int length)
    {
        CheckLength(length);
        Fr root = Fr.TwoAdicRoot;
        for (int i = BitOperations.Log2((uint)length); i < Fr.TwoAdicity; i++)
        {
            root = root.Square();
        }

        return root;
    }

    internal static unsafe void Forward(Span<Fr> values, SimdPath path, CancellationToken cancellationToken)
    {
        CheckLength(values.Length);
        if (values.Length < VectorNtt<MontgomeryKernel<FrModulus>>.MinLength)
        {
            PlainNtt.Transform(values, RootOfUnity(values.Length));
            return;
        }

        fixed (Fr* start = values)
        {
            ulong* data = (ulong*)start;
            switch (path)
            {
                case SimdPath.Avx512:
                    new VectorNtt<Limb29Kernel<LaneVector512, FrModulus>>(data, values.Length, cancellationToken).Forward(canonical: true);
                    break;
                case SimdPath.Avx2:
                    new VectorNtt<Limb29Kernel<LaneVector256, FrModulus>>(data, values.Length, cancellationToken).Forward(canonical: true);
                    break;
                default:
                    new VectorNtt<MontgomeryKernel<FrModulus>>(data, values.Length, cancellationToken).Forward(canonical: true);
                    break;
            }
        }

        PlainNtt.ReverseBits(values);
    }

    internal static unsafe void Inverse(Span<Fr> values, SimdPath path, CancellationToken cancellationToken)
    {
        CheckLength(values.Length);
        if (values.Length < VectorNtt<MontgomeryKernel<FrModulus>>.MinLength)
        {
            PlainNtt.Transform(values, RootOfUnity(values.Length).Inverse());
        }
        else
        {
            PlainNtt.ReverseBits(values);
            fixed (Fr* start = values)
            {
                ulong* data = (ulong*)start;
                switch (path)
                {
                    case SimdPath.Avx512:
                        new VectorNtt<Limb29Kernel<LaneVector512, FrModulus>>(data, values.Length, cancellationToken).Inverse();
                        break;
                    case SimdPath.Avx2:
                        new VectorNtt<Limb29Kernel<LaneVector256, FrModulus>>(data, values.Length, cancellationToken).Inverse();
                        break;
                    default:
                        new VectorNtt<MontgomeryKernel<FrModulus>>(data, values.Length, cancellationToken).Inverse();
                        break;
                }
            }
        }

        Scale(values, Fr.FromUInt64((ulong)values.Length).Inverse(), cancellationToken);
    }

    internal static unsafe void Autocorrelate(
        Span<Fr> values, SimdPath path, CancellationToken cancellationToken, IProgress<double>? progress)
    {
        CheckLength(values.Length);
        if (values.Length < VectorNtt<MontgomeryKernel<FrModulus>>.MinLength)
        {
            PlainNtt.Autocorrelate(values);
            progress?.Report(1);
            return;
        }

        fixed (Fr* start = values)
        {
            ulong* data = (ulong*)start;
            switch (path)
            {
                case SimdPath.Avx512:
                    Autocorrelate<Limb29Kernel<LaneVector512, FrModulus>>(data, values.Length, cancellationToken, progress);
                    break;
                case SimdPath.Avx2:
                    Autocorrelate<Limb29Kernel<LaneVector256, FrModulus>>(data, values.Length, cancellationToken, progress);
                    break;
                default:
                    Autocorrelate<MontgomeryKernel<FrModulus>>(data, values.Length, cancellationToken, progress);
                    break;
            }
        }
    }

    private static unsafe void Autocorrelate<TKernel>(
        ulong* data, int length, CancellationToken cancellationToken, IProgress<double>? progress)
        where TKernel : struct, ILaneKernel
    {
        VectorNtt<TKernel> transform = new(data, length, cancellationToken);
        transform.Forward(canonical: false);
        progress?.Report(0.48);
        transform.MultiplyByReflection(Fr.FromUInt64((ulong)length).Inverse());
        progress?.Report(0.52);
        transform.Inverse();
        progress?.Report(1);
    }

    private static unsafe void Scale(Span<Fr> values, Fr factor, CancellationToken cancellationToken)
    {
        fixed (Fr* start = values)
        {
            Fr* data = start;
            int length = values.Length;
            ParallelOptions options = new() { CancellationToken = cancellationToken };
            Parallel.For(0, (length + Chunk - 1) / Chunk, options, chunk =>
            {
                for (int i = chunk * Chunk; i < Math.Min(length, (chunk + 1) * Chunk); i++)
                {
                    data[i] *= factor;
                }
            });
        }
    }

    private static void CheckLength(int length)
    {
        if (!BitOperations.IsPow2(length) || length > MaxLength)
        {
            throw new ArgumentException(
                $"A transform's length must be a power of two from 1 to 2^28; {length} came. Pad with zeros.");
        }
    }
}
