using BenchmarkDotNet.Attributes;
using Marketplace.Algebra.Lanes;
using Marketplace.Learning;

namespace Marketplace.Benchmarks.Learning;

/// <summary>A square product of side 512 on one thread, packing included. An operation is one flop, so Op/s is FLOP/s.</summary>
public class GemmBenchmarks
{
    private const int Side = 512;
    private const int Flops = 2 * Side * Side * Side;

    private readonly AlignedBuffer _a = new(Side * Side);
    private readonly AlignedBuffer _b = new(Side * Side);
    private readonly AlignedBuffer _packed = new(Side * Side);
    private readonly AlignedBuffer _c = new(Side * Side);
    private readonly AlignedBuffer _identity = new(Side);

    /// <summary>The instruction set that is forced.</summary>
    [ParamsSource(nameof(Paths))]
    public SimdPath Path { get; set; }

    public static IEnumerable<SimdPath> Paths => Enum.GetValues<SimdPath>().Where(Simd.IsSupported);

    [GlobalSetup]
    public unsafe void SetUp()
    {
        Simd.Path = Path;
        var random = new RandomStream(1);
        for (int i = 0; i < Side * Side; i++)
            (_a.Pointer[i], _b.Pointer[i]) = ((float)random.NextNormal(), (float)random.NextNormal());
        for (int i = 0; i < Side; i++)
            ((int*)_identity.Pointer)[i] = i;
    }

    [GlobalCleanup]
    public void CleanUp() => Simd.Path = Simd.Select(Environment.GetEnvironmentVariable(Simd.EnvironmentVariable));

    [Benchmark(OperationsPerInvoke = Flops)]
    public unsafe void Multiply()
    {
        Packing.Rows(_b.Pointer, Side, Side, Side, _packed.Pointer);
        var a = new GatheredMatrix(_a.Pointer, null, Side, (int*)_identity.Pointer);
        Gemm.Multiply(Side, Side, Side, a, PanelMatrix.Packed(_packed.Pointer, Side), null, 0, _c.Pointer, Side);
    }
}
