using Marketplace.Learning.Models;

namespace Marketplace.Learning.Layers;

/// <summary>Any shape to [n], slowest dimension first.</summary>
public sealed record Flatten : Layer
{
    internal static Layer Read(LayerReader reader) => reader.Place(new Flatten(), [Shapes.Size(reader.Input)]);
}

/// <summary>[n] to the shape that it says, of as many values.</summary>
/// <param name="Shape">The dimensions, at most three, slowest first.</param>
public sealed record Unflatten(IReadOnlyList<int> Shape) : Layer
{
    internal static Layer Read(LayerReader reader)
    {
        int values = reader.Vector();
        int[] shape = reader.Integers("shape", 3, 1, LayerReader.MaxDimension, "dimensions", isRequired: true)!;
        reader.CheckSize(shape, "the shape");
        if (Shapes.Size(shape) != values)
            throw reader.Error($"\"shape\" {Shapes.Text(shape)} has {Shapes.Size(shape)} values; the input has {values}.");
        return reader.Place(new Unflatten(shape), shape);
    }
}

/// <summary>Swaps the two dimensions: between [length, features] and [channels, length].</summary>
public sealed record Transpose : Layer
{
    internal static Layer Read(LayerReader reader)
    {
        (int rows, int columns) = reader.Input.Count == 2 ? (reader.Input[0], reader.Input[1]) : throw reader.WrongInput("two dimensions");
        return reader.Place(new Transpose(), [columns, rows]);
    }
}

/// <summary>[length, features] to the positions' mean [features].</summary>
public sealed record SequenceMean : Layer
{
    internal static Layer Read(LayerReader reader) => reader.Place(new SequenceMean(), [reader.Sequence().Features]);
}
