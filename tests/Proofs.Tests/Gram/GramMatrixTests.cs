using System.Numerics;
using Marketplace.Proofs.Gram;

namespace Marketplace.Proofs.Tests.Gram;

public class GramMatrixTests
{
    // Written out by hand: n = 1, P = 1, rows (1, −2), (3, 4), (2^36, −1).
    [Fact]
    public void Packs_as_documented()
    {
        var gram = GramMatrix.Compute([1, -2], [[3, 4]], [[1L << 35, -1]]);
        string expected =
            "0000000000000005" + // ⟨r, r⟩ = 1 + 4
            "fffffffffffffffb" + // ⟨u, r⟩ = 3 − 8
            "0000000000000019" + // ⟨u, u⟩ = 9 + 16
            "00000000000000000000000800000002" + // ⟨p, r⟩ = 2^35 + 2
            "000000000000000000000017fffffffc" + // ⟨p, u⟩ = 3·2^35 − 4
            "00000000000000400000000000000001"; // ⟨p, p⟩ = 2^70 + 1
        Assert.Equal(expected, Convert.ToHexStringLower(gram.Pack()));
        Assert.Equal(gram, GramMatrix.Parse(gram.Pack(), 1, 1));
    }

    public static TheoryData<int, int, int> Shapes() =>
        new() { { 1, 0, 1 }, { 1, 2, 15 }, { 3, 1, 16 }, { 5, 2, 4095 }, { 2, 2, 4096 }, { 4, 2, 4097 }, { 32, 2, 9000 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Computes_exact_inner_products(int updates, int publicRows, int dimension)
    {
        int seed = 70 + dimension;
        var random = new Random(seed);
        short[] reference = GramFixture.Short(random, dimension);
        short[][] rows = [.. Enumerable.Range(0, updates).Select(i => i == 0 ? Extreme(dimension) : GramFixture.Short(random, dimension))];
        long[][] wide =
        [
            .. Enumerable.Range(0, publicRows).Select(p => p == 0
                ? Extreme(dimension).Select(v => v * (GramMatrix.MaxPublicEntry / GramMatrix.MaxUpdateEntry)).ToArray()
                : GramFixture.Long(random, dimension)),
        ];
        var gram = GramMatrix.Compute(reference, rows, wide);
        long[][] all = [Widen(reference), .. rows.Select(Widen), .. wide];
        for (int i = 0; i < gram.Rows; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                BigInteger expected = all[i].Zip(all[j]).Aggregate(BigInteger.Zero, (sum, p) => sum + ((BigInteger)p.First * p.Second));
                Assert.True(expected == gram[i, j], $"seed {seed}, G[{i},{j}]: expected {expected}, got {gram[i, j]}");
                Assert.Equal(gram[i, j], gram[j, i]);
            }
        }

        Assert.Null(gram.CheckBounds(dimension));
        Assert.Null(gram.FirstImpossibleRow());
        Assert.Equal(gram, GramMatrix.Parse(gram.Pack(), updates, publicRows));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(4099)]
    public void Vector_and_plain_inner_products_agree(int length)
    {
        Assert.SkipUnless(System.Runtime.Intrinsics.X86.Avx2.IsSupported, "This processor has no AVX2; only the plain path can run.");
        var random = new Random(length);
        short[] a = GramFixture.Short(random, length), b = GramFixture.Short(random, length), extreme = Extreme(length);
        Assert.Equal(InnerProducts.DotScalar(a, b), InnerProducts.DotAvx2(a, b));
        Assert.Equal(InnerProducts.DotScalar(extreme, extreme), InnerProducts.DotAvx2(extreme, extreme));
        Assert.Equal((long)length * 32767 * 32767, InnerProducts.DotAvx2(extreme, extreme));
    }

    [Fact]
    public void Refuses_malformed_vectors()
    {
        Throws("1 to", () => GramMatrix.Compute([], [], []));
        Throws("row 1 has 2", () => GramMatrix.Compute([1], [[1, 2]], []));
        Throws("public row 0 has 0", () => GramMatrix.Compute([1], [], [[]]));
        Throws("−32768 at 1", () => GramMatrix.Compute([1, short.MinValue], [], []));
        Throws("public row 0 has", () => GramMatrix.Compute([1], [], [[GramMatrix.MaxPublicEntry + 1]]));
        Assert.Throws<ArgumentOutOfRangeException>(() => GramMatrix.Compute([1], [.. Enumerable.Repeat(new short[1], 33)], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => GramMatrix.Compute([1], [], [[1], [1], [1]]));

        static void Throws(string part, Action action) =>
            Assert.Contains(part, Assert.Throws<ArgumentException>(action).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(71)]
    [InlineData(73)]
    public void Parse_refuses_a_wrong_length(int length)
    {
        // n = 1 and P = 1: 3 narrow entries and 3 wide ones.
        Assert.Equal(72, GramMatrix.PackedLength(1, 1));
        Assert.Contains(
            "has 72 bytes", Assert.Throws<FormatException>(() => GramMatrix.Parse(new byte[length], 1, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_takes_the_extremes_of_each_width()
    {
        BigInteger narrow = BigInteger.One << 63, wide = BigInteger.One << 127;
        BigInteger[] lower = [narrow - 1, -narrow, 0, wide - 1, -wide, -1];
        var gram = GramMatrix.FromLowerTriangle(1, 1, lower);
        var read = GramMatrix.Parse(gram.Pack(), 1, 1);
        Assert.Equal(lower, new[] { read[0, 0], read[1, 0], read[1, 1], read[2, 0], read[2, 1], read[2, 2] });
        Assert.Throws<ArgumentException>(() => GramMatrix.FromLowerTriangle(1, 1, [narrow, 0, 0, 0, 0, 0]));
        Assert.Throws<ArgumentException>(() => GramMatrix.FromLowerTriangle(1, 1, [0, 0, 0, 0, 0, wide]));
        Assert.Throws<ArgumentException>(() => GramMatrix.FromLowerTriangle(1, 1, [0]));
    }

    [Theory]
    [InlineData(0, 0, 0, true)]
    [InlineData(10, 32767L * 32767 * 10, 100, true)]
    [InlineData(10, (32767L * 32767 * 10) + 1, 100, false)]
    [InlineData(-1, 5, 0, false)]
    [InlineData(4, 9, 6, true)]
    [InlineData(4, 9, 7, false)]
    [InlineData(4, 9, -7, false)]
    [InlineData(0, 9, 1, false)]
    public void Checks_bounds(long first, long second, long product, bool holds)
    {
        string? violation = GramMatrix.FromLowerTriangle(1, 0, [first, product, second]).CheckBounds(10);
        Assert.True(holds == violation is null, violation ?? "no violation found");
    }

    [Fact]
    public void Bounds_of_public_rows_are_wider()
    {
        BigInteger limit = 10 * BigInteger.Pow(GramMatrix.MaxPublicEntry, 2);
        Assert.Null(GramMatrix.FromLowerTriangle(0, 1, [0, 0, limit]).CheckBounds(10));
        Assert.NotNull(GramMatrix.FromLowerTriangle(0, 1, [0, 0, limit + 1]).CheckBounds(10));
    }

    [Fact]
    public void Entries_of_the_longest_vectors_fit()
    {
        BigInteger narrow = GramMatrix.MaxDimension * BigInteger.Pow(GramMatrix.MaxUpdateEntry, 2);
        BigInteger wide = GramMatrix.MaxDimension * BigInteger.Pow(GramMatrix.MaxPublicEntry, 2);
        BigInteger mixed = GramMatrix.MaxDimension * (BigInteger)GramMatrix.MaxUpdateEntry * GramMatrix.MaxPublicEntry;
        var gram = GramMatrix.FromLowerTriangle(1, 1, [narrow, -narrow, narrow, mixed, -mixed, wide]);
        Assert.Equal(gram, GramMatrix.Parse(gram.Pack(), 1, 1));
        Assert.Null(gram.CheckBounds(GramMatrix.MaxDimension));
        Assert.Null(gram.FirstImpossibleRow());
        Assert.Throws<ArgumentOutOfRangeException>(() => gram.CheckBounds(GramMatrix.MaxDimension + 1));
    }

    private static short[] Extreme(int length) => [.. Enumerable.Repeat((short)-32767, length)];

    private static long[] Widen(short[] row) => [.. row.Select(v => (long)v)];
}
