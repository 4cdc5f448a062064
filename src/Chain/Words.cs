using System.Numerics;

namespace Marketplace.Chain;

/// <summary>Integers as big-endian words of fixed width.</summary>
internal static class Words
{
    /// <summary>2^256 − 1.</summary>
    public static readonly BigInteger MaxUInt256 = (BigInteger.One << 256) - 1;

    /// <summary>Fills <paramref name="destination"/> with the big-endian number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or does not fit.</exception>
    public static void WriteUnsigned(BigInteger value, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        int length = value.IsZero ? 0 : value.GetByteCount(isUnsigned: true);
        if (length > destination.Length)
            throw new ArgumentOutOfRangeException(nameof(value), value, $"Does not fit into {destination.Length} bytes.");
        destination.Clear();
        if (length > 0) value.TryWriteBytes(destination[^length..], out _, isUnsigned: true, isBigEndian: true);
    }
}
