using System.Runtime.InteropServices;

namespace Marketplace.Fleet.Proving;

/// <summary>
/// A range of every row of a proof, as bytes in pieces: rows one after the other, entries as they lie in memory, 2 bytes each, or 8 in
/// public rows.
/// </summary>
/// <param name="rows">The reference and the updates.</param>
/// <param name="publicRows">The public rows.</param>
/// <param name="start">The range's first entry.</param>
/// <param name="length">How many entries it has.</param>
internal sealed class SliceRows(IReadOnlyList<short[]> rows, IReadOnlyList<long[]> publicRows, int start, int length)
{
    /// <summary>Bytes of a piece; the last one may have fewer. Messages that are much larger bring machines of a fleet down.</summary>
    public const int PieceLength = 1 << 20;

    private delegate void Part(Span<byte> ofRow, int at);

    /// <summary>Number of pieces.</summary>
    public int Pieces => (int)((ByteLength + PieceLength - 1) / PieceLength);

    private long ByteLength => length * ((sizeof(short) * (long)rows.Count) + (sizeof(long) * (long)publicRows.Count));

    /// <summary>A piece's bytes.</summary>
    public byte[] Read(int piece)
    {
        byte[] bytes = new byte[LengthOf(piece)];
        Visit(piece, (row, at) => row.CopyTo(bytes.AsSpan(at)));
        return bytes;
    }

    /// <summary>Puts a piece where it belongs.</summary>
    /// <exception cref="ArgumentException">There is no such piece, or it has another length.</exception>
    public void Write(int piece, byte[] bytes)
    {
        int expected = LengthOf(piece);
        if (bytes.Length != expected) throw new ArgumentException($"piece {piece} of the rows has {expected} bytes, got {bytes.Length}");
        Visit(piece, (row, at) => bytes.AsSpan(at, row.Length).CopyTo(row));
    }

    private int LengthOf(int piece) => piece >= 0 && piece < Pieces
        ? (int)Math.Min(PieceLength, ByteLength - ((long)piece * PieceLength))
        : throw new ArgumentException($"the rows have {Pieces} pieces, there is no piece {piece}");

    /// <summary>The parts of rows that a piece consists of, and where in it they begin.</summary>
    private void Visit(int piece, Part visit)
    {
        long position = -(long)piece * PieceLength;
        int end = LengthOf(piece);
        foreach (short[] row in rows) Next(MemoryMarshal.AsBytes(row.AsSpan(start, length)));
        foreach (long[] row in publicRows) Next(MemoryMarshal.AsBytes(row.AsSpan(start, length)));

        void Next(Span<byte> row)
        {
            long from = Math.Max(0, -position), to = Math.Min(row.Length, end - position);
            if (from < to) visit(row[(int)from..(int)to], (int)(position + from));
            position += row.Length;
        }
    }
}
