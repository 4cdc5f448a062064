using System.Globalization;
using System.Numerics;

namespace Marketplace.Crypto.Sealing;

/// <summary>
/// The curve NIST P-256, y² = x³ − 3x + b over the prime field of p (FIPS 186-5, SEC 2 "secp256r1"). Coordinates and scalars are
/// 32 bytes, big-endian. Only what the platform's library does not give everywhere is computed here.
/// </summary>
internal static class P256
{
    /// <summary>Bytes of a coordinate or a scalar.</summary>
    public const int Size = 32;

    private static readonly BigInteger Prime = Hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    private static readonly BigInteger Order = Hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    private static readonly BigInteger B = Hex("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");
    private static readonly BigInteger GeneratorX = Hex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");
    private static readonly BigInteger GeneratorY = Hex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");

    /// <summary>
    /// Whether both coordinates are below p and the point is on the curve. The cofactor is 1, so such a point has the full order;
    /// infinity has no coordinates, and (0, 0) is not on the curve.
    /// </summary>
    public static bool IsOnCurve(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        if (x.Length != Size || y.Length != Size)
            return false;
        BigInteger a = Read(x), b = Read(y);
        return a < Prime && b < Prime && (b * b - (a * a * a - 3 * a + B)) % Prime == 0;
    }

    /// <summary>Whether 0 &lt; scalar &lt; the group's order.</summary>
    public static bool IsPrivateScalar(ReadOnlySpan<byte> scalar)
    {
        if (scalar.Length != Size)
            return false;
        BigInteger d = Read(scalar);
        return d > 0 && d < Order;
    }

    /// <summary>
    /// scalar · G for a valid private scalar, for platforms whose library does not derive the public point itself. Adds and
    /// doubles at every bit, but <see cref="BigInteger"/> is not constant-time: its one use is when a key is loaded, never with a
    /// scalar that a peer can make it repeat.
    /// </summary>
    public static (byte[] X, byte[] Y) MultiplyGenerator(ReadOnlySpan<byte> scalar)
    {
        BigInteger d = Read(scalar);
        (BigInteger X, BigInteger Y)? low = null;
        (BigInteger X, BigInteger Y)? high = (GeneratorX, GeneratorY);
        // Montgomery's ladder: high − low = G throughout.
        for (int bit = 8 * Size - 1; bit >= 0; bit--)
        {
            bool one = !((d >> bit) & BigInteger.One).IsZero;
            var sum = Add(low, high);
            (low, high) = one ? (sum, Add(high, high)) : (Add(low, low), sum);
        }

        var (x, y) = low ?? throw new SealingException("The private scalar is zero; a scalar in [1, order) was expected.");
        return (Write(x), Write(y));
    }

    /// <summary>Affine addition with the cases of infinity (null), doubling and opposite points.</summary>
    private static (BigInteger X, BigInteger Y)? Add((BigInteger X, BigInteger Y)? left, (BigInteger X, BigInteger Y)? right)
    {
        if (left is not { } p)
            return right;
        if (right is not { } q)
            return left;
        if (p.X == q.X && !(p.Y - q.Y).IsZero)
            return null;
        BigInteger slope = p.X == q.X
            ? (3 * p.X * p.X - 3) * Invert(2 * p.Y)
            : (q.Y - p.Y) * Invert(Reduce(q.X - p.X));
        slope = Reduce(slope);
        BigInteger x = Reduce(slope * slope - p.X - q.X);
        return (x, Reduce(slope * (p.X - x) - p.Y));
    }

    private static BigInteger Invert(BigInteger value) => BigInteger.ModPow(value, Prime - 2, Prime);

    private static BigInteger Reduce(BigInteger value)
    {
        BigInteger rest = value % Prime;
        return rest.Sign < 0 ? rest + Prime : rest;
    }

    private static BigInteger Read(ReadOnlySpan<byte> bigEndian) => new(bigEndian, isUnsigned: true, isBigEndian: true);

    private static byte[] Write(BigInteger value)
    {
        byte[] bytes = new byte[Size];
        int length = value.GetByteCount(isUnsigned: true);
        value.TryWriteBytes(bytes.AsSpan(Size - length), out _, isUnsigned: true, isBigEndian: true);
        return bytes;
    }

    private static BigInteger Hex(string digits) =>
        BigInteger.Parse("0" + digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
