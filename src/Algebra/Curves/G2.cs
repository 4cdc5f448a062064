// G2: the subgroup of order r of the twist y² = x³ + 3/(9 + i) over Fp2 (EIP-197). The twist has a large cofactor, so a point
// read from outside is checked for its order too. Infinity is (0, 0).
// Bytes: x_imaginary, x_real, y_imaginary, y_real, 32 bytes big-endian each, as the precompile has them.

using System.Numerics;
using Marketplace.Algebra.Fields;

namespace Marketplace.Algebra.Curves;

/// <summary>A point of BN254's second group in affine coordinates; the default value is infinity, written (0, 0).</summary>
/// <remarks>The constructor does not check curve and subgroup; <see cref="FromBytes"/> does.</remarks>
public readonly record struct G2(Fp2 X, Fp2 Y)
{
    /// <summary>Length of the byte form.</summary>
    public const int ByteLength = 2 * Fp2.ByteLength;

    private static readonly Fp2 B = Fp2.Xi.InverseVariableTime() * Fp.FromUInt64(3);

    private static readonly (ulong L0, ulong L1, ulong L2, ulong L3) Order =
        (FrModulus.Limb0, FrModulus.Limb1, FrModulus.Limb2, FrModulus.Limb3);

    /// <summary>The neutral element.</summary>
    public static G2 Infinity => default;

    /// <summary>The generator of EIP-197.</summary>
    public static G2 Generator { get; } = new(
        new(
            Decimal("10857046999023057135944570762232829481370756359578518086990519993285655852781"),
            Decimal("11559732032986387107991004021392285783925812861821192530917403151452391805634")),
        new(
            Decimal("8495653923123431417604973247489272438418190587263600148770280649306958101930"),
            Decimal("4082367875863433681332203403145435568316851327593401208105741076214120093531")));

    /// <summary>Whether this is the neutral element.</summary>
    public bool IsInfinity => X.IsZero && Y.IsZero;

    /// <summary>Whether this is infinity or satisfies the twist's equation.</summary>
    public bool IsOnCurve => IsInfinity || Y.Square() == (X.Square() * X) + B;

    /// <summary>Whether r·P is infinity, for a point on the curve.</summary>
    public bool IsInSubgroup => ToJacobian().Multiply(Order.L0, Order.L1, Order.L2, Order.L3).IsInfinity;

    /// <summary>P + Q.</summary>
    public static G2 operator +(G2 p, G2 q) => FromJacobian(p.ToJacobian().Add(q.ToJacobian()));

    /// <summary>P − Q.</summary>
    public static G2 operator -(G2 p, G2 q) => p + -q;

    /// <summary>−P.</summary>
    public static G2 operator -(G2 p) => new(p.X, -p.Y);

    /// <summary>k·P. The time depends on k.</summary>
    public static G2 operator *(G2 p, Fr k)
    {
        (ulong k0, ulong k1, ulong k2, ulong k3) = k.ToLimbs();
        return FromJacobian(p.ToJacobian().Multiply(k0, k1, k2, k3));
    }

    /// <summary>k·P. The time depends on k.</summary>
    public static G2 operator *(Fr k, G2 p) => p * k;

    /// <summary>Reads 128 bytes; all zeros are infinity.</summary>
    /// <exception cref="FormatException">The length is not 128, a coordinate is not below p, the point is not on the curve, or
    /// its order is not r.</exception>
    public static G2 FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != ByteLength)
        {
            throw new FormatException($"A point of G2 takes {ByteLength} bytes, x then y; {bytes.Length} came.");
        }

        G2 point = new(Fp2.FromBytes(bytes[..Fp2.ByteLength]), Fp2.FromBytes(bytes[Fp2.ByteLength..]));
        if (!point.IsOnCurve)
        {
            throw new FormatException("A point of G2 must satisfy y² = x³ + 3/(9 + i) or be (0, 0); the one that came does not.");
        }

        return point.IsInSubgroup
            ? point
            : throw new FormatException("A point of G2 must have order r; the one that came is on the twist but outside the group.");
    }

    /// <summary>Writes 128 bytes: x_imaginary, x_real, y_imaginary, y_real.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than 128 bytes.</exception>
    public void WriteBytes(Span<byte> destination)
    {
        if (destination.Length < ByteLength)
        {
            throw new ArgumentException(
                $"A point of G2 takes {ByteLength} bytes; the destination has {destination.Length}.", nameof(destination));
        }

        X.WriteBytes(destination);
        Y.WriteBytes(destination[Fp2.ByteLength..]);
    }

    /// <summary>The 128 bytes: x_imaginary, x_real, y_imaginary, y_real.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[ByteLength];
        WriteBytes(bytes);
        return bytes;
    }

    internal Jacobian<Fp2> ToJacobian() => Jacobian<Fp2>.FromAffine(X, Y);

    private static G2 FromJacobian(in Jacobian<Fp2> point)
    {
        (Fp2 x, Fp2 y) = point.ToAffine();
        return new(x, y);
    }

    private static Fp Decimal(string digits) =>
        Fp.FromBigInteger(BigInteger.Parse(digits, System.Globalization.CultureInfo.InvariantCulture));
}
