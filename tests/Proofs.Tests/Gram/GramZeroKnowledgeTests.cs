using Marketplace.Algebra.Curves;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;

namespace Marketplace.Proofs.Tests.Gram;

/// <summary>Transcripts made from the statement alone, without any witness, verify once the challenges may be chosen first.</summary>
public class GramZeroKnowledgeTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 1)]
    [InlineData(16, 2)]
    [InlineData(32, 2)]
    public void Simulated_transcripts_verify_under_programmed_challenges(int updates, int publicRows)
    {
        int seed = 40 + updates;
        GramFixture fixture = GramFixture.Random(seed, updates, publicRows, 64);
        (GramProof proof, GramChallenges challenges) = Simulate(fixture.Srs, fixture.Statement, new Random(seed));
        Assert.True(GramVerifier.HoldsFor(fixture.Parameters, fixture.Statement, proof, challenges), $"seed {seed}");

        // Under the hashes' own challenges the same transcript proves nothing.
        Assert.False(GramVerifier.Verify(fixture.Parameters, fixture.Statement, proof.ToBytes()).Accepted);
    }

    // Even of false statements: so a transcript by itself carries no information about the vectors.
    [Fact]
    public void Simulated_transcripts_verify_for_a_matrix_that_is_not_the_vectors()
    {
        GramFixture fixture = GramFixture.Random(50, 2, 0, 64);
        GramStatement other = fixture.Statement with { Gram = GramFixture.Random(51, 2, 0, 64).Statement.Gram };
        (GramProof proof, GramChallenges challenges) = Simulate(fixture.Srs, other, new Random(50));
        Assert.True(GramVerifier.HoldsFor(fixture.Parameters, other, proof, challenges));
    }

    /// <summary>
    /// Chooses z, x, ρ* and t, a random c of degree 2, and g of degree 2 with g(x) random, g(1/x) from the identity and a random
    /// leading coefficient; then C_m is what is left: [c(τ)]_1 − Σ z_i·C_i + ρ*·H. γ stays an honest hash.
    /// </summary>
    private static (GramProof Proof, GramChallenges Challenges) Simulate(Srs srs, GramStatement statement, Random random)
    {
        UInt128[] rows = [.. Enumerable.Range(0, statement.Gram.Rows).Select(_ => new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()))];
        Fr[] z = [.. rows.Select(GramTranscript.ToScalar)];
        Fr x = GramFixture.Scalar(random), inverse = x.Inverse(), blinder = GramFixture.Scalar(random), norm = GramFixture.Scalar(random);
        Fr[] c = [GramFixture.Scalar(random), GramFixture.Scalar(random), GramFixture.Scalar(random)];

        Fr s = norm;
        for (int i = 0; i < z.Length; i++)
        {
            for (int j = 0; j < z.Length; j++) s += z[i] * z[j] * Fr.FromBigInteger(statement.Gram[i, j]);
        }

        Fr atX = GramFixture.Scalar(random), leading = GramFixture.Scalar(random);
        Fr atInverse = x * ((NaiveProver.Evaluate(c, x) * NaiveProver.Evaluate(c, inverse)) - s - (x * atX));
        Fr slope = (atX - atInverse - (leading * (x.Square() - inverse.Square()))) * (x - inverse).Inverse();
        Fr[] g = [atX - (leading * x.Square()) - (slope * x), slope, leading];

        G1 mask = NaiveProver.Commit(srs, c) + (Commitment.H * blinder);
        for (int i = 0; i < z.Length; i++) mask -= statement.Commitments[i] * z[i];
        GramProof proof = NaiveProver.Open(srs, mask, norm, blinder, c, g, x);
        Fr gamma = GramTranscript.Batching(
            x, proof.CombinationAtPoint, proof.CombinationAtInverse, proof.AutocorrelationAtPoint, proof.AutocorrelationAtInverse);
        return (proof, new GramChallenges(rows, x, gamma));
    }
}
