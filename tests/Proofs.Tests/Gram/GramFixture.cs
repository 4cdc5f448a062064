using Marketplace.Algebra.Curves;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;

namespace Marketplace.Proofs.Tests.Gram;

/// <summary>Random valid statements with witnesses, from a seed.</summary>
internal sealed record GramFixture(Srs Srs, GramStatement Statement, GramWitness Witness)
{
    private static readonly Lazy<Srs> Shared = new(() => Srs.CreateDevelopment(512 + Srs.ReservedCoordinates));

    /// <summary>A development SRS for vectors of up to 512 entries.</summary>
    public static Srs SharedSrs => Shared.Value;

    public SrsParameters Parameters => Srs.Parameters;

    public static GramFixture Random(int seed, int updates, int publicRows, int dimension, Srs? srs = null)
    {
        var random = new Random(seed);
        short[] reference = Short(random, dimension);
        short[][] rows = [.. Enumerable.Range(0, updates).Select(_ => Short(random, dimension))];
        long[][] wide = [.. Enumerable.Range(0, publicRows).Select(_ => Long(random, dimension))];
        Fr[] blinders = [.. Enumerable.Range(0, 1 + updates + publicRows).Select(_ => Scalar(random))];
        byte[] context = new byte[GramStatement.ContextLength];
        random.NextBytes(context);
        return Of(context, reference, rows, wide, blinders, srs);
    }

    public static GramFixture Of(
        byte[] context, short[] reference, short[][] updates, long[][] publicRows, Fr[] blinders, Srs? srs = null)
    {
        srs ??= SharedSrs;
        var witness = new GramWitness(reference, updates, publicRows, blinders);
        G1[] commitments =
        [
            Commitment.Commit(srs, reference.AsSpan(), blinders[0]),
            .. updates.Select((u, i) => Commitment.Commit(srs, u.AsSpan(), blinders[1 + i])),
            .. publicRows.Select((p, a) => Commitment.Commit(srs, p.AsSpan(), blinders[1 + updates.Length + a])),
        ];
        var gram = GramMatrix.Compute(reference, updates, publicRows);
        return new GramFixture(srs, new GramStatement(context, reference.Length, commitments, gram), witness);
    }

    public GramProof Prove() => GramProver.Prove(Srs, Statement, Witness, null, CancellationToken.None);

    public static short[] Short(Random random, int length) =>
        [.. Enumerable.Range(0, length).Select(_ => (short)random.Next(-GramMatrix.MaxUpdateEntry, GramMatrix.MaxUpdateEntry + 1))];

    public static long[] Long(Random random, int length) =>
        [.. Enumerable.Range(0, length).Select(_ => random.NextInt64(-GramMatrix.MaxPublicEntry, GramMatrix.MaxPublicEntry + 1))];

    public static Fr Scalar(Random random)
    {
        byte[] bytes = new byte[64];
        random.NextBytes(bytes);
        return Fr.FromBytesReduced(bytes);
    }
}
