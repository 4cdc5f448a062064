// How a proof of dimension d is cut into k slices. Three cuts, one after the other:
//
//   ranges    slice j has the coefficients L·j/k … L·(j + 1)/k − 1 of L = d + 32, the last one the mask too
//   columns   slice j has B/k neighboring columns of the transform's A × B matrix: places n with n mod B among them
//   rows      slice j has A/2k neighboring pairs of its rows (FourStep)

using System.Numerics;
using Marketplace.Algebra.Transforms;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;

namespace Marketplace.Proofs.Split;

/// <summary>A cut of a proof's work into slices.</summary>
public sealed record Slicing
{
    /// <summary>Most slices.</summary>
    public const int MaxCount = FourStep.MinLength / 64 / 2;

    /// <summary>Fewest entries of a row for each of several slices, so that every slice has some and the last one all of the mask.</summary>
    public const int MinEntries = 64;

    /// <param name="dimension">d, 1 to 2^27 − 32.</param>
    /// <param name="count">k, a power of two up to <see cref="MaxCount"/>; above 1, at most d/64.</param>
    /// <exception cref="ArgumentException">Either is out of range.</exception>
    public Slicing(int dimension, int count)
    {
        if (dimension is < 1 or > GramMatrix.MaxDimension)
            throw new ArgumentException($"The dimension must be 1 to {GramMatrix.MaxDimension}, got {dimension}.");
        if (!BitOperations.IsPow2(count) || count > Largest(dimension, MaxCount))
        {
            throw new ArgumentException(
                $"A proof of dimension {dimension} is cut into 1, 2, 4, … up to {Largest(dimension, MaxCount)} slices, "
                + $"of at least {MinEntries} entries each; got {count}.");
        }

        Dimension = dimension;
        Count = count;
    }

    /// <summary>d.</summary>
    public int Dimension { get; }

    /// <summary>k.</summary>
    public int Count { get; }

    /// <summary>L = d + 32.</summary>
    internal int Length => Dimension + Srs.ReservedCoordinates;

    /// <summary>M.</summary>
    internal int TransformSize => Math.Max(FourStep.MinLength, Autocorrelation.TransformSize(Length));

    /// <summary>How many lags from M/2 up there are, which the transform adds to those below.</summary>
    internal int Overlap => Math.Max(0, Length - (TransformSize / 2));

    /// <summary>The most slices for so many workers.</summary>
    public static int Largest(int dimension, int workers)
    {
        int most = Math.Min(Math.Min(workers, MaxCount), dimension / MinEntries);
        return most < 1 ? 1 : 1 << BitOperations.Log2((uint)most);
    }

    /// <summary>The first coefficient of a slice's range; of slice k, L.</summary>
    internal int Start(int slice) => (int)((long)Length * slice / Count);

    /// <summary>The entries of rows in a slice's range.</summary>
    public Range Entries(int slice) => Start(slice)..Math.Min(Start(slice + 1), Dimension);

    /// <summary>The powers that commit to a slice's range of a vector and, moved by two, of the quotient.</summary>
    public Range Powers(int slice) => Math.Max(0, Start(slice) - 2)..Start(slice + 1);
}
