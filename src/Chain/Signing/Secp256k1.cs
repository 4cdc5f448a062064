using Marketplace.Algebra.Fields;

// The curve secp256k1, y² = x³ + 7 (SEC 2, section 2.4.1), over the shared Montgomery fields.
// p = 2^256 − 2^32 − 977; the group order is n; coordinates and scalars are 32 bytes, big-endian.
// Point additions are the complete formulas of Renes, Costello and Batina (https://eprint.iacr.org/2015/1060, algorithms 7
// and 9), so that a multiplication always runs the same operations. Table lookups are indexed by secret digits: an attacker who
// shares the processor's cache is outside what this defends against.

using Fn = Marketplace.Algebra.Fields.Montgomery<Marketplace.Chain.Signing.Secp256k1Order>;
using Fp = Marketplace.Algebra.Fields.Montgomery<Marketplace.Chain.Signing.Secp256k1Base>;

namespace Marketplace.Chain.Signing;

/// <summary>The prime of secp256k1's coordinates.</summary>
public readonly struct Secp256k1Base : IModulus
{
    /// <inheritdoc/>
    public static ulong Limb0 => 0xFFFFFFFEFFFFFC2F;

    /// <inheritdoc/>
    public static ulong Limb1 => 0xFFFFFFFFFFFFFFFF;

    /// <inheritdoc/>
    public static ulong Limb2 => 0xFFFFFFFFFFFFFFFF;

    /// <inheritdoc/>
    public static ulong Limb3 => 0xFFFFFFFFFFFFFFFF;
}

/// <summary>The order of secp256k1's group.</summary>
public readonly struct Secp256k1Order : IModulus
{
    /// <inheritdoc/>
    public static ulong Limb0 => 0xBFD25E8CD0364141;

    /// <inheritdoc/>
    public static ulong Limb1 => 0xBAAEDCE6AF48A03B;

    /// <inheritdoc/>
    public static ulong Limb2 => 0xFFFFFFFFFFFFFFFE;

    /// <inheritdoc/>
    public static ulong Limb3 => 0xFFFFFFFFFFFFFFFF;
}

/// <summary>A point in homogeneous coordinates (X : Y : Z), x = X/Z, y = Y/Z; Z = 0 is the point at infinity.</summary>
internal readonly struct Secp256k1Point
{
    private const int WindowBits = 4;

    private static readonly Fp B3 = Fp.FromUInt64(21);
    private static readonly Secp256k1Point[] GeneratorTable = Table(new Secp256k1Point(
        Fp.FromBytes(Convert.FromHexString("79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798")),
        Fp.FromBytes(Convert.FromHexString("483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8")),
        Fp.One));

    private readonly Fp _x;
    private readonly Fp _y;
    private readonly Fp _z;

    private Secp256k1Point(Fp x, Fp y, Fp z) => (_x, _y, _z) = (x, y, z);

    public static Secp256k1Point Infinity => new(Fp.Zero, Fp.One, Fp.Zero);

    public bool IsInfinity => _z.IsZero;

    /// <summary>scalar · G.</summary>
    public static Secp256k1Point MultiplyGenerator(in Fn scalar) => Multiply(GeneratorTable, scalar);

    /// <summary>scalar · this.</summary>
    public Secp256k1Point Multiply(in Fn scalar) => Multiply(Table(this), scalar);

    /// <summary>The point of this x whose y has the given parity; false when there is none.</summary>
    public static bool TryDecompress(in Fp x, bool isYOdd, out Secp256k1Point point)
    {
        point = default;
        if (!(x.Square() * x + Fp.FromUInt64(7)).TrySqrt(out Fp y)) return false;
        point = new Secp256k1Point(x, y.IsEven == isYOdd ? -y : y, Fp.One);
        return true;
    }

    /// <summary>Affine coordinates; the point must not be at infinity.</summary>
    public (Fp X, Fp Y) ToAffine()
    {
        Fp inverse = _z.Inverse();
        return (_x * inverse, _y * inverse);
    }

    public static Secp256k1Point operator +(in Secp256k1Point p, in Secp256k1Point q)
    {
        Fp xx = p._x * q._x, yy = p._y * q._y, zz = p._z * q._z;
        Fp xy = (p._x + p._y) * (q._x + q._y) - (xx + yy);
        Fp yz = (p._y + p._z) * (q._y + q._z) - (yy + zz);
        Fp xz = (p._x + p._z) * (q._x + q._z) - (xx + zz);
        Fp xx3 = xx + xx + xx;
        Fp bzz = B3 * zz;
        Fp sum = yy + bzz, difference = yy - bzz;
        Fp bxz = B3 * xz;
        return new Secp256k1Point(xy * difference - yz * bxz, difference * sum + bxz * xx3, sum * yz + xx3 * xy);
    }

    private Secp256k1Point Double()
    {
        Fp yy = _y.Square();
        Fp yy8 = (yy + yy).Double().Double();
        Fp bzz = B3 * _z.Square();
        Fp t = yy - (bzz + bzz + bzz);
        return new Secp256k1Point((t * (_x * _y)).Double(), bzz * yy8 + t * (yy + bzz), _y * _z * yy8);
    }

    private static Secp256k1Point[] Table(in Secp256k1Point point)
    {
        Secp256k1Point[] table = new Secp256k1Point[1 << WindowBits];
        table[0] = Infinity;
        for (int i = 1; i < table.Length; i++) table[i] = table[i - 1] + point;
        return table;
    }

    private static Secp256k1Point Multiply(Secp256k1Point[] table, in Fn scalar)
    {
        Span<byte> digits = stackalloc byte[Fn.ByteLength];
        scalar.WriteBytes(digits);
        Secp256k1Point sum = Infinity;
        foreach (byte pair in digits)
        {
            sum = sum.Double().Double().Double().Double() + table[pair >> WindowBits];
            sum = sum.Double().Double().Double().Double() + table[pair & 0xf];
        }

        System.Security.Cryptography.CryptographicOperations.ZeroMemory(digits);
        return sum;
    }
}
