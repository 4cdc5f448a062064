namespace Marketplace.Learning.Layers;

/// <summary>
/// Self-attention over [length, features] (Vaswani et al., 2017). Parameters: in_proj_weight [3·features, features], in_proj_bias
/// [3·features], out_proj.weight [features, features], out_proj.bias [features].
/// </summary>
/// <param name="Heads">Number of heads; divides the features.</param>
public sealed record MultiheadAttention(int Heads) : Layer
{
    internal override long Operations => base.Operations + Pairs(Input);

    /// <summary>Each position is compared and mixed with each other one.</summary>
    internal static long Pairs(IReadOnlyList<int> input) => 2L * input[0] * input[0] * input[1];

    internal static Layer Read(LayerReader reader)
    {
        int heads = ReadHeads(reader, copies: 1);
        return reader.Place(new MultiheadAttention(heads), reader.Input, Tensors("", reader.Input[1]));
    }

    internal static int ReadHeads(LayerReader reader, int copies)
    {
        (int length, int features) = reader.Sequence();
        int heads = reader.Integer("heads", 1, features);
        if (features % heads != 0)
            throw reader.Error($"\"heads\" is {heads}; expected a divisor of the {features} features.");
        reader.CountInternal(copies * ((Int128)heads * length * length + 4 * (Int128)length * features), "the attention between all positions");
        return heads;
    }

    internal static TensorPlan[] Tensors(string prefix, int features) =>
    [
        TensorPlan.Weight($"{prefix}in_proj_weight", features, 3 * features, features),
        TensorPlan.Zeros($"{prefix}in_proj_bias", 3 * features),
        TensorPlan.Weight($"{prefix}out_proj.weight", features, features, features),
        TensorPlan.Zeros($"{prefix}out_proj.bias", features),
    ];
}

/// <summary>
/// A stack of transformer encoder layers over [length, features], normalized after each addition, without dropout. Parameters of each layer k:
/// those of <see cref="MultiheadAttention"/> under layers.{k}.self_attn, linear1 and linear2, norm1 and norm2.
/// </summary>
/// <param name="Layers">How many are stacked.</param>
/// <param name="Heads">Heads of each; divides the features.</param>
/// <param name="FeedForward">Values between the two linear maps.</param>
/// <param name="Activation">Between the two linear maps: ReLU or GELU.</param>
public sealed record TransformerEncoder(int Layers, int Heads, int FeedForward, ActivationKind Activation) : Layer
{
    private const int MaxStack = 64;

    internal override long Operations => base.Operations + Layers * MultiheadAttention.Pairs(Input);

    internal static Layer Read(LayerReader reader)
    {
        (int length, int features) = reader.Sequence();
        int stack = reader.Integer("layers", 1, MaxStack, 1), heads = MultiheadAttention.ReadHeads(reader, stack);
        int between = reader.Integer("feedForward", 1, 1 << 20);
        ActivationKind activation = reader.Choice("activation", "relu", "gelu") == "gelu" ? ActivationKind.Gelu : ActivationKind.Relu;
        reader.CountInternal((Int128)stack * length * between, "the feed-forward values together");
        var tensors = new List<TensorPlan>();
        for (int k = 0; k < stack; k++)
        {
            string prefix = $"layers.{k}.";
            tensors.AddRange(MultiheadAttention.Tensors($"{prefix}self_attn.", features));
            tensors.Add(TensorPlan.Weight($"{prefix}linear1.weight", features, between, features));
            tensors.Add(TensorPlan.Zeros($"{prefix}linear1.bias", between));
            tensors.Add(TensorPlan.Weight($"{prefix}linear2.weight", between, features, between));
            tensors.Add(TensorPlan.Zeros($"{prefix}linear2.bias", features));
            foreach (string norm in (string[])["norm1", "norm2"])
            {
                tensors.Add(TensorPlan.Ones($"{prefix}{norm}.weight", features));
                tensors.Add(TensorPlan.Zeros($"{prefix}{norm}.bias", features));
            }
        }

        return reader.Place(new TransformerEncoder(stack, heads, between, activation), reader.Input, [.. tensors]);
    }
}
