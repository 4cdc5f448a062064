namespace Marketplace.Learning.Numerics;

/// <summary>
/// Philox4x32-10, a counter-based generator (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): a pure function of
/// seed, stream and position, the same on every platform and runtime version, which <see cref="Random"/> does not promise.
/// </summary>
public sealed class RandomStream
{
    private readonly ulong _seed;
    private readonly ulong _stream;
    private ulong _block;
    private int _left;
    private uint _w0, _w1, _w2, _w3;

    /// <summary>Begins a stream. Streams of one seed are independent; so are seeds.</summary>
    public RandomStream(ulong seed, ulong stream = 0) => (_seed, _stream) = (seed, stream);

    /// <summary>One block of Philox4x32-10: counter (low, high), key (low, high word of <paramref name="key"/>).</summary>
    public static (uint W0, uint W1, uint W2, uint W3) Block(ulong counterLow, ulong counterHigh, ulong key)
    {
        uint c0 = (uint)counterLow, c1 = (uint)(counterLow >> 32), c2 = (uint)counterHigh, c3 = (uint)(counterHigh >> 32);
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = (ulong)c0 * 0xD2511F53u, p1 = (ulong)c2 * 0xCD9E8D57u;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9u;
            k1 += 0xBB67AE85u;
        }

        return (c0, c1, c2, c3);
    }

    /// <summary>A uniform number in [0, 1) with 53 bits: entry <paramref name="index"/> of a stream, without walking to it.</summary>
    public static double UniformAt(ulong seed, ulong stream, ulong index)
    {
        (uint w0, uint w1, _, _) = Block(index, stream, seed);
        return (((ulong)w0 << 32 | w1) >> 11) * (1.0 / (1L << 53));
    }

    /// <summary>The next 32 uniform bits.</summary>
    public uint NextUInt32()
    {
        if (_left == 0)
        {
            (_w0, _w1, _w2, _w3) = Block(_block++, _stream, _seed);
            _left = 4;
        }

        uint word = _w0;
        (_w0, _w1, _w2) = (_w1, _w2, _w3);
        _left--;
        return word;
    }

    /// <summary>The next 64 uniform bits.</summary>
    public ulong NextUInt64() => (ulong)NextUInt32() << 32 | NextUInt32();

    /// <summary>A uniform integer in [0, <paramref name="bound"/>), without bias (Lemire's rejection).</summary>
    public int NextInt32(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        ulong product = (ulong)NextUInt32() * (uint)bound;
        if ((uint)product < (uint)bound)
        {
            uint threshold = (uint)(-bound) % (uint)bound;
            while ((uint)product < threshold)
                product = (ulong)NextUInt32() * (uint)bound;
        }

        return (int)(product >> 32);
    }

    /// <summary>A uniform number in [0, 1) with 53 bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1L << 53));

    /// <summary>A uniform number in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double NextDouble(double low, double high) => low + (high - low) * NextDouble();

    /// <summary>A standard normal number (Marsaglia's polar method).</summary>
    public double NextNormal()
    {
        while (true)
        {
            double u = 2 * NextDouble() - 1, v = 2 * NextDouble() - 1, s = u * u + v * v;
            if (s > 0 && s < 1)
                return u * Math.Sqrt(-2 * DeterministicMath.Log(s) / s);
        }
    }

    /// <summary>A gamma-distributed number of scale 1 (Marsaglia and Tsang, 2000).</summary>
    /// <param name="shape">Shape, above 0.</param>
    public double NextGamma(double shape)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shape);
        if (shape < 1)
        {
            double power = DeterministicMath.Exp(DeterministicMath.Log(1 - NextDouble()) / shape);
            return NextGamma(shape + 1) * power;
        }

        double d = shape - 1.0 / 3, c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = NextNormal(), t = 1 + c * x;
            if (t <= 0)
                continue;
            double v = t * t * t;
            if (DeterministicMath.Log(1 - NextDouble()) < 0.5 * x * x + d - d * v + d * DeterministicMath.Log(v))
                return d * v;
        }
    }

    /// <summary>Puts a span into a uniformly random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt32(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
