using Marketplace.Learning.Storage;

namespace Marketplace.Demo;

/// <summary>
/// The demo's free rider, as an external training command: it knows the model before this one, and returns the current model moved on
/// once more by the difference, which is what the last aggregate did.
/// </summary>
internal static class Replayer
{
    /// <param name="folder">Folder of the round, with the global model.</param>
    /// <param name="trained">Where to write the model that it pretends to have trained.</param>
    public static void Run(string folder, string trained)
    {
        byte[] current = File.ReadAllBytes(Path.Combine(folder, "model.safetensors"));
        int dash = folder.LastIndexOf('-');
        int round = int.Parse(folder.AsSpan(dash + 1), provider: System.Globalization.CultureInfo.InvariantCulture);
        string earlier = Path.Combine($"{folder[..dash]}-{round - 1}", "model.safetensors");
        File.WriteAllBytes(trained, File.Exists(earlier) ? Extrapolate(File.ReadAllBytes(earlier), current) : current);
    }

    private static byte[] Extrapolate(byte[] before, byte[] now)
    {
        Safetensors old = Safetensors.Read(before), current = Safetensors.Read(now);
        return Safetensors.Write(
        [
            .. current.Tensors.Select(tensor =>
            {
                float[] values = tensor.ToArray<float>(), previous = old.Get(tensor.Name).ToArray<float>();
                for (int k = 0; k < values.Length; k++)
                    values[k] += values[k] - previous[k];
                return SafetensorsTensor.From<float>(tensor.Name, [.. tensor.Shape.Select(size => (int)size)], values);
            }),
        ]);
    }
}
