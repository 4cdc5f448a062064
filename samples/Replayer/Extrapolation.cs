using Marketplace.Learning.Storage;

namespace Marketplace.Replayer;

/// <summary>What a free rider submits: the current model, moved on once more by what the last aggregate did.</summary>
internal static class Extrapolation
{
    /// <param name="before">The model of the round before, safetensors.</param>
    /// <param name="now">The model of this round.</param>
    /// <returns>now + (now − before), entry by entry.</returns>
    public static byte[] Of(byte[] before, byte[] now)
    {
        Safetensors earlier = Safetensors.Read(before), current = Safetensors.Read(now);
        return Safetensors.Write(
        [
            .. current.Tensors.Select(tensor =>
            {
                float[] values = tensor.ToArray<float>(), previous = earlier.Get(tensor.Name).ToArray<float>();
                for (int k = 0; k < values.Length; k++)
                    values[k] += values[k] - previous[k];
                return SafetensorsTensor.From<float>(tensor.Name, [.. tensor.Shape.Select(size => (int)size)], values);
            }),
        ]);
    }
}
