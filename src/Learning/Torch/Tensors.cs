using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Marketplace.Learning.Torch;

/// <summary>Arrays as tensors of the processor.</summary>
internal static class Tensors
{
    // A tensor's bytes are one span, so longer arrays go in parts.
    private const int Part = 1 << 28;

    /// <summary>
    /// Copies values into memory of libtorch's own, which begins at a whole cache line. A tensor laid over an array of the runtime begins anywhere,
    /// and sums over it then depend on where.
    /// </summary>
    public static Tensor Copy(ReadOnlySpan<float> values, params long[] shape)
    {
        Tensor flat = empty(values.Length, dtype: ScalarType.Float32);
        for (int start = 0; start < values.Length; start += Part)
        {
            int count = Math.Min(Part, values.Length - start);
            using Tensor part = flat.narrow(0, start, count);
            MemoryMarshal.AsBytes(values.Slice(start, count)).CopyTo(part.bytes);
        }

        Tensor shaped = flat.view(shape);
        flat.Dispose();
        return shaped;
    }
}
