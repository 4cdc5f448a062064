// One window's sum Σ_b (b + 1)·B_b with many points.
//
// 1. The points are sorted by bucket (BucketOrder) and cut into chunks.
// 2. A chunk copies its points to packed form, negated where the digit was negative, and halves every bucket's run of points
//    by pairwise affine additions until each has one point left. A bucket that spans chunks leaves a part in each.
// 3. The buckets are cut into segments of L; all segments together, from their top bucket down, do running += B, sum += running.
//    With segment s starting at bucket s·L:  Σ_b (b + 1)·B_b = Σ_s sum_s + L·Σ_s s·running_s.

using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Marketplace.Algebra.Curves;
using Marketplace.Algebra.Lanes;
using Marketplace.Algebra.Memory;

namespace Marketplace.Algebra.MultiScalar;

/// <summary>Sums windows with buckets in affine coordinates, on all cores.</summary>
internal sealed unsafe class BatchAffineBuckets<TKernel> : IDisposable
    where TKernel : struct, ILaneKernel
{
    private const int Chunk = 4096;
    private const int PointWords = BatchAffineAdder<TKernel>.PointWords;

    private readonly G1* _points;
    private readonly BucketOrder _order;
    private readonly NativeBuffer<ulong> _buckets;
    private readonly ConcurrentBag<ChunkWorker> _workers = [];
    private readonly (int Bucket, Jacobian<Fp> Sum)[] _parts;

    /// <param name="points">Points that stay in place while this lives.</param>
    /// <param name="count">How many points there are.</param>
    /// <param name="bits">Bits of a window: there are 2^(bits − 1) buckets.</param>
    internal BatchAffineBuckets(G1* points, int count, int bits)
    {
        _points = points;
        _order = new BucketOrder(count, 1 << (bits - 1));
        _buckets = new NativeBuffer<ulong>((long)_order.Buckets * PointWords);
        Chunks = (count + Chunk - 1) / Chunk;
        _parts = new (int, Jacobian<Fp>)[2 * Chunks];
    }

    /// <summary>How many chunks a window has at most.</summary>
    internal int Chunks { get; }

    /// <summary>Σ d_i·P_i; points with a digit other than zero must be finite.</summary>
    /// <param name="digits">One a point, of magnitude at most 2^(bits − 1).</param>
    /// <param name="cancellationToken">Stops between chunks.</param>
    /// <param name="chunkDone">Called after every chunk, from any thread.</param>
    internal Jacobian<Fp> Sum(short* digits, CancellationToken cancellationToken, Action chunkDone)
    {
        _order.Sort(digits, cancellationToken);
        Clear(_buckets.Start, (long)_order.Buckets * PointWords);
        Array.Fill(_parts, (-1, Jacobian<Fp>.Infinity));
        int total = _order.Offsets[_order.Buckets];
        ParallelOptions options = new() { CancellationToken = cancellationToken };
        Parallel.For(0, (total + Chunk - 1) / Chunk, options, chunk =>
        {
            if (!_workers.TryTake(out ChunkWorker? worker))
            {
                worker = new ChunkWorker();
            }

            SumChunk(worker, chunk, Math.Min(total, (chunk + 1) * Chunk));
            _workers.Add(worker);
            chunkDone();
        });
        JoinParts();
        return BucketReduction<TKernel>.Sum(_buckets.Start, _order.Buckets, cancellationToken);
    }

    public void Dispose()
    {
        foreach (ChunkWorker worker in _workers)
        {
            worker.Dispose();
        }

        _buckets.Dispose();
        _order.Dispose();
    }

    private static void Clear(ulong* start, long words) => new Span<G1>(start, checked((int)(words / PointWords))).Clear();

    private void SumChunk(ChunkWorker worker, int chunk, int end)
    {
        int start = chunk * Chunk;
        int[] offsets = _order.Offsets;
        worker.Load(_points, new ReadOnlySpan<uint>(_order.Entries + start, end - start));

        // The last bucket that starts at or before the chunk; empty ones before it share its offset.
        int found = Array.BinarySearch(offsets, start);
        int bucket = found >= 0 ? found : ~found - 1;
        while (offsets[bucket + 1] <= start)
        {
            bucket++;
        }

        while (bucket > 0 && offsets[bucket] > start)
        {
            bucket--;
        }

        int runs = 0;
        for (int at = start; at < end; bucket++)
        {
            int next = Math.Min(offsets[bucket + 1], end);
            if (next > at)
            {
                worker.Buckets[runs] = bucket;
                worker.Lengths[runs++] = next - at;
                at = next;
            }
        }

        ulong* sums = worker.SumRuns(runs);
        for (int r = 0; r < runs; r++)
        {
            int b = worker.Buckets[r];
            ulong* sum = sums + ((long)r * PointWords);
            if (offsets[b] >= start && offsets[b + 1] <= end)
            {
                *(G1*)(_buckets.Start + ((long)b * PointWords)) = *(G1*)sum;
            }
            else
            {
                _parts[(2 * chunk) + (r == 0 ? 0 : 1)] = (b, BatchAffineAdder<TKernel>.Read(sum));
            }
        }
    }

    /// <summary>Adds up the parts of buckets that span chunks; they lie in the order of the buckets.</summary>
    private void JoinParts()
    {
        int current = -1;
        Jacobian<Fp> sum = Jacobian<Fp>.Infinity;
        foreach ((int bucket, Jacobian<Fp> part) in _parts)
        {
            if (bucket < 0)
            {
                continue;
            }

            if (bucket != current)
            {
                Store();
                (current, sum) = (bucket, Jacobian<Fp>.Infinity);
            }

            sum = sum.Add(part);
        }

        Store();

        void Store()
        {
            if (current >= 0)
            {
                BatchAffineAdder<TKernel>.Write(_buckets.Start + ((long)current * PointWords), sum);
            }
        }
    }

    /// <summary>Memory for one chunk.</summary>
    private sealed class ChunkWorker : IDisposable
    {
        private readonly BatchAffineAdder<TKernel> _adder = new(Chunk / 2);
        private readonly NativeBuffer<ulong> _points = new(2L * (Chunk + 8) * PointWords);
        private readonly NativeBuffer<ulong> _groups = new((2L * TKernel.Words) + (3 * 8));

        internal int[] Buckets { get; } = new int[Chunk];

        internal int[] Lengths { get; } = new int[Chunk];

        /// <summary>Copies points to packed form, negated where the entry says so.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        internal void Load(G1* points, ReadOnlySpan<uint> entries)
        {
            const int PrefetchDistance = 32;
            int lanes = TKernel.Lanes;
            ulong* x = _groups.Start;
            ulong* y = x + TKernel.Words;
            ulong* masks = y + TKernel.Words;
            ulong** rows = (ulong**)(masks + 8);
            ulong** targets = rows + 8;
            for (int i = 0; i < entries.Length; i += lanes)
            {
                for (int l = 0; l < lanes; l++)
                {
                    // Lanes beyond the end repeat the last entry, into room that nothing reads.
                    uint entry = entries[Math.Min(i + l, entries.Length - 1)];
                    rows[l] = (ulong*)(points + (entry >> 1));
                    masks[l] = 0 - (ulong)(entry & 1);
                    targets[l] = _points.Start + ((i + l) * PointWords);
                    if (Sse.IsSupported && i + l + PrefetchDistance < entries.Length)
                    {
                        Sse.Prefetch0(points + (entries[i + l + PrefetchDistance] >> 1));
                    }
                }

                TKernel.UnpackScaled(x, rows, 0);
                TKernel.UnpackScaled(y, rows, 4);
                TKernel.NegateWhere(y, masks);
                TKernel.Pack(x, targets, 0);
                TKernel.Pack(y, targets, 4);
            }
        }

        /// <summary>Adds up every run; the sums lie one after another where the result points.</summary>
        internal ulong* SumRuns(int runs)
        {
            ulong* from = _points.Start;
            ulong* to = from + ((Chunk + 8L) * PointWords);
            bool mayMeetInfinity = false;
            while (HalveRuns(runs, from, to))
            {
                mayMeetInfinity |= _adder.Run(mayMeetInfinity);
                ulong* swap = from;
                from = to;
                to = swap;
            }

            return from;
        }

        public void Dispose()
        {
            _adder.Dispose();
            _points.Dispose();
            _groups.Dispose();
        }

        /// <summary>Queues the additions of neighbors in every run and copies the odd ones; false when all runs have length one.</summary>
        private bool HalveRuns(int runs, ulong* from, ulong* to)
        {
            int longest = 1;
            for (int r = 0; r < runs; r++)
            {
                longest = Math.Max(longest, Lengths[r]);
            }

            if (longest == 1)
            {
                return false;
            }

            for (int r = 0; r < runs; r++)
            {
                int length = Lengths[r];
                for (int k = 0; k < length / 2; k++)
                {
                    _adder.Enqueue(from, from + PointWords, to);
                    from += 2 * PointWords;
                    to += PointWords;
                }

                if (length % 2 != 0)
                {
                    *(G1*)to = *(G1*)from;
                    from += PointWords;
                    to += PointWords;
                }

                Lengths[r] = (length + 1) / 2;
            }

            return true;
        }
    }
}
