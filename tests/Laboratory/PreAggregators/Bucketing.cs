using Marketplace.Learning.Numerics;

namespace Marketplace.Laboratory.PreAggregators;

/// <summary>
/// Shuffles the updates, parts them into buckets and takes each one's mean (Karimireddy et al., "Byzantine-robust learning on heterogeneous datasets
/// via bucketing", ICLR 2022).
/// </summary>
/// <param name="size">Updates in a bucket; the last has what is left.</param>
/// <param name="seed">Decides who comes together.</param>
public sealed class Bucketing(int size, ulong seed) : IPreAggregator
{
    private const ulong ShuffleStream = 0x6275636B6574;

    private readonly RandomStream _random = new(seed, ShuffleStream);

    /// <inheritdoc/>
    public IReadOnlyList<double[]> Factors(IReadOnlyList<double[]> updates)
    {
        int[] order = [.. Enumerable.Range(0, updates.Count)];
        _random.Shuffle(order.AsSpan());
        return
        [
            .. order.Chunk(size).Select(bucket =>
            {
                var row = new double[updates.Count];
                foreach (int member in bucket)
                    row[member] = 1.0 / bucket.Length;
                return row;
            }),
        ];
    }
}
