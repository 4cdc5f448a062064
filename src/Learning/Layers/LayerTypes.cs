namespace Marketplace.Learning.Layers;

/// <summary>The layer types that a document may name.</summary>
internal static class LayerTypes
{
    private static readonly Dictionary<string, (Type Record, Func<LayerReader, Layer> Read)> Types = new(StringComparer.Ordinal)
    {
        ["linear"] = (typeof(Linear), Linear.Read),
        ["conv1d"] = (typeof(Conv1d), Conv1d.Read),
        ["conv2d"] = (typeof(Conv2d), Conv2d.Read),
        ["relu"] = (typeof(Activation), reader => Activation.Read(reader, ActivationKind.Relu)),
        ["gelu"] = (typeof(Activation), reader => Activation.Read(reader, ActivationKind.Gelu)),
        ["silu"] = (typeof(Activation), reader => Activation.Read(reader, ActivationKind.Silu)),
        ["tanh"] = (typeof(Activation), reader => Activation.Read(reader, ActivationKind.Tanh)),
        ["sigmoid"] = (typeof(Activation), reader => Activation.Read(reader, ActivationKind.Sigmoid)),
        ["maxPool2d"] = (typeof(Pool2d), reader => Pool2d.Read(reader, average: false)),
        ["avgPool2d"] = (typeof(Pool2d), reader => Pool2d.Read(reader, average: true)),
        ["adaptiveAvgPool2d"] = (typeof(AdaptiveAvgPool2d), AdaptiveAvgPool2d.Read),
        ["groupNorm"] = (typeof(GroupNorm), GroupNorm.Read),
        ["layerNorm"] = (typeof(LayerNorm), LayerNorm.Read),
        ["dropout"] = (typeof(Dropout), Dropout.Read),
        ["flatten"] = (typeof(Flatten), Flatten.Read),
        ["unflatten"] = (typeof(Unflatten), Unflatten.Read),
        ["transpose"] = (typeof(Transpose), Transpose.Read),
        ["sequenceMean"] = (typeof(SequenceMean), SequenceMean.Read),
        ["embedding"] = (typeof(Embedding), Embedding.Read),
        ["positionalEmbedding"] = (typeof(PositionalEmbedding), PositionalEmbedding.Read),
        ["lstm"] = (typeof(Recurrent), reader => Recurrent.Read(reader, RecurrentKind.Lstm)),
        ["gru"] = (typeof(Recurrent), reader => Recurrent.Read(reader, RecurrentKind.Gru)),
        ["multiheadAttention"] = (typeof(MultiheadAttention), MultiheadAttention.Read),
        ["transformerEncoder"] = (typeof(TransformerEncoder), TransformerEncoder.Read),
        ["residual"] = (typeof(Residual), Residual.Read),
        ["external"] = (typeof(External), External.Read),
    };

    /// <summary>The record of each type.</summary>
    public static IReadOnlyDictionary<string, Type> Records { get; } =
        Types.ToDictionary(type => type.Key, type => type.Value.Record, StringComparer.Ordinal);

    /// <exception cref="InvalidDataException">The type is unknown, or its members are wrong; the message names the layer.</exception>
    public static Layer Read(LayerReader reader)
    {
        if (Types.TryGetValue(reader.Type, out (Type Record, Func<LayerReader, Layer> Read) type))
            return type.Read(reader);

        // Its running means are no parameters: they would be neither averaged nor committed to, and clients' batches differ.
        if (reader.Type is "batchNorm1d" or "batchNorm2d")
            throw reader.Error("batch normalization keeps statistics of its batches, which a round cannot average; use groupNorm.");
        throw reader.Error($"unknown layer type \"{reader.Type}\"; expected one of {string.Join(", ", Types.Keys)}.");
    }
}
