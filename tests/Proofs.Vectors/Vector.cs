using System.Text.Json.Nodes;
using Marketplace.Algebra.Curves;
using Marketplace.Algebra.MultiScalar;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;

namespace Marketplace.Proofs.Vectors;

/// <summary>One statement with its proof.</summary>
internal static class Vector
{
    public static JsonObject Create(Srs srs, VectorOptions options, int seed)
    {
        var random = new Random(seed);
        byte[] context = new byte[GramStatement.ContextLength];
        random.NextBytes(context);
        context = options.Context ?? context;
        short[] reference = Short(random, options.Dimension);
        short[][] updates = [.. Enumerable.Range(0, options.Updates).Select(_ => Update(random, reference, options.Correlated))];
        long[][] publicRows = [.. Enumerable.Range(0, options.PublicRows).Select(_ => Long(random, options.Dimension))];
        Fr[] blinders = [.. Enumerable.Range(0, 1 + options.Updates + options.PublicRows).Select(_ => Scalar(random))];

        G1[] commitments =
        [
            Commitment.Commit(srs, reference.AsSpan(), blinders[0]),
            .. updates.Select((u, i) => Commitment.Commit(srs, u.AsSpan(), blinders[1 + i])),
            .. publicRows.Select((p, a) => Commitment.Commit(srs, p.AsSpan(), blinders[1 + updates.Length + a])),
        ];
        var gram = GramMatrix.Compute(reference, updates, publicRows);
        var statement = new GramStatement(context, options.Dimension, commitments, gram);
        GramProof proof = GramProver.Prove(
            srs, statement, new GramWitness(reference, updates, publicRows, blinders), null, CancellationToken.None);
        int[] weights = [.. updates.Select(_ => random.Next(1 << 16))];
        Fr[] scalars = [.. weights.Select(weight => Fr.FromUInt64((ulong)weight))];
        G1 aggregate = Msm.Compute(commitments[1..(1 + scalars.Length)], scalars, CancellationToken.None);
        return new JsonObject
        {
            ["seed"] = seed,
            ["context"] = Hex(context),
            ["dimension"] = options.Dimension,
            ["updates"] = options.Updates,
            ["publicRows"] = options.PublicRows,
            ["commitments"] = new JsonArray([.. commitments.Select(Point)]),
            ["gram"] = Hex(gram.Pack()),
            ["proof"] = Hex(proof.ToBytes()),
            ["aggregate"] = new JsonObject
            {
                ["weights"] = new JsonArray([.. weights.Select(weight => (JsonNode)weight)]),
                ["commitment"] = Point(aggregate),
            },
        };
    }

    public static JsonNode Point(G1 point) => new JsonObject { ["x"] = point.X.ToString(), ["y"] = point.Y.ToString() };

    private static short[] Update(Random random, short[] reference, bool correlated)
    {
        short[] noise = Short(random, reference.Length);
        if (!correlated) return noise;
        for (int k = 0; k < noise.Length; k++) noise[k] = (short)((reference[k] + noise[k]) / 2);
        return noise;
    }

    private static short[] Short(Random random, int length) =>
        [.. Enumerable.Range(0, length).Select(_ => (short)random.Next(-GramMatrix.MaxUpdateEntry, GramMatrix.MaxUpdateEntry + 1))];

    private static long[] Long(Random random, int length) =>
        [.. Enumerable.Range(0, length).Select(_ => random.NextInt64(-GramMatrix.MaxPublicEntry, GramMatrix.MaxPublicEntry + 1))];

    private static Fr Scalar(Random random)
    {
        byte[] bytes = new byte[64];
        random.NextBytes(bytes);
        return Fr.FromBytesReduced(bytes);
    }

    private static string Hex(byte[] bytes) => $"0x{Convert.ToHexStringLower(bytes)}";
}
