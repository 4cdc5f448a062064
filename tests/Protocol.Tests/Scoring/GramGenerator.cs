using System.Numerics;

namespace Marketplace.Protocol.Tests.Scoring;

/// <summary>Random and adversarial Gram matrices within the bounds that the contract's verifier enforces.</summary>
internal sealed class GramGenerator(int seed)
{
    /// <summary>The longest vector of the magnitude argument.</summary>
    public const long MaxDimension = MarketLimits.Dimension;

    /// <summary>The largest entry of a published aggregate: 32 updates with weight 1.</summary>
    public const long MaxPublicEntry = 32L * 65536 * MaxEntry;

    private const int MaxEntry = 32767;

    private static readonly BigInteger MaxUpdateNorm = MaxDimension * BigInteger.Pow(MaxEntry, 2);
    private static readonly BigInteger MaxPublicNorm = MaxDimension * BigInteger.Pow(MaxPublicEntry, 2);

    private readonly Random _random = new(seed);

    public TestGram Next() => Next(_random.Next(1, 33), _random.Next(3));

    public TestGram Next(int updates, int publicRows) => _random.Next(4) switch
    {
        0 => Arbitrary(updates, publicRows),
        1 => _random.Next(2) == 0 ? Extreme(updates, publicRows) : Contested(updates, publicRows),
        _ => Real(updates, publicRows),
    };

    /// <summary>The matrix of vectors of a few kinds: unrelated, near the reference or one another, zero, copies, opposites,
    /// with entries at the limits; public rows that are aggregates, replayed, parallel or nearly so.</summary>
    public TestGram Real(int updates, int publicRows)
    {
        int length = _random.Next(1, 13);
        BigInteger[] reference = _random.Next(12) == 0 ? new BigInteger[length] : Vector(length, Magnitude(MaxEntry));
        List<BigInteger[]> trained = [];
        while (trained.Count < updates)
            trained.Add(Update(reference, trained));

        List<BigInteger[]> known = [];
        while (known.Count < publicRows)
            known.Add(PublicRow(trained, known, length));
        // Free riders hand in what is public already, scaled down to where an update can be.
        for (int i = 0; i < trained.Count && known.Count > 0; i++)
        {
            if (_random.Next(8) != 0)
                continue;
            BigInteger[] source = known[_random.Next(known.Count)];
            BigInteger largest = source.Max(BigInteger.Abs);
            BigInteger divisor = BigInteger.Max(1, largest / (1 + _random.Next(MaxEntry)) + 1);
            trained[i] = [.. source.Select(entry => entry / divisor)];
        }

        long repetitions = _random.Next(3) == 0 ? 1 + _random.NextInt64(MaxDimension / length) : 1;
        return TestGram.Of([reference, .. trained, .. known], publicRows, repetitions);
    }

    /// <summary>Any symmetric matrix with a diagonal in bounds and |G_ij| ≤ sqrt(G_ii·G_jj), of a real Gram matrix or not.</summary>
    public TestGram Arbitrary(int updates, int publicRows) =>
        Fill(updates, publicRows, limit => _random.Next(10) == 0 ? 0 : Below(Scale(limit)), limit => Below(limit));

    /// <summary>Entries at, or one beside, what the bounds allow.</summary>
    public TestGram Extreme(int updates, int publicRows) =>
        Fill(updates, publicRows, AlmostAll, limit => AlmostAll(limit));

    /// <summary>Updates that are barely aligned with the reference and strongly with or against one another, so that whoever is
    /// dropped decides about others.</summary>
    public TestGram Contested(int updates, int publicRows)
    {
        TestGram gram = Arbitrary(updates, publicRows);
        BigInteger norm = MaxUpdateNorm >> _random.Next(40);
        double alignment = (0.3 + _random.NextDouble()) / Math.Sqrt(updates);
        for (int i = 0; i <= updates; i++)
        {
            gram[i, i] = norm;
            for (int j = 1; j < i; j++)
                gram[i, j] = Part(norm, 1) * (_random.Next(2) * 2 - 1);
            if (i > 0)
                gram[i, 0] = Part(norm, Math.Min(1, alignment));
            for (int a = updates + 1; a < gram.Rows; a++)
                gram[a, i] = Part(Root(norm * gram[a, a]), 1) * (_random.Next(2) * 2 - 1);
        }

        return gram;
    }

    private TestGram Fill(int updates, int publicRows, Func<BigInteger, BigInteger> diagonal, Func<BigInteger, BigInteger> offDiagonal)
    {
        TestGram gram = new(updates, publicRows);
        // Mostly aligned with the reference, else nobody would have a weight.
        bool aligned = _random.Next(4) != 0;
        for (int i = 0; i < gram.Rows; i++)
        {
            gram[i, i] = diagonal(i <= updates ? MaxUpdateNorm : MaxPublicNorm);
            for (int j = 0; j < i; j++)
            {
                BigInteger limit = Root(gram[i, i] * gram[j, j]);
                BigInteger value = offDiagonal(limit);
                gram[i, j] = (aligned && j == 0 ? _random.Next(8) == 0 : _random.Next(2) == 0) ? -value : value;
            }
        }

        return gram;
    }

    private BigInteger[] Update(BigInteger[] reference, List<BigInteger[]> others)
    {
        int length = reference.Length;
        switch (_random.Next(12))
        {
            case 0:
                return new BigInteger[length];
            case 1:
                return reference;
            case 2:
                return [.. reference.Select(entry => -entry)];
            case 3:
                return [.. reference.Select(entry => entry.Sign * (BigInteger)MaxEntry)];
            case 4 when others.Count > 0:
                return others[_random.Next(others.Count)];
            case 5 when others.Count > 0:
                return [.. others[_random.Next(others.Count)].Select(entry => -entry)];
            case 6:
                return Vector(length, Magnitude(MaxEntry));
            default:
                // Near the reference, at any length.
                int noise = 1 + _random.Next(4);
                BigInteger[] other = Vector(length, Magnitude(MaxEntry));
                return [.. reference.Zip(other, (r, v) => BigInteger.Clamp((3 * r + noise * v) / (1 + _random.Next(9)), -MaxEntry, MaxEntry))];
        }
    }

    private BigInteger[] PublicRow(List<BigInteger[]> trained, List<BigInteger[]> known, int length)
    {
        switch (_random.Next(8))
        {
            case 0:
                return new BigInteger[length];
            case 1 when known.Count > 0:
                return known[0];
            case 2 when known.Count > 0:
                int factor = _random.Next(-3, 4);
                return [.. known[0].Select(entry => BigInteger.Clamp(factor * entry, -MaxPublicEntry, MaxPublicEntry))];
            case 3 when known.Count > 0:
                return [.. known[0].Select(entry => BigInteger.Clamp(entry + _random.Next(-1, 2), -MaxPublicEntry, MaxPublicEntry))];
            case 4 or 5 when trained.Count > 0:
                BigInteger[] sum = new BigInteger[length];
                foreach (BigInteger[] update in trained)
                {
                    int weight = _random.Next(65537);
                    sum = [.. sum.Zip(update, (s, u) => s + weight * u)];
                }

                return sum;
            default:
                return Vector(length, Magnitude(MaxPublicEntry));
        }
    }

    private BigInteger[] Vector(int length, long magnitude) =>
        [.. Enumerable.Range(0, length).Select(_ => (BigInteger)_random.NextInt64(-magnitude, magnitude + 1))];

    private long Magnitude(long largest) => _random.Next(4) == 0 ? largest : Math.Min(largest, 1L << _random.Next(37));

    private BigInteger Scale(BigInteger limit) => limit >> _random.Next((int)limit.GetBitLength());

    private BigInteger Below(BigInteger limit) =>
        new BigInteger((ulong)_random.NextInt64() << 1) * limit / (BigInteger.One << 64);

    private BigInteger Part(BigInteger value, double most) => value * (long)(most * _random.NextDouble() * (1L << 40)) >> 40;

    private BigInteger AlmostAll(BigInteger limit) => BigInteger.Max(0, limit - _random.Next(2));

    private static BigInteger Root(BigInteger value)
    {
        BigInteger low = 0;
        BigInteger high = (BigInteger.One << (int)(value.GetBitLength() / 2 + 1)) - 1;
        while (low < high)
        {
            BigInteger middle = (low + high + 1) >> 1;
            (low, high) = middle * middle <= value ? (middle, high) : (low, middle - 1);
        }

        return low;
    }
}
