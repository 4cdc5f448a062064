using Marketplace.Algebra.Curves;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;

namespace Marketplace.Proofs.Split;

/// <summary>What a worker holds: its range of the reference string and of every row.</summary>
/// <param name="Powers">[τ^k]_1 from two before the range's first coefficient, or from 0, to its last.</param>
/// <param name="Reference">The range's entries of r.</param>
/// <param name="Updates">Those of u_1 … u_n.</param>
/// <param name="PublicRows">Those of p_1 … p_P.</param>
public sealed record Slice(
    ReadOnlyMemory<G1> Powers, short[] Reference, IReadOnlyList<short[]> Updates, IReadOnlyList<long[]> PublicRows);

/// <summary>Where a worker gets its slice from.</summary>
public interface ISliceSource
{
    /// <summary>Reads a slice.</summary>
    /// <param name="slicing">How the work is cut.</param>
    /// <param name="index">Which slice, 0 to k − 1.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    Task<Slice> ReadAsync(Slicing slicing, int index, CancellationToken cancellationToken);
}

/// <summary>Copies slices of rows that are all in this process, and shares the reference string.</summary>
/// <param name="srs">The SRS, with at least d + 32 powers.</param>
/// <param name="reference">r, d entries.</param>
/// <param name="updates">u_1 … u_n, likewise.</param>
/// <param name="publicRows">p_1 … p_P, likewise.</param>
public sealed class SlicesInMemory(Srs srs, short[] reference, IReadOnlyList<short[]> updates, IReadOnlyList<long[]> publicRows)
    : ISliceSource
{
    /// <param name="srs">The SRS, with at least d + 32 powers.</param>
    /// <param name="witness">The rows; the blinders are not for workers.</param>
    public SlicesInMemory(Srs srs, GramWitness witness)
        : this(srs, witness.Reference, witness.Updates, witness.PublicRows)
    {
    }

    /// <inheritdoc/>
    public Task<Slice> ReadAsync(Slicing slicing, int index, CancellationToken cancellationToken)
    {
        int[] lengths = [reference.Length, .. updates.Select(row => row.Length), .. publicRows.Select(row => row.Length)];
        int wrong = Array.FindIndex(lengths, length => length != slicing.Dimension);
        if (wrong >= 0) throw new ArgumentException($"Row {wrong} must have {slicing.Dimension} entries, it has {lengths[wrong]}.");
        Range entries = slicing.Entries(index);
        return Task.FromResult(new Slice(
            srs.Part(slicing.Powers(index), cancellationToken),
            reference[entries],
            [.. updates.Select(row => row[entries])],
            [.. publicRows.Select(row => row[entries])]));
    }
}
