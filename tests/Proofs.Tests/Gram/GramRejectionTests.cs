using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Marketplace.Algebra.Curves;
using Marketplace.Crypto;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;

namespace Marketplace.Proofs.Tests.Gram;

/// <summary>Everything that can be wrong with a proof or its statement, each refused at the check that is there for it.</summary>
public class GramRejectionTests
{
    private const int Words = GramProof.ByteLength / 32;

    private static readonly string[] Names =
        ["C_m.x", "C_m.y", "t", "ρ*", "C_g.x", "C_g.y", "1/x", "c(x)", "c(1/x)", "g(x)", "g(1/x)", "W.x", "W.y"];

    private static readonly int[] PointStarts = [0, 4, 11];

    private static readonly ContextParts Parts = new(31337, "market", 7, 3, "srs", 48, "submissions", 0);

    // n = 3 and P = 2, so that every kind of row is there.
    private static readonly Lazy<(GramFixture Fixture, byte[] Proof)> Valid = new(() =>
    {
        GramFixture fixture = GramFixture.Random(21, 3, 2, 48);
        fixture = fixture with { Statement = fixture.Statement with { Context = Parts.Hash() } };
        return (fixture, fixture.Prove().ToBytes());
    });

    private static GramFixture Fixture => Valid.Value.Fixture;

    private static byte[] Proof => Valid.Value.Proof;

    public static TheoryData<int> WordNumbers() => [.. Enumerable.Range(0, Words)];

    [Fact]
    public void The_unchanged_proof_is_accepted() =>
        Assert.True(GramVerifier.Verify(Fixture.Parameters, Fixture.Statement, Proof).Accepted);

    [Theory]
    [MemberData(nameof(WordNumbers))]
    public void Refuses_a_field_changed_by_one(int word)
    {
        BigInteger value = Word(Proof, word);
        string expected = IsCoordinate(word) ? "proof encoding" : word is 6 ? "inverse hint" : "identity at x";
        AssertRefused(With(Proof, word, value + 1), expected, $"{Names[word]} + 1");
        AssertRefused(With(Proof, word, value - 1), expected, $"{Names[word]} − 1");
    }

    [Theory]
    [MemberData(nameof(WordNumbers))]
    public void Refuses_a_zero_field(int word) =>
        AssertRefused(
            With(Proof, word, 0), IsCoordinate(word) ? "proof encoding" : word is 6 ? "inverse hint" : "identity at x", $"{Names[word]} = 0");

    [Theory]
    [MemberData(nameof(WordNumbers))]
    public void Refuses_a_field_that_is_not_canonical(int word)
    {
        BigInteger modulus = IsCoordinate(word) ? Fp.Modulus : Fr.Modulus;
        BigInteger[] values = [Word(Proof, word) + modulus, modulus, (BigInteger.One << 256) - 1];
        foreach (BigInteger value in values)
            AssertRefused(With(Proof, word, value), "proof encoding", $"{Names[word]} = {value}");
    }

    // Another proof of the same statement: the same vectors under a fresh mask.
    [Theory]
    [MemberData(nameof(WordNumbers))]
    public void Refuses_a_field_of_another_proof(int word)
    {
        byte[] other = Fixture.Prove().ToBytes(), mixed = [.. Proof];
        int start = PointStarts.Where(first => word == first || word == first + 1).DefaultIfEmpty(word).First();
        int length = IsCoordinate(word) ? 64 : 32;
        other.AsSpan(start * 32, length).CopyTo(mixed.AsSpan(start * 32));
        GramVerification verification = GramVerifier.Verify(Fixture.Parameters, Fixture.Statement, mixed);
        Assert.False(verification.Accepted, Names[word]);
    }

    public static TheoryData<string> ContextChanges() =>
        ["chain", "market", "project", "round", "srs", "dimension", "submissions", "invalid", "bit"];

    [Theory]
    [MemberData(nameof(ContextChanges))]
    public void Refuses_a_proof_of_another_context(string change)
    {
        byte[] context = change switch
        {
            "chain" => (Parts with { ChainId = 1 }).Hash(),
            "market" => (Parts with { Market = "another market" }).Hash(),
            "project" => (Parts with { Project = 8 }).Hash(),
            "round" => (Parts with { Round = 4 }).Hash(),
            "srs" => (Parts with { SrsId = "another" }).Hash(),
            "dimension" => (Parts with { Dimension = 49 }).Hash(),
            "submissions" => (Parts with { Submissions = "others" }).Hash(),
            "invalid" => (Parts with { Invalid = 2 }).Hash(),
            _ => [.. Fixture.Statement.Context[..31], (byte)(Fixture.Statement.Context[31] ^ 1)],
        };
        AssertRefused(Fixture.Statement with { Context = context }, "identity at x", change);
    }

    [Theory]
    [InlineData(47)]
    [InlineData(49)]
    public void Refuses_another_dimension(int dimension) =>
        AssertRefused(Fixture.Statement with { Dimension = dimension }, "identity at x", $"d = {dimension}");

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(4, 5)]
    public void Refuses_swapped_commitments(int first, int second)
    {
        G1[] commitments = [.. Fixture.Statement.Commitments];
        (commitments[first], commitments[second]) = (commitments[second], commitments[first]);
        AssertRefused(Fixture.Statement with { Commitments = commitments }, "identity at x", $"rows {first} and {second}");
    }

    // A rerandomized commitment keeps the vector and still is another statement.
    [Fact]
    public void Refuses_a_commitment_that_another_blinder_shifts()
    {
        G1[] commitments = [.. Fixture.Statement.Commitments];
        commitments[2] += Commitment.H;
        AssertRefused(Fixture.Statement with { Commitments = commitments }, "identity at x", "C_2 + H");
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 0)]
    [InlineData(2, 2)]
    [InlineData(3, 1)]
    [InlineData(4, 0)]
    [InlineData(4, 2)]
    [InlineData(5, 5)]
    [InlineData(5, 4)]
    public void Refuses_an_entry_of_the_matrix_changed_by_one(int i, int j)
    {
        foreach (int change in new[] { 1, -1 })
        {
            GramStatement statement = Fixture.Statement with { Gram = Change(Fixture.Statement.Gram, i, j, change) };
            AssertRefused(statement, "identity at x", $"G[{i},{j}] {change:+0;-0}");

            // A prover that knows all vectors cannot help it either.
            GramProof forged = GramProver.ProveUnchecked(Fixture.Srs, statement, Fixture.Witness, null, CancellationToken.None);
            AssertRefused(statement, forged.ToBytes(), "identity at x", $"G[{i},{j}] {change:+0;-0}, proved anew");
        }
    }

    // The scalar identity is one linear equation in each of the claimed values; the pairing is what binds them.
    [Theory]
    [InlineData("c(x)")]
    [InlineData("c(1/x)")]
    [InlineData("g(x)")]
    [InlineData("g(1/x)")]
    public void Refuses_a_forged_matrix_with_the_identity_solved(string value)
    {
        GramStatement statement = Fixture.Statement with { Gram = Change(Fixture.Statement.Gram, 1, 0, 1_000_000) };
        GramProof proof = GramProver.ProveUnchecked(Fixture.Srs, statement, Fixture.Witness, null, CancellationToken.None);
        GramChallenges challenges = GramTranscript.Derive(statement, proof);
        Fr x = challenges.Point, inverse = x.Inverse();
        Fr[] z = [.. challenges.Rows.Select(GramTranscript.ToScalar)];
        Fr s = proof.MaskNorm;
        for (int i = 0; i < z.Length; i++)
        {
            for (int j = 0; j < z.Length; j++) s += z[i] * z[j] * Fr.FromBigInteger(statement.Gram[i, j]);
        }

        Fr product = proof.CombinationAtPoint * proof.CombinationAtInverse;
        Fr right = s + (x * proof.AutocorrelationAtPoint) + (inverse * proof.AutocorrelationAtInverse);
        proof = value switch
        {
            "c(x)" => proof with { CombinationAtPoint = right * proof.CombinationAtInverse.Inverse() },
            "c(1/x)" => proof with { CombinationAtInverse = right * proof.CombinationAtPoint.Inverse() },
            "g(x)" => proof with { AutocorrelationAtPoint = proof.AutocorrelationAtPoint + ((product - right) * inverse) },
            _ => proof with { AutocorrelationAtInverse = proof.AutocorrelationAtInverse + ((product - right) * x) },
        };
        AssertRefused(statement, proof.ToBytes(), "pairing", value);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(11)]
    public void Refuses_points_at_infinity(int word) =>
        AssertRefused(With(With(Proof, word, 0), word + 1, 0), "proof encoding", $"{Names[word]} = {Names[word + 1]} = 0");

    // (x, y) off the curve with canonical coordinates, and a point of another curve, y² = x³ + 4.
    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(11)]
    public void Refuses_points_off_the_curve(int word)
    {
        AssertRefused(With(With(Proof, word, 1), word + 1, 1), "proof encoding", "(1, 1)");
        AssertRefused(With(With(Proof, word, 0), word + 1, 2), "proof encoding", "(0, 2)");
    }

    // −P is on the curve: the encoding cannot tell, the equations do.
    [Theory]
    [InlineData(0, "identity at x")]
    [InlineData(4, "identity at x")]
    [InlineData(11, "pairing")]
    public void Refuses_negated_points(int word, string expected) =>
        AssertRefused(With(Proof, word + 1, Fp.Modulus - Word(Proof, word + 1)), expected, $"−{Names[word]}");

    [Fact]
    public void Refuses_truncated_and_overlong_bytes()
    {
        foreach (byte[] bytes in new[] { [], Proof[..^1], Proof[..^32], [.. Proof, 0], [.. Proof, .. Proof] })
            AssertRefused(bytes, "proof encoding", $"{bytes.Length} bytes");
    }

    [Fact]
    public void Refuses_statements_that_are_none()
    {
        GramStatement statement = Fixture.Statement;
        AssertRefused(statement with { Context = new byte[31] }, "statement", "31-byte context");
        AssertRefused(statement with { Dimension = 0 }, "statement", "d = 0");
        AssertRefused(statement with { Dimension = Fixture.Srs.MaxDimension + 1 }, "statement", "d beyond the SRS");
        AssertRefused(statement with { Commitments = [.. statement.Commitments.Skip(1)] }, "statement", "a commitment short");
        AssertRefused(statement with { Commitments = [G1.Infinity, .. statement.Commitments.Skip(1)] }, "commitments", "C_0 at infinity");
        AssertRefused(statement with { Commitments = [.. statement.Commitments.SkipLast(1), new G1(Fp.One, Fp.One)] }, "commitments", "C_5 = (1, 1)");
    }

    [Fact]
    public void Refuses_matrices_out_of_bounds()
    {
        GramMatrix gram = Fixture.Statement.Gram;
        BigInteger norm = gram[1, 1];
        AssertRefused(Fixture.Statement with { Gram = Change(gram, 1, 1, -norm - 1) }, "Gram bounds", "negative norm");
        AssertRefused(Fixture.Statement with { Gram = Change(gram, 1, 1, (48 * 32767L * 32767) + 1 - norm) }, "Gram bounds", "norm too large");
        AssertRefused(Fixture.Statement with { Gram = Change(gram, 2, 1, norm * 2) }, "Gram bounds", "inner product above the norms'");
    }

    [Fact]
    public void Refuses_matrices_of_no_real_vectors()
    {
        // Within what any two rows allow, and beyond what all of them do: u_2 along the reference and along u_1, which are not alike.
        GramMatrix gram = Fixture.Statement.Gram;
        GramMatrix alike = gram;
        foreach (int row in (int[])[0, 1])
        {
            var most = (BigInteger)(Math.Sqrt((double)gram[row, row] * (double)gram[2, 2]) * 0.999);
            alike = Change(alike, 2, row, most - gram[2, row]);
        }

        AssertRefused(Fixture.Statement with { Gram = alike }, "real vectors", "two rows that one cannot both follow");
    }

    // Two proofs' commitments to the same x would differ: C_g and W of one cannot be reused with the values of another.
    [Fact]
    public void Refuses_a_proof_under_another_srs()
    {
        SrsParameters other = Fixture.Parameters with { Tau1 = Fixture.Srs.Powers[2] };
        Assert.Equal("pairing", GramVerifier.Verify(other, Fixture.Statement, Proof).Failure?.Name);
    }

    [Fact]
    public void A_failed_check_leaves_the_later_ones_unpassed()
    {
        GramVerification verification = GramVerifier.Verify(Fixture.Parameters, Fixture.Statement, With(Proof, 6, 1));
        Assert.Equal(9, verification.Checks.Count);
        Assert.Equal([true, true, true, true, true, true, false, false, false], verification.Checks.Select(check => check.Passed));
        Assert.Contains("not reached", verification.Checks[^1].Actual, StringComparison.Ordinal);
    }

    private static void AssertRefused(byte[] proof, string expected, string what) =>
        AssertRefused(Fixture.Statement, proof, expected, what);

    private static void AssertRefused(GramStatement statement, string expected, string what) =>
        AssertRefused(statement, Proof, expected, what);

    private static void AssertRefused(GramStatement statement, byte[] proof, string expected, string what)
    {
        // x is a hash, so a field that enters it may be noticed first at the hint.
        string? failed = GramVerifier.Verify(Fixture.Parameters, statement, proof).Failure?.Name;
        bool asExpected = failed == expected || (expected == "identity at x" && failed == "inverse hint");
        Assert.True(asExpected, $"{what}: expected a failure at '{expected}', got {failed ?? "acceptance"}.");
    }

    private static bool IsCoordinate(int word) => PointStarts.Any(start => word == start || word == start + 1);

    private static BigInteger Word(byte[] proof, int word) => new(proof.AsSpan(word * 32, 32), isUnsigned: true, isBigEndian: true);

    private static byte[] With(byte[] proof, int word, BigInteger value)
    {
        byte[] changed = [.. proof];
        Span<byte> target = changed.AsSpan(word * 32, 32);
        target.Clear();
        byte[] bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes.CopyTo(target[(32 - bytes.Length)..]);
        return changed;
    }

    private static GramMatrix Change(GramMatrix gram, int i, int j, BigInteger change)
    {
        var lower = new List<BigInteger>();
        for (int a = 0; a < gram.Rows; a++)
        {
            for (int b = 0; b <= a; b++) lower.Add(gram[a, b] + (a == i && b == j ? change : 0));
        }

        return GramMatrix.FromLowerTriangle(gram.Updates, gram.PublicRows, lower);
    }

    /// <summary>What a context binds, hashed as the contract does; addresses and identifiers stand as texts.</summary>
    private sealed record ContextParts(
        long ChainId, string Market, long Project, long Round, string SrsId, int Dimension, string Submissions, long Invalid)
    {
        public byte[] Hash() => Keccak256.HashData([
            .. Keccak256.HashData("Marketplace.GramProof.v1"u8), .. Number(ChainId), .. Text(Market), .. Number(Project),
            .. Number(Round), .. Text(SrsId), .. Number(Dimension), .. Text(Submissions), .. Number(Invalid),
        ]);

        private static byte[] Text(string text) => Keccak256.HashData(Encoding.UTF8.GetBytes(text));

        private static byte[] Number(long value)
        {
            byte[] bytes = new byte[32];
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(24), value);
            return bytes;
        }
    }
}
