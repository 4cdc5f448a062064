using Marketplace.Algebra.Memory;

// Counting sort of the points by bucket: bucket b of digit ±(b + 1). Stable, on several cores: every range of points counts its
// own digits, and prefix sums over buckets and ranges tell each range where to write.

namespace Marketplace.Algebra.MultiScalar;

/// <summary>The points of one window in the order of their buckets; points with digit zero are left out.</summary>
internal sealed unsafe class BucketOrder : IDisposable
{
    private readonly NativeBuffer<uint> _entries;
    private readonly int[][] _counts;
    private readonly int _count;

    /// <param name="count">How many points there are.</param>
    /// <param name="buckets">How many buckets there are.</param>
    internal BucketOrder(int count, int buckets)
    {
        const int SmallestRange = 1 << 15;
        _count = count;
        Buckets = buckets;
        _entries = new NativeBuffer<uint>(count);
        Offsets = new int[buckets + 1];
        int ranges = Math.Clamp(count / SmallestRange, 1, Environment.ProcessorCount);
        _counts = new int[ranges][];
        for (int r = 0; r < ranges; r++)
        {
            _counts[r] = new int[buckets];
        }
    }

    /// <summary>How many buckets there are.</summary>
    internal int Buckets { get; }

    /// <summary>Twice the point's index, plus one where the point is to be negated.</summary>
    internal uint* Entries => _entries.Start;

    /// <summary>Bucket b has the entries from Offsets[b] to before Offsets[b + 1].</summary>
    internal int[] Offsets { get; }

    /// <summary>Sorts by the digits of one window.</summary>
    internal void Sort(short* digits, CancellationToken cancellationToken)
    {
        ParallelOptions options = new() { CancellationToken = cancellationToken };
        Parallel.For(0, _counts.Length, options, range => Count(digits, range));

        int total = 0;
        for (int b = 0; b < Buckets; b++)
        {
            Offsets[b] = total;
            foreach (int[] counts in _counts)
            {
                int count = counts[b];
                counts[b] = total;
                total += count;
            }
        }

        Offsets[Buckets] = total;
        Parallel.For(0, _counts.Length, options, range => Place(digits, range));
    }

    public void Dispose() => _entries.Dispose();

    private (int Start, int End) Range(int range) =>
        ((int)((long)_count * range / _counts.Length), (int)((long)_count * (range + 1) / _counts.Length));

    private void Count(short* digits, int range)
    {
        int[] counts = _counts[range];
        Array.Clear(counts);
        (int start, int end) = Range(range);
        for (int i = start; i < end; i++)
        {
            short digit = digits[i];
            if (digit != 0)
            {
                counts[Math.Abs((int)digit) - 1]++;
            }
        }
    }

    private void Place(short* digits, int range)
    {
        int[] next = _counts[range];
        uint* entries = Entries;
        (int start, int end) = Range(range);
        for (int i = start; i < end; i++)
        {
            int digit = digits[i];
            if (digit != 0)
            {
                entries[next[Math.Abs(digit) - 1]++] = ((uint)i << 1) | ((uint)digit >> 31);
            }
        }
    }
}
