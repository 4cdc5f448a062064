using System.Buffers.Binary;
using System.Numerics;
using Marketplace.Protocol.Scoring;

namespace Marketplace.Protocol.Tests.Scoring;

/// <summary>A Gram matrix for tests, of any symmetric entries. Rows: the reference, the updates, the public rows.</summary>
internal sealed class TestGram
{
    private readonly BigInteger[,] _entries;

    public TestGram(int updates, int publicRows)
    {
        Updates = updates;
        PublicRows = publicRows;
        _entries = new BigInteger[1 + updates + publicRows, 1 + updates + publicRows];
    }

    public int Updates { get; }

    public int PublicRows { get; }

    public int Rows => 1 + Updates + PublicRows;

    public BigInteger this[int i, int j]
    {
        get => _entries[i, j];
        set => _entries[i, j] = _entries[j, i] = value;
    }

    /// <summary>The matrix of the vectors, each repeated end to end <paramref name="repetitions"/> times.</summary>
    public static TestGram Of(IReadOnlyList<BigInteger[]> rows, int publicRows, long repetitions = 1)
    {
        TestGram gram = new(rows.Count - 1 - publicRows, publicRows);
        for (int i = 0; i < rows.Count; i++)
        {
            for (int j = 0; j <= i; j++)
                gram[i, j] = repetitions * rows[i].Zip(rows[j], (x, y) => x * y).Aggregate(BigInteger.Zero, BigInteger.Add);
        }

        return gram;
    }

    public static TestGram Of(int publicRows, params long[][] rows) =>
        Of([.. rows.Select(row => row.Select(entry => (BigInteger)entry).ToArray())], publicRows);

    public ScoringOutcome Score() => RoundScoring.Score(Updates, PublicRows, (i, j) => this[i, j]);

    public ScoringOutcome Score(ScoringConstants constants) => RoundScoring.Score(Updates, PublicRows, (i, j) => this[i, j], constants);

    /// <summary>The same rows with the updates in another order: update i of the result is update order[i − 1] of this.</summary>
    public TestGram Permute(int[] order)
    {
        int[] source = [0, .. order, .. Enumerable.Range(Updates + 1, PublicRows)];
        TestGram permuted = new(Updates, PublicRows);
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j <= i; j++)
                permuted[i, j] = this[source[i], source[j]];
        }

        return permuted;
    }

    /// <summary>The layout that contracts/libraries/GramMatrix.sol reads.</summary>
    public byte[] Pack()
    {
        using MemoryStream output = new();
        Span<byte> buffer = stackalloc byte[16];
        for (int i = 0; i <= Updates; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                BinaryPrimitives.WriteInt64BigEndian(buffer, (long)this[i, j]);
                output.Write(buffer[..8]);
            }
        }

        for (int i = Updates + 1; i < Rows; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                BinaryPrimitives.WriteInt128BigEndian(buffer, (Int128)this[i, j]);
                output.Write(buffer);
            }
        }

        return output.ToArray();
    }

    public static TestGram Unpack(ReadOnlySpan<byte> packed, int updates, int publicRows)
    {
        TestGram gram = new(updates, publicRows);
        for (int i = 0; i < gram.Rows; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                bool isPublic = i > updates;
                gram[i, j] = isPublic
                    ? (BigInteger)BinaryPrimitives.ReadInt128BigEndian(packed)
                    : BinaryPrimitives.ReadInt64BigEndian(packed);
                packed = packed[(isPublic ? 16 : 8)..];
            }
        }

        return gram;
    }

    public override string ToString() =>
        $"n={Updates} P={PublicRows}\n" + string.Join('\n', Enumerable.Range(0, Rows).Select(i =>
            string.Join(' ', Enumerable.Range(0, i + 1).Select(j => this[i, j].ToString(null, null)))));
}
