using Marketplace.Algebra.Curves;
using Marketplace.Algebra.Fields;
using Marketplace.Algebra.Lanes;

// Multi-scalar multiplication Σ k_i·P_i by Pippenger's bucket method with signed digits.
//
//   k = Σ_w d_w·2^(c·w) with −2^(c−1) ≤ d_w ≤ 2^(c−1);   Σ k_i·P_i = Σ_w 2^(c·w)·(Σ_b b·B_{w,b}),
// where B_{w,b} is the sum of ±P_i over the i with d_{w,i} = ±b. Digits: SignedDigits. One window's sum: JacobianBuckets for
// few points, BatchAffineBuckets for many.


namespace Marketplace.Algebra.MultiScalar;

/// <summary>Multi-scalar multiplications in G1. The time depends on the scalars.</summary>
public static class Msm
{
    /// <summary>The magnitude that entries of the 64-bit form must stay below.</summary>
    public const long MaxMagnitude = 1L << 40;

    /// <summary>Below this many points, batches are too small to pay for their inversions.</summary>
    internal const int FewPoints = 512;

    /// <summary>Σ k_i·P_i for full-width scalars.</summary>
    /// <param name="points">Points on the curve; infinity is allowed.</param>
    /// <param name="scalars">As many scalars.</param>
    /// <param name="cancellationToken">Stops the computation between windows and chunks.</param>
    /// <param name="progress">Receives the part done, from 0 to 1.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static G1 Compute(
        ReadOnlySpan<G1> points,
        ReadOnlySpan<Fr> scalars,
        CancellationToken cancellationToken = default,
        IProgress<double>? progress = null)
    {
        CheckLengths(points.Length, scalars.Length);
        int bits = ChooseWindow(points.Length, SignedDigits.FullWindows);
        using SignedDigits digits = SignedDigits.Split(scalars, bits, cancellationToken);
        return Sum(points, digits, SimdPaths.Current, cancellationToken, progress);
    }

    /// <summary>Σ k_i·P_i for 16-bit scalars.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan{G1}, ReadOnlySpan{Fr}, CancellationToken, IProgress{double}?)"/>
    public static G1 Compute(
        ReadOnlySpan<G1> points,
        ReadOnlySpan<short> scalars,
        CancellationToken cancellationToken = default,
        IProgress<double>? progress = null)
    {
        CheckLengths(points.Length, scalars.Length);
        using SignedDigits digits = SignedDigits.Split(scalars);
        return Sum(points, digits, SimdPaths.Current, cancellationToken, progress);
    }

    /// <summary>Σ k_i·P_i for scalars of magnitude below 2^40.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan{G1}, ReadOnlySpan{Fr}, CancellationToken, IProgress{double}?)"/>
    /// <exception cref="ArgumentOutOfRangeException">A scalar's magnitude is 2^40 or more.</exception>
    public static G1 Compute(
        ReadOnlySpan<G1> points,
        ReadOnlySpan<long> scalars,
        CancellationToken cancellationToken = default,
        IProgress<double>? progress = null)
    {
        CheckLengths(points.Length, scalars.Length);
        int bits = ChooseWindow(points.Length, SignedDigits.LongWindows);
        using SignedDigits digits = SignedDigits.Split(scalars, bits);
        return Sum(points, digits, SimdPaths.Current, cancellationToken, progress);
    }

    /// <summary>Σ k_i·P_i from the digits, which the caller disposes of afterwards, on a given path.</summary>
    internal static unsafe G1 Sum(
        ReadOnlySpan<G1> points,
        SignedDigits digits,
        SimdPath path,
        CancellationToken cancellationToken,
        IProgress<double>? progress)
    {
        cancellationToken.ThrowIfCancellationRequested();
        digits.ClearWhereInfinite(points);
        if (points.Length < FewPoints)
        {
            return SumFew(points, digits, cancellationToken, progress);
        }

        fixed (G1* start = points)
        {
            return path switch
            {
                SimdPath.Avx512 => SumMany<Limb29Kernel<LaneVector512, FpModulus>>(start, digits, cancellationToken, progress),
                SimdPath.Avx2 => SumMany<Limb29Kernel<LaneVector256, FpModulus>>(start, digits, cancellationToken, progress),
                _ => SumMany<MontgomeryKernel<FpModulus>>(start, digits, cancellationToken, progress),
            };
        }
    }

    private static unsafe G1 SumFew(
        ReadOnlySpan<G1> points, SignedDigits digits, CancellationToken cancellationToken, IProgress<double>? progress)
    {
        Jacobian<Fp> sum = Jacobian<Fp>.Infinity;
        for (int w = digits.Windows - 1; w >= 0; w--)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<short> window = new(digits.Window(w), digits.Count);
            sum = Shift(sum, digits.WindowBits).Add(JacobianBuckets.Sum(points, window, digits.WindowBits));
        }

        progress?.Report(1);
        return G1.FromJacobian(sum);
    }

    private static unsafe G1 SumMany<TKernel>(
        G1* points, SignedDigits digits, CancellationToken cancellationToken, IProgress<double>? progress)
        where TKernel : struct, ILaneKernel
    {
        using BatchAffineBuckets<TKernel> buckets = new(points, digits.Count, digits.WindowBits);
        int chunks = digits.Windows * buckets.Chunks;
        int done = 0;
        Jacobian<Fp> sum = Jacobian<Fp>.Infinity;
        for (int window = digits.Windows - 1; window >= 0; window--)
        {
            Jacobian<Fp> part = buckets.Sum(
                digits.Window(window),
                cancellationToken,
                () => progress?.Report((double)Interlocked.Increment(ref done) / chunks));
            sum = Shift(sum, digits.WindowBits).Add(part);
        }

        progress?.Report(1);
        return G1.FromJacobian(sum);
    }

    private static Jacobian<Fp> Shift(Jacobian<Fp> point, int bits)
    {
        for (int i = 0; i < bits; i++)
        {
            point = point.Double();
        }

        return point;
    }

    /// <summary>The bits of a window that make the sum cheapest, counted in affine additions.</summary>
    /// <param name="count">How many points there are.</param>
    /// <param name="windows">How many windows of so many bits a scalar has.</param>
    private static int ChooseWindow(int count, Func<int, int> windows)
    {
        // A window costs an addition a point, two a bucket, and joining the segments of buckets some 4,000.
        int joining = count < FewPoints ? 0 : 4000;
        return Enumerable.Range(3, 14).MinBy(bits => (long)windows(bits) * (count + (1L << bits) + joining));
    }

    private static void CheckLengths(int points, int scalars)
    {
        if (points != scalars)
        {
            throw new ArgumentException($"Each point needs one scalar: {points} points came with {scalars} scalars.");
        }
    }
}
