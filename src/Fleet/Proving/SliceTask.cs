using Marketplace.Proofs.Gram;
using Marketplace.Proofs.Split;

namespace Marketplace.Fleet.Proving;

/// <summary>Which part of which proof a machine is to do.</summary>
/// <param name="Order">Drawn for this hand-out of slices.</param>
/// <param name="Dimension">d.</param>
/// <param name="Slices">k.</param>
/// <param name="Slice">Which of them, from 0.</param>
/// <param name="Updates">n.</param>
/// <param name="PublicRows">P.</param>
/// <param name="Srs">The id of the reference string.</param>
/// <param name="SrsDimension">The longest vector that it commits to.</param>
[GenerateSerializer, Immutable, Alias("Marketplace.Fleet.SliceTask")]
internal sealed record SliceTask(
    [property: Id(0)] Guid Order,
    [property: Id(1)] int Dimension,
    [property: Id(2)] int Slices,
    [property: Id(3)] int Slice,
    [property: Id(4)] int Updates,
    [property: Id(5)] int PublicRows,
    [property: Id(6)] byte[] Srs,
    [property: Id(7)] int SrsDimension)
{
    public SliceOrder ToOrder() => new(Order, Dimension, Slices, Slice);

    /// <summary>How the work is cut, of a task that can be done.</summary>
    /// <exception cref="ArgumentException">No proof is cut like this.</exception>
    public Slicing Check()
    {
        var slicing = new Slicing(Dimension, Slices);
        if (Slice < 0 || Slice >= Slices)
            throw new ArgumentException($"there are slices 0 to {Slices - 1}, got {Slice}");
        return Updates is >= 1 and <= GramMatrix.MaxUpdates && PublicRows is >= 0 and <= GramMatrix.MaxPublicRows
            ? slicing
            : throw new ArgumentException(
                $"a proof is about 1 to {GramMatrix.MaxUpdates} updates and at most {GramMatrix.MaxPublicRows} public rows");
    }
}
