using System.Buffers;
using System.Runtime.InteropServices;

namespace Marketplace.Algebra.Memory;

/// <summary>
/// Memory outside the collector's heap, aligned to cache lines and freed at once: kernels want plain pointers, and a prover's
/// vectors are too large to wait for a collection of the oldest generation while the next proof allocates its own.
/// </summary>
/// <remarks>Every owner must dispose of it. There is no finalizer, which could free under a span or a pointer.</remarks>
public sealed unsafe class NativeBuffer<T> : MemoryManager<T>, IDisposable
    where T : unmanaged
{
    private const int CacheLine = 64;

    private readonly long _length;
    private T* _start;

    /// <param name="length">Number of elements; their values are undefined.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    /// <exception cref="OutOfMemoryException">There is no such memory.</exception>
    public NativeBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        _length = length;
        _start = (T*)NativeMemory.AlignedAlloc(Math.Max(checked((nuint)length * (nuint)sizeof(T)), CacheLine), CacheLine);
    }

    /// <summary>The first element; null after disposal.</summary>
    internal T* Start => _start;

    /// <inheritdoc/>
    /// <exception cref="OverflowException">There are more elements than a span can have.</exception>
    public override Span<T> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_start == null, this);
        return new Span<T>(_start, checked((int)_length));
    }

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ObjectDisposedException.ThrowIf(_start == null, this);
        ArgumentOutOfRangeException.ThrowIfNegative(elementIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(elementIndex, _length);
        return new MemoryHandle(_start + elementIndex, default, this);
    }

    /// <inheritdoc/>
    public override void Unpin()
    {
        // Native memory does not move.
    }

    /// <summary>Frees the memory; spans and pointers into it must no longer be used.</summary>
    public void Dispose() => Dispose(disposing: true);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
    }
}
