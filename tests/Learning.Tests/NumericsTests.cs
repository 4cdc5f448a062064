using System.Runtime.InteropServices;

namespace Marketplace.Learning.Tests;

/// <summary>Products, exponentials and random numbers against independent references.</summary>
[Collection(SimdCollection.Name)]
public sealed class NumericsTests
{
    public static TheoryData<int, int, int> Sizes
    {
        get
        {
            var sizes = new TheoryData<int, int, int>();
            foreach (int m in (int[])[1, 7, 8, 9, 33])
            {
                foreach (int n in (int[])[1, 15, 16, 17, 32, 33, 50, 64])
                    sizes.Add(m, n, (m * 7 + n * 3) % 40 + 1);
            }

            return sizes;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public unsafe void EveryKernelComputesOneMultiplyAddChainForEachElement(int m, int n, int depth)
    {
        var random = new RandomStream((ulong)(m * 1000 + n));
        using var a = new AlignedBuffer(m * depth);
        using var b = new AlignedBuffer(depth * n);
        using var packed = new AlignedBuffer(Packing.PackedLength(depth, n));
        using var start = new AlignedBuffer(m * n);
        using var identity = new AlignedBuffer(depth);
        foreach (AlignedBuffer buffer in (AlignedBuffer[])[a, b, start])
        {
            for (int i = 0; i < buffer.Length; i++)
                buffer.Pointer[i] = (float)random.NextNormal();
        }

        for (int k = 0; k < depth; k++)
            ((int*)identity.Pointer)[k] = k;
        Packing.Rows(b.Pointer, n, depth, n, packed.Pointer);

        var expected = new float[m * n];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                float sum = start.Pointer[i * n + j];
                for (int k = 0; k < depth; k++)
                    sum = MathF.FusedMultiplyAdd(a.Pointer[i * depth + k], b.Pointer[k * n + j], sum);
                expected[i * n + j] = sum;
            }
        }

        SimdPath before = Simd.Path;
        try
        {
            foreach (SimdPath path in Enum.GetValues<SimdPath>().Where(Simd.IsSupported))
            {
                Simd.Path = path;
                foreach (PanelMatrix panels in (PanelMatrix[])[PanelMatrix.InPlace(b.Pointer, n), PanelMatrix.Packed(packed.Pointer, depth)])
                {
                    using var c = new AlignedBuffer(m * n);
                    start.Span(0, m * n).CopyTo(c.Span(0, m * n));
                    var left = new GatheredMatrix(a.Pointer, null, depth, (int*)identity.Pointer);
                    Gemm.Multiply(m, n, depth, left, panels, c.Pointer, n, c.Pointer, n);
                    Assert.True(Bits(expected).SequenceEqual(Bits(c.Span(0, m * n))), $"{path}, {m} x {depth} x {n}");
                }
            }
        }
        finally
        {
            Simd.Path = before;
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(8, 32)]
    [InlineData(13, 37)]
    [InlineData(40, 70)]
    public unsafe void PackingATransposedMatrixEqualsPackingItsTranspose(int depth, int columns)
    {
        using var source = new AlignedBuffer(depth * columns);
        using var transposed = new AlignedBuffer(depth * columns);
        for (int i = 0; i < source.Length; i++)
            source.Pointer[i] = i + 1;
        FlattenLayer.Transpose(source.Pointer, transposed.Pointer, columns, depth);
        int length = (int)Packing.PackedLength(depth, columns);
        using var direct = new AlignedBuffer(length);
        using var expected = new AlignedBuffer(length);
        direct.Span(0, length).Fill(float.NaN);
        expected.Span(0, length).Fill(float.NaN);
        Packing.Transposed(source.Pointer, depth, depth, columns, direct.Pointer);
        Packing.Rows(transposed.Pointer, columns, depth, columns, expected.Pointer);
        Assert.True(direct.Span(0, length).SequenceEqual(expected.Span(0, length)));
    }

    [Fact]
    public void ExpAndLogAgreeWithThePlatformToTheLastDigits()
    {
        const ulong Seed = 20;
        var random = new RandomStream(Seed);
        for (int i = 0; i < 100_000; i++)
        {
            double x = random.NextDouble(-700, 700), y = DeterministicMath.Exp(random.NextDouble(-700, 700));
            Close(Math.Exp(x), DeterministicMath.Exp(x), $"exp({x:R}), seed {Seed}");
            Close(Math.Log(y), DeterministicMath.Log(y), $"log({y:R}), seed {Seed}");
        }

        static void Close(double expected, double actual, string what) =>
            Assert.True(Math.Abs(actual - expected) <= 4.5e-16 * Math.Abs(expected), $"{what}: expected {expected:R}, got {actual:R}");
    }

    [Fact]
    public void ExpAndLogKeepTheirEdges()
    {
        Assert.Equal(1.0, DeterministicMath.Exp(0));
        Assert.Equal(0.0, DeterministicMath.Exp(double.NegativeInfinity));
        Assert.Equal(double.PositiveInfinity, DeterministicMath.Exp(710));
        Assert.Equal(double.NaN, DeterministicMath.Exp(double.NaN));
        Assert.Equal(0.0, DeterministicMath.Log(1));
        Assert.Equal(double.NegativeInfinity, DeterministicMath.Log(0));
        Assert.Equal(double.NaN, DeterministicMath.Log(-1));
        Assert.Equal(Math.Log(double.Epsilon), DeterministicMath.Log(double.Epsilon), 1e-12);
    }

    // Known answers of Random123's kat_vectors for philox4x32, 10 rounds.
    [Theory]
    [InlineData(0UL, 0UL, 0UL, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x85a308d3243f6a88UL, 0x0370734413198a2eUL, 0x299f31d0a4093822UL, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void PhiloxGivesItsKnownAnswers(ulong low, ulong high, ulong key, uint w0, uint w1, uint w2, uint w3) =>
        Assert.Equal((w0, w1, w2, w3), RandomStream.Block(low, high, key));

    [Fact]
    public void DistributionsHaveTheirMoments()
    {
        const int Count = 200_000;
        var random = new RandomStream(1);
        foreach (double shape in (double[])[0.3, 1, 4.5])
        {
            double sum = 0, squares = 0;
            for (int i = 0; i < Count; i++)
            {
                double x = random.NextGamma(shape);
                sum += x;
                squares += x * x;
            }

            double mean = sum / Count;
            Assert.Equal(shape, mean, 0.03 * Math.Max(1, shape));
            Assert.Equal(shape, squares / Count - mean * mean, 0.06 * Math.Max(1, shape));
        }

        var counts = new int[7];
        for (int i = 0; i < Count; i++)
            counts[random.NextInt32(7)]++;
        Assert.All(counts, count => Assert.InRange(count, Count / 7 - 800, Count / 7 + 800));
    }

    [Fact]
    public void ForcedInstructionSetsAreNamedOrRefused()
    {
        Assert.Equal(SimdPath.Scalar, Simd.Select("scalar"));
        Assert.True(Simd.IsSupported(Simd.Select(null)));
        Assert.Contains("'sse9'; expected avx512, avx2 or scalar", Assert.Throws<ArgumentException>(() => Simd.Select("sse9")).Message);
    }

    private static ReadOnlySpan<byte> Bits(Span<float> values) => MemoryMarshal.AsBytes(values);
}
