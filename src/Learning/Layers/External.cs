namespace Marketplace.Learning.Layers;

/// <summary>
/// What a program of the owner's computes, from any shape to [out]; the built-in engine does not. Parameters: those that <c>tensors</c> lists.
/// </summary>
/// <param name="Tensors">
/// The parameters in their order: each a <c>name</c>, such as <c>conv1.weight</c>, and a <c>shape</c>. They start uniformly in ±<c>spread</c> around
/// <c>center</c>: by default around 0, weights with variance 1 / inputs, and what has one dimension at 0.
/// </param>
/// <param name="Out">Values that come out.</param>
public sealed record External(IReadOnlyList<ExternalTensor> Tensors, int Out) : Layer
{
    internal static Layer Read(LayerReader reader)
    {
        IReadOnlyList<ExternalTensor> tensors = reader.Tensors("tensors");
        int output = reader.Integer("out");
        return reader.Place(new External(tensors, output), [output], [.. tensors.Select(tensor => tensor.Plan)]);
    }
}
