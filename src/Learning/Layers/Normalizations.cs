namespace Marketplace.Learning.Layers;

/// <summary>
/// Normalizes groups of channels of each sample (Wu and He, 2018), over [channels, height, width] or [channels, length].
/// Parameters: weight [channels], bias [channels].
/// </summary>
/// <param name="Groups">Number of groups; divides the channels.</param>
public sealed record GroupNorm(int Groups) : Layer
{
    internal static Layer Read(LayerReader reader)
    {
        if (reader.Input.Count < 2)
            throw reader.WrongInput("[channels, height, width] or [channels, length]");
        int channels = reader.Input[0], groups = reader.Integer("groups", 1, channels);
        if (channels % groups != 0)
            throw reader.Error($"\"groups\" is {groups}; expected a divisor of the {channels} channels.");
        return reader.Place(new GroupNorm(groups), reader.Input, TensorPlan.Ones("weight", channels), TensorPlan.Zeros("bias", channels));
    }
}

/// <summary>
/// Normalizes the features of [n], or of each position of [length, features] (Ba, Kiros and Hinton, 2016).
/// Parameters: weight [features], bias [features].
/// </summary>
public sealed record LayerNorm : Layer
{
    internal static Layer Read(LayerReader reader)
    {
        if (reader.Input.Count > 2)
            throw reader.WrongInput("[n] or [length, features]; use groupNorm for images");
        int features = reader.Input[^1];
        return reader.Place(new LayerNorm(), reader.Input, TensorPlan.Ones("weight", features), TensorPlan.Zeros("bias", features));
    }
}
