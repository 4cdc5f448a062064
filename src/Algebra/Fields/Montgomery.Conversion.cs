using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Marketplace.Algebra.Fields;

public readonly partial struct Montgomery<TModulus>
{
    /// <summary>The residue of a machine word.</summary>
    public static Montgomery<TModulus> FromUInt64(ulong value) =>
        Multiply(new(value, 0, 0, 0), MontgomeryConstants<TModulus>.RSquared);

    /// <summary>The residue of a signed machine word; negative values wrap to q − |value|.</summary>
    public static Montgomery<TModulus> FromInt64(long value)
    {
        Montgomery<TModulus> magnitude = FromUInt64(value < 0 ? 0 - (ulong)value : (ulong)value);
        return value < 0 ? -magnitude : magnitude;
    }

    /// <summary>The residue of any integer, negative ones included.</summary>
    public static Montgomery<TModulus> FromBigInteger(BigInteger value)
    {
        BigInteger residue = BigInteger.Remainder(value, MontgomeryConstants<TModulus>.Modulus);
        if (residue.Sign < 0)
        {
            residue += MontgomeryConstants<TModulus>.Modulus;
        }

        Span<byte> bytes = stackalloc byte[ByteLength];
        WriteBigEndian(residue, bytes);
        return FromBytes(bytes);
    }

    /// <summary>Reads 32 big-endian bytes.</summary>
    /// <exception cref="FormatException">The length is not 32, or the value is not below the modulus.</exception>
    public static Montgomery<TModulus> FromBytes(ReadOnlySpan<byte> bigEndian)
    {
        if (bigEndian.Length != ByteLength)
        {
            throw new FormatException(
                $"A field element takes {ByteLength} bytes, big-endian; {bigEndian.Length} came. Pad with leading zeros.");
        }

        return TryFromBytes(bigEndian, out Montgomery<TModulus> value)
            ? value
            : throw new FormatException(
                $"A field element must be below the modulus 0x{MontgomeryConstants<TModulus>.Modulus:x}; "
                + "the 32 bytes that came are not. Use FromBytesReduced where reduction is meant.");
    }

    /// <summary>Reads 32 big-endian bytes; false when the length is not 32 or the value is not below the modulus.</summary>
    public static bool TryFromBytes(ReadOnlySpan<byte> bigEndian, out Montgomery<TModulus> value)
    {
        value = default;
        if (bigEndian.Length != ByteLength)
        {
            return false;
        }

        ulong l3 = BinaryPrimitives.ReadUInt64BigEndian(bigEndian);
        ulong l2 = BinaryPrimitives.ReadUInt64BigEndian(bigEndian[8..]);
        ulong l1 = BinaryPrimitives.ReadUInt64BigEndian(bigEndian[16..]);
        ulong l0 = BinaryPrimitives.ReadUInt64BigEndian(bigEndian[24..]);

        // The value is below q exactly when subtracting q borrows.
        ulong borrow = 0;
        SubtractBorrow(l0, TModulus.Limb0, ref borrow);
        SubtractBorrow(l1, TModulus.Limb1, ref borrow);
        SubtractBorrow(l2, TModulus.Limb2, ref borrow);
        SubtractBorrow(l3, TModulus.Limb3, ref borrow);
        if (borrow == 0)
        {
            return false;
        }

        value = Multiply(new(l0, l1, l2, l3), MontgomeryConstants<TModulus>.RSquared);
        return true;
    }

    /// <summary>
    /// Whether all of these are below q as they lie in memory. Elements that were copied as raw bytes from another machine may not be, and
    /// arithmetic expects it.
    /// </summary>
    public static bool AreReduced(ReadOnlySpan<Montgomery<TModulus>> elements)
    {
        ulong reduced = 1;
        foreach (ref readonly Montgomery<TModulus> element in elements)
        {
            ulong borrow = 0;
            SubtractBorrow(element._l0, TModulus.Limb0, ref borrow);
            SubtractBorrow(element._l1, TModulus.Limb1, ref borrow);
            SubtractBorrow(element._l2, TModulus.Limb2, ref borrow);
            SubtractBorrow(element._l3, TModulus.Limb3, ref borrow);
            reduced &= borrow;
        }

        return reduced == 1;
    }

    /// <summary>The residue of a big-endian integer of any length; no bytes at all mean zero.</summary>
    public static Montgomery<TModulus> FromBytesReduced(ReadOnlySpan<byte> bigEndian) =>
        FromBigInteger(new BigInteger(bigEndian, isUnsigned: true, isBigEndian: true));

    /// <summary>Writes the integer in [0, q) that this stands for as 32 big-endian bytes.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than 32 bytes.</exception>
    public void WriteBytes(Span<byte> destination)
    {
        if (destination.Length < ByteLength)
        {
            throw new ArgumentException(
                $"A field element takes {ByteLength} bytes; the destination has {destination.Length}.", nameof(destination));
        }

        (ulong l0, ulong l1, ulong l2, ulong l3) = ToLimbs();
        BinaryPrimitives.WriteUInt64BigEndian(destination, l3);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], l2);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], l1);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], l0);
    }

    /// <summary>The integer in [0, q) as 32 big-endian bytes.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[ByteLength];
        WriteBytes(bytes);
        return bytes;
    }

    /// <summary>The integer in [0, q) that this stands for.</summary>
    public BigInteger ToBigInteger()
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        WriteBytes(bytes);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }

    /// <summary>The integer in [0, q) that this stands for, as limbs, least significant first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (ulong L0, ulong L1, ulong L2, ulong L3) ToLimbs()
    {
        Montgomery<TModulus> plain = Multiply(this, new(1, 0, 0, 0));
        return (plain._l0, plain._l1, plain._l2, plain._l3);
    }

    /// <summary>Hexadecimal with prefix 0x and 64 digits, of the integer in [0, q).</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"0x{Convert.ToHexStringLower(ToBytes())}");

    /// <summary>Takes an integer in [0, 2^256) as the raw limbs.</summary>
    internal static Montgomery<TModulus> FromRawInteger(BigInteger raw)
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        WriteBigEndian(raw, bytes);
        return new(
            BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }

    private static void WriteBigEndian(BigInteger value, Span<byte> destination)
    {
        destination.Clear();
        int length = value.GetByteCount(isUnsigned: true);
        value.TryWriteBytes(destination[(ByteLength - length)..], out _, isUnsigned: true, isBigEndian: true);
    }
}
