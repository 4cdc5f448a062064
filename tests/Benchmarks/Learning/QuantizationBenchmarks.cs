using BenchmarkDotNet.Attributes;
using Marketplace.Learning.Numerics;

namespace Marketplace.Benchmarks.Learning;

/// <summary>From trained weights to an update and from an aggregate to the next weights; an operation is one entry.</summary>
public class QuantizationBenchmarks
{
    private const int Length = 1 << 18;
    private const int FractionBits = 14;

    private readonly float[] _local = new float[Length];
    private readonly int[] _global = new int[Length];
    private readonly long[] _aggregate = new long[Length];

    [GlobalSetup]
    public void SetUp()
    {
        var random = new RandomStream(1);
        for (int i = 0; i < Length; i++)
        {
            _local[i] = (float)random.NextNormal();
            _global[i] = random.NextInt32(1 << 16);
            _aggregate[i] = (long)(random.NextNormal() * 1e9);
        }
    }

    [Benchmark(OperationsPerInvoke = Length)]
    public short[] Nearest() => Quantization.QuantizeUpdate(_local, _global, FractionBits);

    [Benchmark(OperationsPerInvoke = Length)]
    public short[] Stochastic() => Quantization.QuantizeUpdate(_local, _global, FractionBits, Rounding.Stochastic, 1);

    [Benchmark(OperationsPerInvoke = Length)]
    public int[] ApplyAggregate() => Quantization.ApplyAggregate(_global, _global, _aggregate, 65536 * 12, 0);
}
