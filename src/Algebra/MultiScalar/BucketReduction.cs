using Marketplace.Algebra.Curves;
using Marketplace.Algebra.Lanes;
using Marketplace.Algebra.Memory;


namespace Marketplace.Algebra.MultiScalar;

/// <summary>Σ_b (b + 1)·B_b over packed buckets, many segments of buckets at a time; see <see cref="BatchAffineBuckets{TKernel}"/>.</summary>
internal static unsafe class BucketReduction<TKernel>
    where TKernel : struct, ILaneKernel
{
    private const int PointWords = BatchAffineAdder<TKernel>.PointWords;
    private const int LargestSegment = 64;
    private const int FewestSegments = 128;
    private const int SegmentsPerTask = 256;

    /// <summary>The weighted sum of 2^k buckets.</summary>
    internal static Jacobian<Fp> Sum(ulong* buckets, int count, CancellationToken cancellationToken)
    {
        int length = Math.Clamp(count / FewestSegments, 1, LargestSegment);
        int segments = count / length;
        int tasks = Math.Max(1, segments / SegmentsPerTask);
        int perTask = segments / tasks;
        (Jacobian<Fp> Running, Jacobian<Fp> Sum)[] results = new (Jacobian<Fp>, Jacobian<Fp>)[segments];
        ParallelOptions options = new() { CancellationToken = cancellationToken };
        Parallel.For(0, tasks, options, task =>
            SumSegments(
                buckets + ((long)task * perTask * length * PointWords), length, results.AsSpan(task * perTask, perTask)));

        // Σ_s sum_s + L·Σ_s s·running_s, the latter again by running sums, from the top segment down to the one after the first.
        Jacobian<Fp> sum = Jacobian<Fp>.Infinity;
        Jacobian<Fp> running = Jacobian<Fp>.Infinity;
        Jacobian<Fp> weighted = Jacobian<Fp>.Infinity;
        for (int s = segments - 1; s >= 0; s--)
        {
            sum = sum.Add(results[s].Sum);
            if (s > 0)
            {
                running = running.Add(results[s].Running);
                weighted = weighted.Add(running);
            }
        }

        for (int bit = 1; bit < length; bit *= 2)
        {
            weighted = weighted.Double();
        }

        return sum.Add(weighted);
    }

    private static void SumSegments(ulong* buckets, int length, Span<(Jacobian<Fp> Running, Jacobian<Fp> Sum)> results)
    {
        int segments = results.Length;
        using BatchAffineAdder<TKernel> adder = new(2 * segments);
        using NativeBuffer<ulong> memory = new(3L * segments * PointWords);
        new Span<G1>(memory.Start, 3 * segments).Clear();
        ulong* sum = memory.Start;
        ulong* running = sum + (segments * PointWords);
        ulong* next = running + (segments * PointWords);

        // One step late, sum takes the running sum of the step before, so that both additions of a step share the inversion.
        for (int k = length - 1; k >= -1; k--)
        {
            for (int s = 0; s < segments; s++)
            {
                long at = s * PointWords;
                if (k >= 0)
                {
                    adder.Enqueue(running + at, buckets + ((((long)s * length) + k) * PointWords), next + at);
                }

                adder.Enqueue(sum + at, running + at, sum + at);
            }

            adder.Run(mayMeetInfinity: true);
            if (k >= 0)
            {
                ulong* swap = running;
                running = next;
                next = swap;
            }
        }

        for (int s = 0; s < segments; s++)
        {
            results[s] = (
                BatchAffineAdder<TKernel>.Read(running + (s * PointWords)), BatchAffineAdder<TKernel>.Read(sum + (s * PointWords)));
        }
    }
}
