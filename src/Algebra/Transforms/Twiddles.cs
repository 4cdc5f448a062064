using Marketplace.Algebra.Lanes;
using Marketplace.Algebra.Memory;

// Twiddles in bit-reversed order: w_b = ω_{2B}^{rev(b)} for block b of B = 2^L blocks, rev reversing L bits. Since bit t of b
// stands for the power 2^{L−1−t} of ω_{2^{L+1}}, which is ω_{2^{t+2}}, the table is the same for every L:
//   w_0 = 1,   w_{2^t + b} = w_b · ω_{2^{t+2}} for b < 2^t.


namespace Marketplace.Algebra.Transforms;

/// <summary>The table of twiddles for one size and direction, packed, of the kernel's scale.</summary>
internal sealed unsafe class Twiddles<TKernel> : IDisposable
    where TKernel : struct, ILaneKernel
{
    private const int ElementWords = 4;
    private const int Chunk = 4096;

    private readonly NativeBuffer<ulong> _memory;

    /// <param name="length">Length of the transform, a power of two of at least 2.</param>
    /// <param name="isInverse">Whether to take ω⁻¹ for ω.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    internal Twiddles(int length, bool isInverse, CancellationToken cancellationToken)
    {
        _memory = new NativeBuffer<ulong>((long)length / 2 * ElementWords);
        *(Fr*)Start = Scaled(Fr.One);
        for (int filled = 1; filled < length / 2; filled *= 2)
        {
            Fr root = Ntt.RootOfUnity(4 * filled);
            Fr factor = Scaled(isInverse ? root.Inverse() : root);
            int half = filled;
            int lanes = Math.Min(TKernel.Lanes, filled);
            Parallel.For(0, (half + Chunk - 1) / Chunk, new ParallelOptions { CancellationToken = cancellationToken }, chunk =>
                Extend(half, chunk * Chunk, Math.Min(half, (chunk + 1) * Chunk), factor, lanes));
        }
    }

    /// <summary>w_0; each further one 4 words on.</summary>
    internal ulong* Start => _memory.Start;

    /// <summary>The stored element in the kernel's scale.</summary>
    internal static Fr Scaled(Fr value)
    {
        TKernel.Scale((ulong*)&value);
        return value;
    }

    public void Dispose() => _memory.Dispose();

    private void Extend(int half, int from, int to, Fr factor, int lanes)
    {
        ulong* group = stackalloc ulong[2 * LaneLimits.Words];
        ulong* multiplier = group + TKernel.Words;
        ulong** sources = stackalloc ulong*[LaneLimits.Lanes];
        ulong** targets = stackalloc ulong*[LaneLimits.Lanes];
        TKernel.UnpackBroadcast(multiplier, (ulong*)&factor);
        for (int b = from; b < to; b += lanes)
        {
            for (int l = 0; l < TKernel.Lanes; l++)
            {
                // Fewer elements than lanes: the others repeat the last.
                sources[l] = Start + ((long)ElementWords * (b + Math.Min(l, lanes - 1)));
                targets[l] = sources[l] + ((long)ElementWords * half);
            }

            TKernel.Unpack(group, sources);
            TKernel.Multiply(group, group, multiplier);
            TKernel.Pack(group, targets);
        }
    }
}
