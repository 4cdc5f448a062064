using Marketplace.Learning.Models;

namespace Marketplace.Learning.Layers;

/// <summary>Replaces integer indices by rows of a table. Parameters: weight [vocabulary, dimension].</summary>
/// <param name="Vocabulary">Rows of the table; indices run from 0 to one less.</param>
/// <param name="Dimension">Values of a row.</param>
/// <param name="Columns">
/// Which of the input's features are indices, ascending; null for all of them. With columns given the output is the other features in their
/// order, followed by each column's row.
/// </param>
/// <param name="Sequence">Whether the rows of [n] become [n, dimension], not one vector.</param>
/// <param name="Features">The sample's own features that the indices are.</param>
public sealed record Embedding(int Vocabulary, int Dimension, IReadOnlyList<int>? Columns, bool Sequence, IReadOnlyList<int> Features) : Layer
{
    internal static Layer Read(LayerReader reader)
    {
        IReadOnlyList<int> features = reader.Features
            ?? throw reader.Error("an embedding reads indices, so only embedding layers may come before it.");
        int width = reader.Vector();
        int vocabulary = reader.Integer("vocabulary"), dimension = reader.Integer("dimension");
        int[]? columns = reader.Integers("columns", width, 0, width - 1, "columns");
        bool sequence = reader.Flag("sequence");
        if (columns is null && features.Count < width)
            throw reader.Error("an earlier embedding's output is not an index; name the index \"columns\".");
        if (columns is not null && sequence)
            throw reader.Error("\"columns\" and \"sequence\" exclude each other: only a whole input of indices is a sequence.");
        for (int i = 0; i < columns?.Length; i++)
        {
            if (i > 0 && columns[i] <= columns[i - 1])
                throw reader.Error($"\"columns\"[{i}] is {columns[i]} after {columns[i - 1]}; list each column once, ascending.");
            if (columns[i] >= features.Count)
                throw reader.Error($"\"columns\"[{i}] is {columns[i]}, an earlier embedding's output; indices are among the first {features.Count}.");
        }

        int indexed = columns?.Length ?? width;
        long output = width - indexed + (long)indexed * dimension;
        if (output > ModelSpecification.MaxActivations)
            throw reader.Error($"the output has {output} values; at most {ModelSpecification.MaxActivations} are allowed.");
        int[] read = [.. (columns ?? Enumerable.Range(0, width)).Select(column => features[column])];
        reader.PassFeatures([.. features.Except(read)]);
        return reader.Place(
            new Embedding(vocabulary, dimension, columns, sequence, read),
            sequence ? [width, dimension] : [(int)output],
            TensorPlan.Weight("weight", dimension, vocabulary, dimension));
    }
}

/// <summary>Adds a learned vector to each position of [length, features]. Parameters: weight [length, features].</summary>
public sealed record PositionalEmbedding : Layer
{
    internal static Layer Read(LayerReader reader)
    {
        (int length, int features) = reader.Sequence();
        return reader.Place(new PositionalEmbedding(), reader.Input, TensorPlan.Weight("weight", features, length, features));
    }
}
