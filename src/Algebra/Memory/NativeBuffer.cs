using System.Runtime.InteropServices;

namespace Marketplace.Algebra.Memory;

/// <summary>Memory outside the collector's heap, aligned to cache lines, for the vector kernels.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private ulong* _start;

    /// <param name="words">Length in 64-bit words.</param>
    internal NativeBuffer(long words) => _start = (ulong*)NativeMemory.AlignedAlloc((nuint)Math.Max(words, 8) * sizeof(ulong), 64);

    ~NativeBuffer() => Free();

    internal ulong* Start => _start;

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
    }
}
