using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Marketplace.Learning.Torch;

/// <summary>
/// Arrays as tensors of the processor, copied into memory of libtorch's own, which begins at a whole cache line. A tensor laid over an array of
/// the runtime begins anywhere, and sums over it then depend on where.
/// </summary>
internal static class Tensors
{
    /// <summary>All values, at most 2^29 less one.</summary>
    public static Tensor Copy(ReadOnlySpan<float> values, params long[] shape)
    {
        Tensor copy = empty(shape, dtype: ScalarType.Float32);
        values.CopyTo(Values(copy));
        return copy;
    }

    /// <summary>Rows of a table, [rows, width], at most 2^29 less one values.</summary>
    /// <param name="table">The table, row-major.</param>
    /// <param name="width">Values of a row.</param>
    /// <param name="rows">Which, in their order.</param>
    public static Tensor Rows(ReadOnlySpan<float> table, int width, ReadOnlySpan<int> rows)
    {
        Tensor copy = empty(rows.Length, width, dtype: ScalarType.Float32);
        Span<float> values = Values(copy);
        for (int i = 0; i < rows.Length; i++)
            table.Slice(rows[i] * width, width).CopyTo(values[(i * width)..]);
        return copy;
    }

    /// <summary>
    /// a + b. TorchSharp's operators make the factor of b, a <see cref="Scalar"/> of 1, for the call only, and the garbage collector may
    /// free it in the middle of the call; here it lives as long as the call.
    /// </summary>
    public static Tensor Sum(Tensor a, Tensor b)
    {
        using Scalar one = 1.ToScalar();
        return a.add(b, one);
    }

    /// <summary>a − b, by a factor that lives as long as the call.</summary>
    public static Tensor Difference(Tensor a, Tensor b)
    {
        using Scalar minusOne = (-1).ToScalar();
        return a.add(b, minusOne);
    }

    private static Span<float> Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
