using System.Buffers;
using Marketplace.Algebra.Memory;

namespace Marketplace.Algebra.Tests.Memory;

public sealed class NativeBufferTests
{
    [Fact]
    public unsafe void Starts_at_a_cache_line_and_keeps_what_was_written()
    {
        using NativeBuffer<Fr> buffer = new(1000);
        Assert.Equal(0u, (nuint)buffer.Start % 64);
        Assert.Equal(1000, buffer.GetSpan().Length);
        for (int k = 0; k < 1000; k++) buffer.GetSpan()[k] = Fr.FromInt64(k);
        for (int k = 0; k < 1000; k++) Assert.Equal(Fr.FromInt64(k), buffer.Memory.Span[k]);
        using MemoryHandle pinned = buffer.Memory.Pin();
        Assert.True(pinned.Pointer == buffer.Start);
    }

    [Fact]
    public void Can_be_empty()
    {
        using NativeBuffer<short> buffer = new(0);
        Assert.True(buffer.GetSpan().IsEmpty);
    }

    [Fact]
    public unsafe void Is_refused_after_disposal()
    {
        NativeBuffer<ulong> buffer = new(8);
        buffer.Dispose();
        buffer.Dispose();
        Assert.True(buffer.Start == null);
        Assert.Throws<ObjectDisposedException>(() => buffer.GetSpan());
        Assert.Throws<ObjectDisposedException>(() => buffer.Pin());
    }

    [Fact]
    public void A_negative_or_absurd_length_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new NativeBuffer<ulong>(-1));
        Assert.Throws<OverflowException>(() => new NativeBuffer<ulong>(long.MaxValue));
    }
}
