// G1: y² = x³ + 3 over Fp, generator (1, 2), prime order r, cofactor 1 (EIP-196).
// Infinity is (0, 0), as the precompiles have it. Bytes: x, then y, 32 bytes big-endian each.

namespace Marketplace.Algebra.Curves;

/// <summary>A point of BN254's first group in affine coordinates; the default value is infinity, written (0, 0).</summary>
/// <remarks>The constructor does not check that the point is on the curve; <see cref="FromBytes"/> does.</remarks>
public readonly record struct G1(Fp X, Fp Y)
{
    /// <summary>Length of the byte form.</summary>
    public const int ByteLength = 2 * Fp.ByteLength;

    /// <summary>The neutral element.</summary>
    public static G1 Infinity => default;

    /// <summary>The generator (1, 2).</summary>
    public static G1 Generator { get; } = new(Fp.One, Fp.FromUInt64(2));

    /// <summary>Whether this is the neutral element.</summary>
    public bool IsInfinity => X.IsZero && Y.IsZero;

    /// <summary>Whether this is infinity or satisfies y² = x³ + 3; the group then contains it, since the cofactor is 1.</summary>
    public bool IsOnCurve => IsInfinity || Y.Square() == (X.Square() * X) + Fp.FromUInt64(3);

    /// <summary>(x, y).</summary>
    public override string ToString() => $"({X}, {Y})";

    /// <summary>P + Q.</summary>
    public static G1 operator +(G1 p, G1 q) => FromJacobian(p.ToJacobian().Add(q.ToJacobian()));

    /// <summary>P − Q.</summary>
    public static G1 operator -(G1 p, G1 q) => p + -q;

    /// <summary>−P.</summary>
    public static G1 operator -(G1 p) => new(p.X, -p.Y);

    /// <summary>k·P. The time depends on k.</summary>
    public static G1 operator *(G1 p, Fr k)
    {
        (ulong k0, ulong k1, ulong k2, ulong k3) = k.ToLimbs();
        return FromJacobian(p.ToJacobian().Multiply(k0, k1, k2, k3));
    }

    /// <summary>k·P. The time depends on k.</summary>
    public static G1 operator *(Fr k, G1 p) => p * k;

    /// <summary>Reads 64 bytes, x then y; 64 zero bytes are infinity.</summary>
    /// <exception cref="FormatException">The length is not 64, a coordinate is not below p, or the point is not on the curve.</exception>
    public static G1 FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != ByteLength)
        {
            throw new FormatException($"A point of G1 takes {ByteLength} bytes, x then y; {bytes.Length} came.");
        }

        G1 point = new(Fp.FromBytes(bytes[..Fp.ByteLength]), Fp.FromBytes(bytes[Fp.ByteLength..]));
        return point.IsOnCurve
            ? point
            : throw new FormatException(
                $"A point of G1 must satisfy y² = x³ + 3 or be (0, 0); ({point.X}, {point.Y}) came. Check its origin.");
    }

    /// <summary>Reads 64 bytes, x then y; false where <see cref="FromBytes"/> would throw.</summary>
    public static bool TryFromBytes(ReadOnlySpan<byte> bytes, out G1 point)
    {
        point = default;
        if (bytes.Length != ByteLength
            || !Fp.TryFromBytes(bytes[..Fp.ByteLength], out Fp x)
            || !Fp.TryFromBytes(bytes[Fp.ByteLength..], out Fp y)
            || !new G1(x, y).IsOnCurve)
        {
            return false;
        }

        point = new(x, y);
        return true;
    }

    /// <summary>Writes 64 bytes, x then y.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than 64 bytes.</exception>
    public void WriteBytes(Span<byte> destination)
    {
        if (destination.Length < ByteLength)
        {
            throw new ArgumentException(
                $"A point of G1 takes {ByteLength} bytes; the destination has {destination.Length}.", nameof(destination));
        }

        X.WriteBytes(destination);
        Y.WriteBytes(destination[Fp.ByteLength..]);
    }

    /// <summary>The 64 bytes, x then y.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[ByteLength];
        WriteBytes(bytes);
        return bytes;
    }

    internal static G1 FromJacobian(in Jacobian<Fp> point)
    {
        (Fp x, Fp y) = point.ToAffine();
        return new(x, y);
    }

    /// <summary>Converts many points with one inversion.</summary>
    internal static G1[] FromJacobian(ReadOnlySpan<Jacobian<Fp>> points)
    {
        Fp[] inverses = new Fp[points.Length];
        for (int i = 0; i < points.Length; i++)
        {
            inverses[i] = points[i].Z;
        }

        Fp.InvertAll(inverses);
        G1[] result = new G1[points.Length];
        for (int i = 0; i < points.Length; i++)
        {
            Fp square = inverses[i].Square();
            result[i] = new(points[i].X * square, points[i].Y * square * inverses[i]);
        }

        return result;
    }

    internal Jacobian<Fp> ToJacobian() => Jacobian<Fp>.FromAffine(X, Y);
}
