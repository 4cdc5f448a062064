using System.Buffers;
using System.Runtime.InteropServices;

namespace Marketplace.Algebra.Memory;

/// <summary>
/// Field elements outside the collector's heap, freed at once: a prover's vectors are too large to wait for a collection of the
/// oldest generation while the next proof allocates its own.
/// </summary>
/// <param name="length">Number of elements, at least 1; their values are undefined.</param>
internal sealed unsafe class NativeVector(int length) : MemoryManager<Fr>
{
    private Fr* _start = (Fr*)NativeMemory.AlignedAlloc((nuint)length * (nuint)sizeof(Fr), 64);

    /// <inheritdoc/>
    public override Span<Fr> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_start == null, this);
        return new Span<Fr>(_start, length);
    }

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(elementIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(elementIndex, length);
        return new MemoryHandle(_start + elementIndex, default, this);
    }

    /// <inheritdoc/>
    public override void Unpin()
    {
        // Native memory does not move.
    }

    /// <summary>Frees the memory; spans over it must no longer be used. There is no finalizer, which could free under a span.</summary>
    protected override void Dispose(bool disposing)
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
    }
}
