namespace Marketplace.Learning.Layers;

/// <summary>The layer types that a document may name.</summary>
internal static class LayerTypes
{
    private static readonly Dictionary<string, Func<LayerReader, Layer>> Types = new(StringComparer.Ordinal)
    {
        ["linear"] = Linear.Read,
        ["conv1d"] = Conv1d.Read,
        ["conv2d"] = Conv2d.Read,
        ["relu"] = reader => Activation.Read(reader, ActivationKind.Relu),
        ["gelu"] = reader => Activation.Read(reader, ActivationKind.Gelu),
        ["silu"] = reader => Activation.Read(reader, ActivationKind.Silu),
        ["tanh"] = reader => Activation.Read(reader, ActivationKind.Tanh),
        ["sigmoid"] = reader => Activation.Read(reader, ActivationKind.Sigmoid),
        ["maxPool2d"] = reader => Pool2d.Read(reader, average: false),
        ["avgPool2d"] = reader => Pool2d.Read(reader, average: true),
        ["adaptiveAvgPool2d"] = AdaptiveAvgPool2d.Read,
        ["groupNorm"] = GroupNorm.Read,
        ["layerNorm"] = LayerNorm.Read,
        ["dropout"] = Dropout.Read,
        ["flatten"] = Flatten.Read,
        ["unflatten"] = Unflatten.Read,
        ["transpose"] = Transpose.Read,
        ["sequenceMean"] = SequenceMean.Read,
        ["embedding"] = Embedding.Read,
        ["positionalEmbedding"] = PositionalEmbedding.Read,
        ["lstm"] = reader => Recurrent.Read(reader, RecurrentKind.Lstm),
        ["gru"] = reader => Recurrent.Read(reader, RecurrentKind.Gru),
        ["multiheadAttention"] = MultiheadAttention.Read,
        ["transformerEncoder"] = TransformerEncoder.Read,
        ["residual"] = Residual.Read,
    };

    /// <exception cref="InvalidDataException">The type is unknown, or its members are wrong; the message names the layer.</exception>
    public static Layer Read(LayerReader reader)
    {
        if (Types.TryGetValue(reader.Type, out Func<LayerReader, Layer>? read))
            return read(reader);

        // Its running means are no parameters: they would be neither averaged nor committed to, and clients' batches differ.
        if (reader.Type is "batchNorm1d" or "batchNorm2d")
            throw reader.Error("batch normalization keeps statistics of its batches, which a round cannot average; use groupNorm.");
        throw reader.Error($"unknown layer type \"{reader.Type}\"; expected one of {string.Join(", ", Types.Keys)}.");
    }
}
