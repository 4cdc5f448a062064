using System.Numerics;
using System.Runtime.InteropServices;
using Marketplace.Algebra.Lanes;
using Marketplace.Algebra.Tests.Fields;

namespace Marketplace.Algebra.Tests.Lanes;

/// <summary>Every kernel over both primes of BN254, each against BigInteger, so against each other.</summary>
public sealed class LaneKernelTests(ITestOutputHelper output)
{
    public static TheoryData<string, bool> Kernels => new()
    {
        { "scalar", true }, { "scalar", false }, { "avx2", true }, { "avx2", false }, { "avx512", true }, { "avx512", false },
    };

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Products_sums_and_differences_agree(string path, bool isBase) => Run(path, isBase, c => c.ProductsSumsAndDifferences());

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Lazy_factors_agree(string path, bool isBase) => Run(path, isBase, c => c.LazyFactors());

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Negation_follows_the_mask(string path, bool isBase) => Run(path, isBase, c => c.Negation());

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Scales_change_there_and_back(string path, bool isBase) => Run(path, isBase, c => c.Scales());

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Packed_forms_round_trip(string path, bool isBase) => Run(path, isBase, c => c.PackedForms());

    private void Run(string path, bool isBase, Action<ILaneKernelChecks> check)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        Assert.SkipUnless(
            path switch { "avx512" => LaneVector512.IsSupported, "avx2" => LaneVector256.IsSupported, _ => true },
            $"SKIPPED: this processor lacks {path}.");
        using ILaneKernelChecks checks = (path, isBase) switch
        {
            ("avx512", true) => new LaneKernelChecks<Limb29Kernel<LaneVector512, Bn254Base>, Bn254Base>(seed, 261),
            ("avx512", false) => new LaneKernelChecks<Limb29Kernel<LaneVector512, Bn254Scalar>, Bn254Scalar>(seed, 261),
            ("avx2", true) => new LaneKernelChecks<Limb29Kernel<LaneVector256, Bn254Base>, Bn254Base>(seed, 261),
            ("avx2", false) => new LaneKernelChecks<Limb29Kernel<LaneVector256, Bn254Scalar>, Bn254Scalar>(seed, 261),
            (_, true) => new LaneKernelChecks<MontgomeryKernel<Bn254Base>, Bn254Base>(seed, 256),
            _ => new LaneKernelChecks<MontgomeryKernel<Bn254Scalar>, Bn254Scalar>(seed, 256),
        };
        check(checks);
    }
}

/// <summary>What <see cref="LaneKernelTests"/> checks of a kernel.</summary>
internal interface ILaneKernelChecks : IDisposable
{
    void ProductsSumsAndDifferences();

    void LazyFactors();

    void Negation();

    void Scales();

    void PackedForms();
}

/// <summary>
/// A kernel against BigInteger: all edge values crossed with all edge and random values, in all lanes,
/// as packed integers anywhere below 2q.
/// </summary>
internal sealed unsafe class LaneKernelChecks<TKernel, TModulus> : ILaneKernelChecks
    where TKernel : struct, ILaneKernel
    where TModulus : struct, IModulus
{
    private static readonly BigInteger Q = Montgomery<TModulus>.Modulus;

    private readonly BigInteger[] _values;
    private readonly BigInteger _scale;
    private readonly BigInteger _scaleInverse;
    private readonly BigInteger _factorInverse;
    private readonly Group _a = new();
    private readonly Group _b = new();
    private readonly Group _c = new();

    internal LaneKernelChecks(int seed, int scaleBits)
    {
        _values = Samples.Mixed(new Random(seed), Q, 15);
        _scale = BigInteger.One << scaleBits;
        _scaleInverse = BigInteger.ModPow(_scale, Q - 2, Q);
        _factorInverse = BigInteger.ModPow(_scale >> 256, Q - 2, Q);
        if (scaleBits != 256)
        {
            // The vector kernels take representatives from [q, 2q) too.
            _values = [.. _values, .. _values.Where((_, i) => i % 3 == 0).Select(v => v + Q), (2 * Q) - 1];
        }
    }

    public void ProductsSumsAndDifferences() => ForAllPairs((a, b) =>
    {
        TKernel.Multiply(_c.Words, _a.Words, _b.Words);
        Check(_c, l => a[l] * b[l] * _scaleInverse, "a·b/R", a, b);

        TKernel.Add(_c.Words, _a.Words, _b.Words);
        TKernel.Reduce(_c.Words);
        Check(_c, l => a[l] + b[l], "a + b", a, b);

        TKernel.Subtract(_c.Words, _a.Words, _b.Words);
        TKernel.Reduce(_c.Words);
        Check(_c, l => a[l] - b[l], "a − b", a, b);
    });

    public void LazyFactors() => ForAllPairs((a, b) =>
    {
        // (a + b − b) and (a − b − b), the loosest factors allowed, times b.
        TKernel.Add(_c.Words, _a.Words, _b.Words);
        TKernel.Subtract(_c.Words, _c.Words, _b.Words);
        TKernel.Multiply(_c.Words, _c.Words, _b.Words);
        Check(_c, l => a[l] * b[l] * _scaleInverse, "(a + b − b)·b/R", a, b);

        TKernel.Subtract(_c.Words, _a.Words, _b.Words);
        TKernel.Subtract(_c.Words, _c.Words, _b.Words);
        TKernel.Multiply(_c.Words, _b.Words, _c.Words);
        Check(_c, l => (a[l] - (2 * b[l])) * b[l] * _scaleInverse, "b·(a − 2b)/R", a, b);

        TKernel.Multiply(_c.Words, _a.Words, _a.Words);
        TKernel.Subtract(_c.Words, _c.Words, _a.Words);
        TKernel.Subtract(_c.Words, _c.Words, _b.Words);
        TKernel.Subtract(_c.Words, _c.Words, _b.Words);
        TKernel.Reduce(_c.Words);
        Check(_c, l => (a[l] * a[l] * _scaleInverse) - a[l] - (2 * b[l]), "a²/R − a − 2b", a, b);
    });

    public void Negation() => ForAllPairs((a, b) =>
    {
        ulong* masks = stackalloc ulong[TKernel.Lanes];
        for (int l = 0; l < TKernel.Lanes; l++)
        {
            masks[l] = (l + (int)(b[0] & 1)) % 2 == 0 ? 0 : ulong.MaxValue;
        }

        TKernel.NegateWhere(_a.Words, masks);
        BigInteger[] expected = [.. a.Select((v, l) => masks[l] == 0 ? v : -v)];
        Check(_a, l => expected[l], "±a", a, b);
    });

    public void Scales() => ForAllPairs((a, b) =>
    {
        // UnpackScaled takes stored elements, below q.
        BigInteger[] stored = [.. a.Select(v => v % Q)];
        _a.Write(stored);
        TKernel.UnpackScaled(_c.Words, _a.Rows);
        BigInteger factor = _scale >> 256;
        Check(_c, l => stored[l] * factor, "scaled", a, b);

        _a.Write(stored);
        for (int l = 0; l < TKernel.Lanes; l++)
        {
            TKernel.Scale(_a.Rows[l]);
            Assert.Equal(stored[l] * factor % Q, _a.Read(l));
            TKernel.Descale(_a.Rows[l]);
            Assert.Equal(stored[l], _a.Read(l));
        }

        _a.Write(a);
        for (int l = 0; l < TKernel.Lanes; l++)
        {
            TKernel.Descale(_a.Rows[l]);
            Assert.Equal(a[l] * _factorInverse % Q, _a.Read(l));
        }
    });

    public void PackedForms() => ForAllPairs((a, b) =>
    {
        _c.Write(b);
        TKernel.Pack(_a.Words, _c.Rows);
        for (int l = 0; l < TKernel.Lanes; l++)
        {
            Assert.Equal(a[l], _c.Read(l));
        }

        TKernel.PackCanonical(_a.Words, _c.Rows);
        for (int l = 0; l < TKernel.Lanes; l++)
        {
            Assert.Equal(a[l] % Q, _c.Read(l));
        }

        _b.Write(b);
        TKernel.UnpackBroadcast(_c.Words, _b.Rows[0]);
        Check(_c, _ => b[0], "broadcast", a, b);
    });

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
        _c.Dispose();
    }

    private void ForAllPairs(Action<BigInteger[], BigInteger[]> check)
    {
        int lanes = TKernel.Lanes;
        for (int i = 0; i < _values.Length; i += lanes)
        {
            for (int shift = 0; shift < _values.Length; shift++)
            {
                BigInteger[] a = [.. Enumerable.Range(0, lanes).Select(l => _values[(i + l) % _values.Length])];
                BigInteger[] b = [.. Enumerable.Range(0, lanes).Select(l => _values[(i + l + shift) % _values.Length])];
                _a.Write(a);
                _b.Write(b);
                TKernel.Unpack(_a.Words, _a.Rows);
                TKernel.Unpack(_b.Words, _b.Rows);
                check(a, b);
            }
        }
    }

    /// <summary>The group must be reduced: below 2q packed, and the right residue.</summary>
    private static void Check(Group group, Func<int, BigInteger> expected, string what, BigInteger[] a, BigInteger[] b)
    {
        TKernel.Pack(group.Words, group.Rows);
        for (int l = 0; l < TKernel.Lanes; l++)
        {
            BigInteger actual = group.Read(l);
            BigInteger wanted = Samples.Mod(expected(l), Q);
            Assert.True(
                actual < 2 * Q && actual % Q == wanted,
                $"{what}, lane {l}, a = {a[l]}, b = {b[l]}: expected {wanted} mod q below 2q, got {actual}");
        }
    }

    /// <summary>A group and room for its packed elements.</summary>
    private sealed class Group : IDisposable
    {
        private readonly ulong* _memory = (ulong*)NativeMemory.AlignedAlloc(4096, 64);

        internal Group()
        {
            for (int l = 0; l < TKernel.Lanes; l++)
            {
                Rows[l] = _memory + 128 + (4 * l);
            }
        }

        internal ulong* Words => _memory;

        internal ulong** Rows => (ulong**)(_memory + 256);

        internal void Write(BigInteger[] values)
        {
            for (int l = 0; l < values.Length; l++)
            {
                for (int k = 0; k < 4; k++)
                {
                    Rows[l][k] = (ulong)((values[l] >> (64 * k)) & ulong.MaxValue);
                }
            }
        }

        internal BigInteger Read(int lane)
        {
            BigInteger value = 0;
            for (int k = 3; k >= 0; k--)
            {
                value = (value << 64) | Rows[lane][k];
            }

            return value;
        }

        public void Dispose() => NativeMemory.AlignedFree(_memory);
    }
}
