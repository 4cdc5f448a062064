using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC.Multiplier;

namespace Marketplace.Crypto.Sealing;

/// <summary>
/// The curve NIST P-256 (FIPS 186-5, SEC 2 "secp256r1"): what the platform's library does not give on every system. Points are
/// uncompressed, 0x04 ‖ X ‖ Y (SEC 1, section 2.3.3); coordinates and scalars are 32 bytes, big-endian.
/// </summary>
internal static class P256
{
    /// <summary>Bytes of a coordinate or a scalar.</summary>
    public const int Size = 32;

    /// <summary>Bytes of a point.</summary>
    public const int PointSize = 1 + (2 * Size);

    private static readonly X9ECParameters Group = CustomNamedCurves.GetByName("P-256");

    /// <summary>
    /// Whether this is a point: both coordinates below the field's prime, and on the curve. The cofactor is 1, so it has the full
    /// order; infinity has no uncompressed form.
    /// </summary>
    public static bool IsPoint(ReadOnlySpan<byte> point)
    {
        if (point.Length != PointSize || point[0] != 4) return false;
        try
        {
            return Group.Curve.DecodePoint(point).IsValid();
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Whether 0 &lt; scalar &lt; the group's order.</summary>
    public static bool IsPrivateScalar(ReadOnlySpan<byte> scalar)
    {
        if (scalar.Length != Size) return false;
        BigInteger d = new(1, scalar);
        return d.SignValue > 0 && d.CompareTo(Group.N) < 0;
    }

    /// <summary>
    /// scalar · G for a valid private scalar. The comb looks up every entry of its table, but the library's integers are not
    /// constant-time: its one use is when a key is loaded, never with a scalar that a peer can make it repeat.
    /// </summary>
    public static byte[] MultiplyGenerator(ReadOnlySpan<byte> scalar) =>
        new FixedPointCombMultiplier().Multiply(Group.G, new BigInteger(1, scalar)).Normalize().GetEncoded(compressed: false);
}
