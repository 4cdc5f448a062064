using System.Security.Cryptography;
using Marketplace.Algebra.Curves;
using Marketplace.Proofs;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;

namespace Marketplace.Fleet.Tests;

/// <summary>Rows and the statement about them.</summary>
internal sealed record ProofCase(Srs Srs, GramStatement Statement, GramWitness Witness)
{
    private static readonly Lazy<Srs> Shared = new(() => Srs.OpenDevelopment(1 << 17, Srs.DevelopmentCache));

    public static ProofCase Of(int dimension, int updates = 3, int publicRows = 1)
    {
        Srs srs = Shared.Value;
        short[][] rows = [.. Enumerable.Range(0, 1 + updates).Select(_ => Row(dimension))];
        long[][] wide = [.. Enumerable.Range(0, publicRows).Select(_ => Row(dimension).Select(entry => entry * 65536L).ToArray())];
        Fr[] blinders = [.. Enumerable.Range(0, rows.Length + publicRows).Select(_ => Fr.FromBytesReduced(RandomNumberGenerator.GetBytes(64)))];
        G1[] commitments =
        [
            .. rows.Select((row, k) => Commitment.Commit(srs, row, blinders[k])),
            .. wide.Select((row, k) => Commitment.Commit(srs, row, blinders[rows.Length + k])),
        ];
        GramWitness witness = new(rows[0], rows[1..], wide, blinders);
        GramMatrix gram = GramMatrix.Compute(rows[0], rows[1..], wide, CancellationToken.None);
        return new ProofCase(srs, new GramStatement(RandomNumberGenerator.GetBytes(32), dimension, commitments, gram), witness);
    }

    public void Check(GramProof proof) => Assert.Null(GramVerifier.Verify(Srs.Parameters, Statement, proof.ToBytes()).Failure);

    private static short[] Row(int dimension) => [.. Enumerable.Range(0, dimension).Select(_ => (short)Random.Shared.Next(-32767, 32768))];
}
