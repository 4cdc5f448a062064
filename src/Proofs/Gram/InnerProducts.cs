// Exact inner products of int16 and wider rows. The intrinsics are in DotAvx2; DotScalar is the plain version it is tested against.

using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Marketplace.Algebra.Lanes;

namespace Marketplace.Proofs.Gram;

/// <summary>Inner products of all pairs of a set of rows.</summary>
internal static class InnerProducts
{
    // All rows' pieces of this many entries stay in the second-level cache while every pair is formed.
    private const int Block = 4096;

    /// <summary>Lower triangle of the Gram matrix of the short rows followed by the wide rows, row by row.</summary>
    /// <exception cref="ArgumentException">Rows of different or no length, or an entry out of range.</exception>
    public static Int128[] LowerTriangle(
        IReadOnlyList<short[]> rows, IReadOnlyList<long[]> wideRows, CancellationToken cancellationToken)
    {
        int dimension = rows[0].Length;
        if (dimension is < 1 or > GramMatrix.MaxDimension)
            throw new ArgumentException($"Vectors must have 1 to {GramMatrix.MaxDimension} entries, row 0 has {dimension}.");
        CheckRows(rows, wideRows, dimension);

        // A wide row becomes three planes of int16 digits; a short row is one plane.
        int planes = rows.Count + (Digits.Count * wideRows.Count);
        long[] totals = new long[planes * (planes + 1) / 2];
        int blocks = (dimension + Block - 1) / Block;
        Parallel.For(
            0,
            blocks,
            new ParallelOptions { CancellationToken = cancellationToken },
            () => (Sums: new long[totals.Length], Digits: new short[Digits.Count * wideRows.Count * Block]),
            (block, _, local) =>
            {
                AddBlock(rows, wideRows, block * Block, Math.Min(Block, dimension - (block * Block)), local.Digits, local.Sums);
                return local;
            },
            local =>
            {
                lock (totals)
                {
                    for (int k = 0; k < totals.Length; k++) totals[k] += local.Sums[k];
                }
            });
        return Assemble(totals, rows.Count, wideRows.Count);
    }

    /// <summary>Σ a_k·b_k; entries must not be −32768.</summary>
    public static long Dot(ReadOnlySpan<short> a, ReadOnlySpan<short> b) =>
        SimdPaths.Current >= SimdPath.Avx2 ? DotAvx2(a, b) : DotScalar(a, b);

    internal static long DotScalar(ReadOnlySpan<short> a, ReadOnlySpan<short> b)
    {
        long sum = 0;
        for (int k = 0; k < a.Length; k++) sum += a[k] * b[k];
        return sum;
    }

    internal static long DotAvx2(ReadOnlySpan<short> a, ReadOnlySpan<short> b)
    {
        ref short left = ref MemoryMarshal.GetReference(a);
        ref short right = ref MemoryMarshal.GetReference(b[..a.Length]);
        Vector256<long> low = Vector256<long>.Zero, high = Vector256<long>.Zero;
        int k = 0;
        for (; k <= a.Length - Vector256<short>.Count; k += Vector256<short>.Count)
        {
            // Two products a lane: at most 2·32767² < 2^31, which is why −32768 is not a legal entry.
            Vector256<int> pairs = Avx2.MultiplyAddAdjacent(
                Vector256.LoadUnsafe(ref left, (nuint)k), Vector256.LoadUnsafe(ref right, (nuint)k));
            low += Vector256.WidenLower(pairs);
            high += Vector256.WidenUpper(pairs);
        }

        return Vector256.Sum(low + high) + DotScalar(a[k..], b[k..a.Length]);
    }

    private static void AddBlock(
        IReadOnlyList<short[]> rows, IReadOnlyList<long[]> wideRows, int start, int length, short[] digits, long[] sums)
    {
        for (int p = 0; p < wideRows.Count; p++)
        {
            Span<short> row = digits.AsSpan(Digits.Count * p * Block);
            Digits.Split(
                wideRows[p].AsSpan(start, length), row[..length], row.Slice(Block, length), row.Slice(2 * Block, length));
        }

        int at = 0;
        int planes = rows.Count + (Digits.Count * wideRows.Count);
        for (int i = 0; i < planes; i++)
        {
            ReadOnlySpan<short> left = Plane(i);
            for (int j = 0; j <= i; j++) sums[at++] += Dot(left, Plane(j));
        }

        ReadOnlySpan<short> Plane(int i) =>
            i < rows.Count ? rows[i].AsSpan(start, length) : digits.AsSpan((i - rows.Count) * Block, length);
    }

    private static Int128[] Assemble(long[] totals, int shortRows, int wideRows)
    {
        int count = shortRows + wideRows;
        var lower = new Int128[count * (count + 1) / 2];
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                // ⟨v, w⟩ = Σ_{a,b} 2^(15(a+b))·⟨v's digits a, w's digits b⟩
                Int128 sum = 0;
                for (int a = 0; a < DigitsOf(i); a++)
                {
                    for (int b = 0; b < DigitsOf(j); b++)
                        sum += (Int128)Total(PlaneOf(i) + a, PlaneOf(j) + b) << (Digits.Bits * (a + b));
                }

                lower[at++] = sum;
            }
        }

        return lower;

        int DigitsOf(int row) => row < shortRows ? 1 : Digits.Count;
        int PlaneOf(int row) => row < shortRows ? row : shortRows + (Digits.Count * (row - shortRows));
        long Total(int i, int j) => i >= j ? totals[(i * (i + 1) / 2) + j] : totals[(j * (j + 1) / 2) + i];
    }

    private static void CheckRows(IReadOnlyList<short[]> rows, IReadOnlyList<long[]> wideRows, int dimension)
    {
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows[i].Length != dimension)
                throw new ArgumentException($"All rows must have row 0's {dimension} entries, row {i} has {rows[i].Length}.");
            int at = rows[i].AsSpan().IndexOf(short.MinValue);
            if (at >= 0)
                throw new ArgumentException($"Entries must be in [−32767, 32767], row {i} has −32768 at {at}.");
        }

        for (int p = 0; p < wideRows.Count; p++)
        {
            if (wideRows[p].Length != dimension)
                throw new ArgumentException($"All rows must have row 0's {dimension} entries, public row {p} has {wideRows[p].Length}.");
            int at = wideRows[p].AsSpan().IndexOfAnyExceptInRange(-GramMatrix.MaxPublicEntry, GramMatrix.MaxPublicEntry);
            if (at >= 0)
            {
                throw new ArgumentException(
                    $"Entries of public rows must be at most {GramMatrix.MaxPublicEntry} in magnitude, public row {p} has "
                        + $"{wideRows[p][at]} at {at}.");
            }
        }
    }
}
