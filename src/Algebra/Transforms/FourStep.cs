// Ntt.Autocorrelate of size M = A·B in pieces that need not lie in one memory (D. H. Bailey, "FFTs in external or hierarchical memory",
// 1990). Index n = B·a + b, frequency j = k + A·l:
//
//   X_{k + A·l} = Σ_b ω_M^{b·k} · (Σ_a x_{B·a + b}·ω_A^{a·k}) · ω_B^{b·l}
//
// A column is all a of one b, a row all b of one k. The transform is: every column forward; every row forward, X_j·X_{−j}/M, and back;
// every column back. Between these, whoever holds columns and whoever holds rows exchange elements. The negative of row k is row A − k,
// so rows come in pairs {k, A − k}; rows 0 and A/2 are their own negatives and make up pair 0.

using System.Numerics;
using Marketplace.Algebra.Fields;
using Marketplace.Algebra.Lanes;

namespace Marketplace.Algebra.Transforms;

/// <summary>The steps of a cyclic autocorrelation of 2^12 to 2^28 elements on any columns and rows of it.</summary>
public abstract class FourStep
{
    /// <summary>The smallest size: 64 columns of 64 elements.</summary>
    public const int MinLength = 1 << 12;

    private protected FourStep(int length)
    {
        if (!BitOperations.IsPow2(length) || length is < MinLength or > Ntt.MaxLength)
            throw new ArgumentException($"The length must be a power of two from 2^12 to 2^28; {length} came. Pad with zeros.");
        Length = length;
        int log = BitOperations.Log2((uint)length);
        Columns = 1 << (log / 2);
        Rows = length / Columns;
    }

    /// <summary>M.</summary>
    public int Length { get; }

    /// <summary>B, how many columns there are; a row has as many elements.</summary>
    public int Columns { get; }

    /// <summary>A, how many rows there are; a column has as many elements.</summary>
    public int Rows { get; }

    /// <summary>The steps for a size, with this processor's best instructions.</summary>
    /// <param name="length">M, a power of two from 2^12 to 2^28.</param>
    public static FourStep OfLength(int length) => OfLength(length, SimdPaths.Current);

    /// <summary>The two rows of a pair.</summary>
    /// <param name="pair">0 to A/2 − 1.</param>
    public (int First, int Second) Pair(int pair) => pair == 0 ? (0, Rows / 2) : (pair, Rows - pair);

    /// <summary>Where a column has the element of row k between <see cref="Forward"/> and <see cref="Back"/>: at k with its bits reversed.</summary>
    public int PlaceOf(int row)
    {
        int place = 0;
        for (int bit = 1; bit < Rows; bit *= 2, row >>= 1) place = (2 * place) + (row & 1);
        return place;
    }

    /// <summary>Transforms columns, one after the other in memory; the elements are then those of rows, see <see cref="PlaceOf"/>.</summary>
    /// <param name="columns">Some columns of A elements, the first of them all being b.</param>
    /// <param name="first">b.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    public abstract void Forward(Memory<Fr> columns, int first, CancellationToken cancellationToken);

    /// <summary>Transforms rows, multiplies opposite frequencies, and transforms back.</summary>
    /// <param name="rows">The rows of neighboring pairs, two a pair as <see cref="Pair"/> has them, B elements each.</param>
    /// <param name="firstPair">The first of the pairs.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    public abstract void Correlate(Memory<Fr> rows, int firstPair, CancellationToken cancellationToken);

    /// <summary>Undoes <see cref="Forward"/>.</summary>
    /// <inheritdoc cref="Forward" path="/param"/>
    public abstract void Back(Memory<Fr> columns, int first, CancellationToken cancellationToken);

    internal static FourStep OfLength(int length, SimdPath path) => path switch
    {
        SimdPath.Avx512 => new FourStep<Limb29Kernel<LaneVector512, FrModulus>>(length),
        SimdPath.Avx2 => new FourStep<Limb29Kernel<LaneVector256, FrModulus>>(length),
        _ => new FourStep<MontgomeryKernel<FrModulus>>(length),
    };
}
