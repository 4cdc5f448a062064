using Marketplace.Fleet.Proving;

namespace Marketplace.Fleet.Tests;

/// <summary>How rows are cut into messages.</summary>
public sealed class SliceRowsTests
{
    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(1000, 2, 3)]
    [InlineData(300_001, 2, 5)]
    public void Rows_come_together_again_from_pieces_of_at_most_a_megabyte(int length, int publicRows, int start)
    {
        short[][] rows = [.. Enumerable.Range(0, 4).Select(_ => Make(length + 7 + start, random => (short)random.Next()))];
        long[][] wide = [.. Enumerable.Range(0, publicRows).Select(_ => Make(length + 7 + start, random => random.NextInt64()))];
        SliceRows source = new(rows, wide, start, length);
        short[][] gotten = [.. rows.Select(_ => new short[length])];
        long[][] gottenWide = [.. wide.Select(_ => new long[length])];
        SliceRows target = new(gotten, gottenWide, 0, length);
        Assert.Equal(source.Pieces, target.Pieces);
        foreach (int piece in Enumerable.Range(0, source.Pieces).Reverse())
        {
            byte[] bytes = source.Read(piece);
            Assert.InRange(bytes.Length, 1, 1 << 20);
            target.Write(piece, bytes);
        }
        Assert.Equal(rows.Select(row => row[start..(start + length)]), gotten);
        Assert.Equal(wide.Select(row => row[start..(start + length)]), gottenWide);
    }

    [Theory]
    [InlineData(-1, 2000)]
    [InlineData(1, 2000)]
    [InlineData(0, 1999)]
    [InlineData(0, 2001)]
    public void Pieces_that_do_not_fit_are_refused(int piece, int length) =>
        Assert.Throws<ArgumentException>(() => new SliceRows([new short[1000]], [], 0, 1000).Write(piece, new byte[length]));

    private static T[] Make<T>(int length, Func<Random, T> next) => [.. Enumerable.Range(0, length).Select(_ => next(Random.Shared))];
}
