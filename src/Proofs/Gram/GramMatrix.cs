// The Gram matrix of one round: exact integer inner products of all pairs of rows.
//
// Row order everywhere: r (row 0), u_1 … u_n, p_1 … p_P, most recent public row first. N = 1 + n + P rows.
// Packed form, big-endian two's complement, the lower triangle row by row: rows 0 … n as int64,
// then the public rows as int128. So the length is 8·(n+1)(n+2)/2 + 16·Σ_{a=1..P} (1 + n + a) bytes.

using System.Buffers.Binary;
using System.Numerics;
using Marketplace.Proofs.ReferenceStrings;

namespace Marketplace.Proofs.Gram;

/// <summary>Inner products G_ij of the reference (row 0), the updates and the public rows of a round.</summary>
public sealed class GramMatrix : IEquatable<GramMatrix>
{
    /// <summary>Most updates that settle in one round.</summary>
    public const int MaxUpdates = 32;

    /// <summary>Most public rows (earlier aggregates) in one matrix.</summary>
    public const int MaxPublicRows = 2;

    /// <summary>Largest vector length: 2^27 − 32, what the longest reference string commits to. All packed entries fit their width.</summary>
    public const int MaxDimension = Srs.MaxLength - Srs.ReservedCoordinates;

    /// <summary>Largest magnitude of an entry of the reference or an update.</summary>
    public const int MaxUpdateEntry = 32767;

    /// <summary>Largest magnitude of an entry of a public row, Σ b_i·u_i with b_i ≤ 2^16 over 32 updates.</summary>
    public const long MaxPublicEntry = 32L * 65536 * MaxUpdateEntry;

    private readonly Int128[] _lower;

    private GramMatrix(int updates, int publicRows, Int128[] lower)
    {
        Updates = updates;
        PublicRows = publicRows;
        _lower = lower;
    }

    /// <summary>n, the number of updates.</summary>
    public int Updates { get; }

    /// <summary>P, the number of public rows.</summary>
    public int PublicRows { get; }

    /// <summary>N = 1 + n + P.</summary>
    public int Rows => 1 + Updates + PublicRows;

    /// <summary>G_ij. The matrix is symmetric, one triangle is stored.</summary>
    public BigInteger this[int i, int j]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(Math.Min(i, j), nameof(i));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Math.Max(i, j), Rows, nameof(i));
            return _lower[Index(i, j)];
        }
    }

    /// <summary>Length in bytes of the packed form.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than 32 updates, more than 2 public rows, or a negative count.</exception>
    public static int PackedLength(int updates, int publicRows)
    {
        CheckShape(updates, publicRows);
        int first = (updates + 1) * (updates + 2) / 2;
        return (8 * first) + (16 * (Triangle(1 + updates + publicRows) - first));
    }

    /// <summary>A matrix from its lower triangle, row by row: (0,0), (1,0), (1,1), (2,0), …</summary>
    /// <exception cref="ArgumentException">Not N(N+1)/2 entries, or one that does not fit its packed width.</exception>
    public static GramMatrix FromLowerTriangle(int updates, int publicRows, IReadOnlyList<BigInteger> lower)
    {
        CheckShape(updates, publicRows);
        int expected = Triangle(1 + updates + publicRows);
        if (lower.Count != expected)
            throw new ArgumentException($"The lower triangle of {1 + updates + publicRows} rows has {expected} entries, got {lower.Count}.");
        var entries = new Int128[expected];
        for (int k = 0; k < expected; k++)
        {
            bool wide = k >= Triangle(1 + updates);
            BigInteger limit = BigInteger.One << (wide ? 127 : 63);
            if (lower[k] >= limit || lower[k] < -limit)
                throw new ArgumentException($"Entry {k} of the lower triangle does not fit int{(wide ? 128 : 64)}: {lower[k]}.");
            entries[k] = (Int128)lower[k];
        }

        return new GramMatrix(updates, publicRows, entries);
    }

    /// <summary>Reads the packed form.</summary>
    /// <exception cref="FormatException">The length is not exactly that of the shape.</exception>
    public static GramMatrix Parse(ReadOnlySpan<byte> packed, int updates, int publicRows)
    {
        int expected = PackedLength(updates, publicRows);
        if (packed.Length != expected)
        {
            throw new FormatException(
                $"A packed Gram matrix of {updates} updates and {publicRows} public rows has {expected} bytes, got {packed.Length}.");
        }

        var lower = new Int128[Triangle(1 + updates + publicRows)];
        int narrow = Triangle(1 + updates);
        for (int k = 0; k < narrow; k++)
            lower[k] = BinaryPrimitives.ReadInt64BigEndian(packed[(8 * k)..]);
        for (int k = narrow; k < lower.Length; k++)
            lower[k] = BinaryPrimitives.ReadInt128BigEndian(packed[((8 * narrow) + (16 * (k - narrow)))..]);
        return new GramMatrix(updates, publicRows, lower);
    }

    /// <summary>The Gram matrix of the given vectors, exact, on all cores.</summary>
    /// <param name="reference">r: d entries of magnitude at most 32767.</param>
    /// <param name="updates">u_1 … u_n: d entries each, of magnitude at most 32767.</param>
    /// <param name="publicRows">p_1 … p_P: d entries each, of magnitude at most 32·65536·32767.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    /// <exception cref="ArgumentException">A wrong length, an entry out of range, or too many rows.</exception>
    public static GramMatrix Compute(
        short[] reference,
        IReadOnlyList<short[]> updates,
        IReadOnlyList<long[]> publicRows,
        CancellationToken cancellationToken = default)
    {
        CheckShape(updates.Count, publicRows.Count);
        return new GramMatrix(
            updates.Count, publicRows.Count, InnerProducts.LowerTriangle([reference, .. updates], publicRows, cancellationToken));
    }

    /// <summary>The packed form, as the contract takes it.</summary>
    public byte[] Pack()
    {
        byte[] packed = new byte[PackedLength(Updates, PublicRows)];
        Span<byte> rest = packed;
        int narrow = Triangle(1 + Updates);
        for (int k = 0; k < _lower.Length; k++)
        {
            if (k < narrow) BinaryPrimitives.WriteInt64BigEndian(rest, (long)_lower[k]);
            else BinaryPrimitives.WriteInt128BigEndian(rest, _lower[k]);
            rest = rest[(k < narrow ? 8 : 16)..];
        }

        return packed;
    }

    /// <summary>
    /// The bounds the contract enforces: 0 ≤ G_ii ≤ d·max², max the largest entry of that kind of row, and
    /// G_ij² ≤ G_ii·G_jj for every pair. Returns null when all hold, otherwise the first violation in words.
    /// </summary>
    /// <param name="dimension">d, the vector length.</param>
    public string? CheckBounds(long dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimension, MaxDimension);
        for (int i = 0; i < Rows; i++)
        {
            BigInteger largest = i <= Updates ? MaxUpdateEntry : MaxPublicEntry;
            BigInteger bound = dimension * largest * largest;
            if (this[i, i].Sign < 0 || this[i, i] > bound)
                return $"G[{i},{i}] = {this[i, i]} is not in [0, {bound}]";
            for (int j = 0; j < i; j++)
            {
                if (this[i, j] * this[i, j] > this[i, i] * this[j, j])
                    return $"G[{i},{j}]² = {this[i, j]}² exceeds G[{i},{i}]·G[{j},{j}] = {this[i, i]}·{this[j, j]}";
            }
        }

        return null;
    }

    /// <summary>The first row that the rows before it allow no real vector for, as the contract decides it; null when real vectors with
    /// these inner products exist. Assumes that the bounds hold.</summary>
    public int? FirstImpossibleRow() => Semidefinite.FirstImpossibleRow(this);

    /// <inheritdoc/>
    public bool Equals(GramMatrix? other) =>
        other is not null && Updates == other.Updates && PublicRows == other.PublicRows && _lower.AsSpan().SequenceEqual(other._lower);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GramMatrix);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Updates, PublicRows, _lower[0], _lower[^1]);

    private static void CheckShape(int updates, int publicRows)
    {
        if (updates is < 0 or > MaxUpdates)
            throw new ArgumentOutOfRangeException(nameof(updates), updates, $"A Gram matrix has 0 to {MaxUpdates} updates.");
        if (publicRows is < 0 or > MaxPublicRows)
            throw new ArgumentOutOfRangeException(nameof(publicRows), publicRows, $"A Gram matrix has 0 to {MaxPublicRows} public rows.");
    }

    private static int Triangle(int rows) => rows * (rows + 1) / 2;

    private static int Index(int i, int j) => i >= j ? Triangle(i) + j : Triangle(j) + i;
}
