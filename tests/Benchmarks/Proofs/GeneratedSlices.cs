using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Proofs.Split;

namespace Marketplace.Benchmarks.Proofs;

/// <summary>
/// Slices of random rows that nobody has whole: as on a fleet's machines, an array for each row of a slice is filled piece by piece. A piece
/// follows from its place alone, however the rows are cut.
/// </summary>
internal sealed class GeneratedSlices(Srs srs, int updates, int publicRows) : ISliceSource
{
    /// <summary>Short enough that no piece waits for a collection of large objects.</summary>
    private const int Piece = 1 << 13;

    public Task<Slice> ReadAsync(Slicing slicing, int index, CancellationToken cancellationToken)
    {
        Range entries = slicing.Entries(index);
        return Task.FromResult(new Slice(
            srs.Part(slicing.Powers(index), cancellationToken),
            Short(0),
            [.. Enumerable.Range(1, updates).Select(Short)],
            [.. Enumerable.Range(1 + updates, publicRows).Select(Long)]));

        short[] Short(int row) => Row(entries, random => ProofWorkload.Short(random, Piece), row);
        long[] Long(int row) => Row(entries, random => ProofWorkload.Long(random, Piece), row);
    }

    /// <summary>A row's entries in a range.</summary>
    private static T[] Row<T>(Range entries, Func<Random, T[]> piece, int row)
    {
        int start = entries.Start.Value;
        var part = new T[entries.End.Value - start];
        for (int from = start; from < start + part.Length;)
        {
            int inPiece = from % Piece, count = Math.Min(Piece - inPiece, start + part.Length - from);
            T[] whole = piece(new Random(Seed(row, from / Piece)));
            whole.AsSpan(inPiece, count).CopyTo(part.AsSpan(from - start));
            from += count;
        }

        return part;
    }

    /// <summary>Another seed for every piece of every row: there are at most 2^14 pieces.</summary>
    private static int Seed(int row, int piece) => (row << 14) + piece;
}
