using System.Numerics;
using Marketplace.Crypto;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;

namespace Marketplace.Proofs.Tests.Gram;

public class GramProofTests
{
    public static TheoryData<int, int, int> Shapes()
    {
        var data = new TheoryData<int, int, int>();
        for (int updates = 1; updates <= GramMatrix.MaxUpdates; updates++) data.Add(updates, updates % 3, 64 + (14 * updates));
        foreach (int publicRows in new[] { 0, 1, 2 })
        {
            data.Add(1, publicRows, 1);
            data.Add(2, publicRows, 33);
            data.Add(32, publicRows, 512);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Accepts_random_valid_statements(int updates, int publicRows, int dimension)
    {
        int seed = 1000 + updates;
        GramFixture fixture = GramFixture.Random(seed, updates, publicRows, dimension);
        GramVerification verification = GramVerifier.Verify(fixture.Parameters, fixture.Statement, fixture.Prove().ToBytes());
        Assert.True(
            verification.Accepted, $"seed {seed}, n = {updates}, P = {publicRows}, d = {dimension}: {verification.Failure}");
        Assert.Equal(9, verification.Checks.Count);
    }

    [Theory]
    [InlineData(32767)]
    [InlineData(-32767)]
    [InlineData(0)]
    public void Accepts_vectors_of_one_extreme_value(int value)
    {
        short[] row = [.. Enumerable.Repeat((short)value, 512)];
        long[] wide = [.. Enumerable.Repeat(Math.Sign(value) * GramMatrix.MaxPublicEntry, 512)];
        var random = new Random(3);
        GramFixture fixture = GramFixture.Of(
            new byte[32], row, [row, row], [wide, wide], [.. Enumerable.Range(0, 5).Select(_ => GramFixture.Scalar(random))]);
        Assert.True(GramVerifier.Verify(fixture.Parameters, fixture.Statement, fixture.Prove().ToBytes()).Accepted);
    }

    [Fact]
    public void Proof_bytes_round_trip()
    {
        GramProof proof = GramFixture.Random(4, 2, 1, 40).Prove();
        byte[] bytes = proof.ToBytes();
        Assert.Equal(416, bytes.Length);
        Assert.Equal(proof, GramProof.Parse(bytes));
    }

    [Fact]
    public void Two_proofs_of_one_statement_share_nothing()
    {
        GramFixture fixture = GramFixture.Random(5, 3, 1, 50);
        byte[][] first = [.. fixture.Prove().ToBytes().Chunk(32)], second = [.. fixture.Prove().ToBytes().Chunk(32)];
        for (int word = 0; word < first.Length; word++) Assert.NotEqual(first[word], second[word]);
    }

    [Fact]
    public void Verifies_what_the_defining_sums_give()
    {
        const int seed = 6;
        GramFixture fixture = GramFixture.Random(seed, 3, 2, 60);
        var random = new Random(seed);
        Fr[] mask = Mask(random, 60);
        GramProof proof = NaiveProver.Prove(
            fixture.Srs, fixture.Statement, Rows(fixture.Witness), fixture.Witness.Blinders, mask,
            GramFixture.Scalar(random), NaiveProver.Dot(mask, mask));
        Assert.True(GramVerifier.Verify(fixture.Parameters, fixture.Statement, proof.ToBytes()).Accepted);
    }

    // ⟨m, u⟩ ≠ 0 adds terms linear in the z_i, which no t can hide.
    [Fact]
    public void Refuses_a_mask_outside_the_reserved_coordinates()
    {
        const int seed = 7;
        GramFixture fixture = GramFixture.Random(seed, 3, 1, 60);
        var random = new Random(seed);
        Fr[] mask = Mask(random, 60);
        mask[17] = GramFixture.Scalar(random);
        GramProof proof = NaiveProver.Prove(
            fixture.Srs, fixture.Statement, Rows(fixture.Witness), fixture.Witness.Blinders, mask,
            GramFixture.Scalar(random), NaiveProver.Dot(mask, mask));
        GramVerification verification = GramVerifier.Verify(fixture.Parameters, fixture.Statement, proof.ToBytes());
        Assert.Equal("identity at x", verification.Failure?.Name);
    }

    [Fact]
    public void Prover_refuses_a_witness_that_does_not_fit()
    {
        GramFixture fixture = GramFixture.Random(8, 2, 1, 40);
        GramWitness witness = fixture.Witness;
        short[] changed = [.. witness.Updates[1]];
        changed[5] ^= 1;
        Fr[] blinders = [.. witness.Blinders];
        blinders[2] += Fr.One;
        foreach (GramWitness wrong in new[]
        {
            witness with { Updates = [witness.Updates[0], changed] },
            witness with { Blinders = blinders },
            witness with { Updates = [witness.Updates[1], witness.Updates[0]] },
        })
        {
            InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => (fixture with { Witness = wrong }).Prove());
            Assert.Contains("must open the statement's commitments", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Prover_refuses_wrong_shapes()
    {
        GramFixture fixture = GramFixture.Random(9, 2, 1, 40);
        GramWitness witness = fixture.Witness;
        Assert.Throws<ArgumentException>(() => (fixture with { Witness = witness with { PublicRows = [] } }).Prove());
        Assert.Throws<ArgumentException>(() => (fixture with { Witness = witness with { Blinders = [Fr.One] } }).Prove());
        Assert.Throws<ArgumentException>(() => (fixture with { Witness = witness with { Reference = new short[39] } }).Prove());
        Assert.Throws<ArgumentException>(() => (fixture with { Statement = fixture.Statement with { Dimension = 513 } }).Prove());
    }

    [Fact]
    public void Prover_stops_when_cancelled_and_reports_progress()
    {
        GramFixture fixture = GramFixture.Random(10, 2, 0, 512);
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(
            () => GramProver.Prove(fixture.Srs, fixture.Statement, fixture.Witness, null, source.Token));

        var reports = new Reports();
        GramProver.Prove(fixture.Srs, fixture.Statement, fixture.Witness, reports, CancellationToken.None);
        Assert.Equal(reports.Values.Order(), reports.Values);
        Assert.Equal(1, reports.Values[^1]);
    }

    // The transcript, spelled out byte by byte.
    [Fact]
    public void Challenges_are_hashes_of_the_documented_bytes()
    {
        GramFixture fixture = GramFixture.Random(11, 2, 1, 40);
        GramProof proof = fixture.Prove();
        GramStatement statement = fixture.Statement;
        byte[] seed = Keccak256.HashData([
            .. statement.Context, .. Word(40), .. Word(4), .. Word(1),
            .. statement.Commitments.SelectMany(point => point.ToBytes()),
            .. Keccak256.HashData(statement.Gram.Pack()), .. proof.Mask.ToBytes(), .. proof.MaskNorm.ToBytes(),
        ]);
        BigInteger x = Number(Keccak256.HashData([.. seed, .. proof.Autocorrelation.ToBytes(), .. proof.Blinder.ToBytes()])) % Fr.Modulus;
        BigInteger gamma = Number(Keccak256.HashData([
            .. Word(x), .. proof.CombinationAtPoint.ToBytes(), .. proof.CombinationAtInverse.ToBytes(),
            .. proof.AutocorrelationAtPoint.ToBytes(), .. proof.AutocorrelationAtInverse.ToBytes(),
        ])) % Fr.Modulus;

        GramChallenges challenges = GramTranscript.Derive(statement, proof);
        Assert.Equal(x, challenges.Point.ToBigInteger());
        Assert.Equal(gamma, challenges.Batching.ToBigInteger());
        for (int i = 0; i < 4; i++)
            Assert.Equal(Number(Keccak256.HashData([.. seed, .. Word(i)])) >> 128, (BigInteger)challenges.Rows[i]);

        static byte[] Word(BigInteger value) => Fr.FromBigInteger(value).ToBytes();
        static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
    }

    internal static Fr[] Mask(Random random, int dimension)
    {
        var mask = new Fr[dimension + Srs.ReservedCoordinates];
        for (int k = dimension; k < mask.Length; k++) mask[k] = GramFixture.Scalar(random);
        return mask;
    }

    internal static Fr[][] Rows(GramWitness witness) =>
    [
        [.. witness.Reference.Select(v => Fr.FromInt64(v))],
        .. witness.Updates.Select(u => u.Select(v => Fr.FromInt64(v)).ToArray()),
        .. witness.PublicRows.Select(p => p.Select(Fr.FromInt64).ToArray()),
    ];

    private sealed class Reports : IProgress<double>
    {
        public List<double> Values { get; } = [];

        public void Report(double value) => Values.Add(value);
    }
}
