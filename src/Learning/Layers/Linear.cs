namespace Marketplace.Learning.Layers;

/// <summary>y = x·Wᵀ + b, on [n] or on each position of [length, features]. Parameters: weight [out, n], bias [out].</summary>
/// <param name="Out">Features out.</param>
public sealed record Linear(int Out) : Layer
{
    internal static Layer Read(LayerReader reader)
    {
        int inputs = reader.Input.Count == 2 ? reader.Input[1] : reader.Vector();
        int features = reader.Integer("out");
        int[] output = reader.Input.Count == 2 ? [reader.Input[0], features] : [features];
        return reader.Place(
            new Linear(features), output, TensorPlan.Weight("weight", inputs, features, inputs), TensorPlan.Zeros("bias", features));
    }
}
