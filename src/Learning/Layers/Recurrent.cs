using System.Text.Json.Serialization;

namespace Marketplace.Learning.Layers;

/// <summary>The recurrent cells.</summary>
public enum RecurrentKind
{
    /// <summary>Long short-term memory (Hochreiter and Schmidhuber, 1997), with forget gates.</summary>
    Lstm,

    /// <summary>Gated recurrent unit (Cho et al., 2014).</summary>
    Gru,
}

/// <summary>
/// A recurrent network over [length, features], starting from zeros. Parameters of each stacked layer k: weight_ih_l{k} [gates·hidden, in],
/// weight_hh_l{k} [gates·hidden, hidden], bias_ih_l{k} and bias_hh_l{k} [gates·hidden]; an LSTM has 4 gates, a GRU 3.
/// </summary>
/// <param name="Kind">Which cell.</param>
/// <param name="Hidden">Values of the hidden state.</param>
/// <param name="Layers">How many are stacked.</param>
/// <param name="Last">
/// Whose states come out: every position's, <c>sequence</c>, [length, hidden], or the last one's alone, <c>last</c>, [hidden].
/// </param>
public sealed record Recurrent(RecurrentKind Kind, int Hidden, int Layers, [property: JsonPropertyName("output")] bool Last) : Layer
{
    private const int MaxStack = 16;
    private const int MaxHidden = 1 << 16;

    internal static Layer Read(LayerReader reader, RecurrentKind kind)
    {
        (int length, int features) = reader.Sequence();
        int hidden = reader.Integer("hidden", 1, MaxHidden), stack = reader.Integer("layers", 1, MaxStack, 1);
        bool last = reader.Choice("output", "sequence", "last") == "last";
        int gates = kind == RecurrentKind.Lstm ? 4 : 3;
        reader.CountInternal((Int128)length * hidden * (gates + 1) * stack, "the cells' states together");
        var tensors = new List<TensorPlan>();
        for (int k = 0; k < stack; k++)
        {
            int inputs = k == 0 ? features : hidden;
            tensors.Add(TensorPlan.Weight($"weight_ih_l{k}", inputs, gates * hidden, inputs));
            tensors.Add(TensorPlan.Weight($"weight_hh_l{k}", hidden, gates * hidden, hidden));
            tensors.Add(TensorPlan.Zeros($"bias_ih_l{k}", gates * hidden));
            tensors.Add(TensorPlan.Zeros($"bias_hh_l{k}", gates * hidden));
        }

        int[] output = last ? [hidden] : [length, hidden];
        return reader.Place(new Recurrent(kind, hidden, stack, last), output, [.. tensors]);
    }
}
