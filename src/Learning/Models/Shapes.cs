namespace Marketplace.Learning.Models;

/// <summary>Shapes of one sample.</summary>
internal static class Shapes
{
    public static int Size(IReadOnlyList<int> shape) => shape.Aggregate(1, (product, dimension) => product * dimension);

    public static string Text(IReadOnlyList<int> shape) => $"[{string.Join(", ", shape)}]";

    public static Int128 LongSize(IReadOnlyList<int> shape) => shape.Aggregate((Int128)1, (product, dimension) => product * dimension);

    /// <exception cref="InvalidDataException">The shape has too many values.</exception>
    public static void Check(IReadOnlyList<int> shape, string what)
    {
        Int128 size = LongSize(shape);
        if (size > ModelSpecification.MaxActivations)
            throw new InvalidDataException($"{what} {Text(shape)} has {size} values; at most {ModelSpecification.MaxActivations} are allowed.");
    }
}
