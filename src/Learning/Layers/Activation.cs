namespace Marketplace.Learning.Layers;

/// <summary>The functions that an <see cref="Activation"/> may be.</summary>
public enum ActivationKind
{
    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x·Φ(x), with the normal distribution's Φ (Hendrycks and Gimpel, 2016).</summary>
    Gelu,

    /// <summary>x/(1 + e^−x), also called swish.</summary>
    Silu,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>1/(1 + e^−x).</summary>
    Sigmoid,
}

/// <summary>A function of each value alone; any shape.</summary>
/// <param name="Kind">Which.</param>
public sealed record Activation(ActivationKind Kind) : Layer
{
    internal static Layer Read(LayerReader reader, ActivationKind kind) => reader.Place(new Activation(kind), reader.Input);
}

/// <summary>
/// In training sets each value to 0 with some probability and scales the others up, so that expectations stay; drawn from the training's seed.
/// In evaluation it does nothing. Any shape.
/// </summary>
/// <param name="Rate">The probability, in [0, 1).</param>
public sealed record Dropout(double Rate) : Layer
{
    internal static Layer Read(LayerReader reader) => reader.Place(new Dropout(reader.Fraction("rate")), reader.Input);
}
