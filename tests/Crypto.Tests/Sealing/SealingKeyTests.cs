using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Marketplace.Crypto.Sealing;

namespace Marketplace.Crypto.Tests.Sealing;

public sealed class SealingKeyTests
{
    private static readonly BigInteger Order = BigInteger.Parse(
        "0ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static readonly BigInteger Prime = BigInteger.Parse(
        "0ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    [Fact]
    public void Multiples_of_the_generator_agree_with_the_platform()
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Random random = new(seed);
        List<BigInteger> scalars = [1, 2, 3, 4, Order - 1, Order - 2, Order / 2, BigInteger.Pow(2, 255), BigInteger.Pow(2, 128) - 1];
        for (int i = 0; i < 10; i++)
        {
            byte[] bytes = new byte[32];
            random.NextBytes(bytes);
            scalars.Add(new BigInteger(bytes, isUnsigned: true) % (Order - 1) + 1);
        }

        foreach (BigInteger scalar in scalars)
        {
            byte[] bytes = Bytes(scalar);
            using var key = SealingKey.FromScalar(bytes);
            // d·(k·G) = k·(d·G), the platform multiplying on both sides.
            using var other = SealingKey.DeriveFrom(RandomNumberGenerator.GetBytes(32));
            Assert.Equal(key.Agree(other.PublicKey), other.Agree(key.PublicKey));
            // OpenSSL alone derives the public point itself.
            if (!OperatingSystem.IsLinux()) continue;
            using var platform = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = bytes });
            ECPoint point = platform.ExportParameters(includePrivateParameters: false).Q;
            Assert.Equal(key.PublicKey, SealingPublicKey.FromCoordinates(point.X, point.Y));
        }
    }

    [Fact]
    public void Scalars_out_of_range_are_refused()
    {
        foreach (byte[] scalar in new[] { Bytes(0), Bytes(Order), Bytes(Order + 1), Bytes(BigInteger.Pow(2, 256) - 1), [], new byte[33] })
            Assert.Throws<SealingException>(() => SealingKey.FromScalar(scalar));
    }

    [Fact]
    public void Derivation_is_deterministic_and_separates_inputs()
    {
        byte[] ikm = RandomNumberGenerator.GetBytes(32);
        using var first = SealingKey.DeriveFrom(ikm);
        using var again = SealingKey.DeriveFrom(ikm);
        using var other = SealingKey.DeriveFrom([.. ikm, 0]);
        Assert.Equal(first.PublicKey, again.PublicKey);
        Assert.NotEqual(first.PublicKey, other.PublicKey);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    public void Short_input_key_material_is_refused(int length) =>
        Assert.Throws<SealingException>(() => SealingKey.DeriveFrom(new byte[length]));

    [Fact]
    public void Public_keys_round_trip()
    {
        using var key = SealingKey.Generate();
        var again = SealingPublicKey.FromCoordinates(key.PublicKey.X.Span, key.PublicKey.Y.Span);
        Assert.Equal(key.PublicKey, again);
        Assert.Equal(key.PublicKey.GetHashCode(), again.GetHashCode());
        Assert.Equal(again, SealingPublicKey.FromUncompressed(Convert.FromHexString(again.ToString())));
    }

    [Fact]
    public void Points_off_the_curve_are_refused()
    {
        using var key = SealingKey.Generate();
        byte[] x = key.PublicKey.X.ToArray(), y = key.PublicKey.Y.ToArray();
        BigInteger value = new(x, isUnsigned: true, isBigEndian: true);
        byte[] flipped = [.. y];
        flipped[31] ^= 1;
        (byte[], byte[])[] wrong =
        [
            (new byte[32], new byte[32]),
            (x, flipped),
            (y, x),
            (x, new byte[32]),
            (x[1..], y),
            ([.. x, 0], y),
            ([], []),
            // A point of secp256k1: an invalid-curve attack must not get as far as the key agreement.
            (Convert.FromHexString("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"),
                Convert.FromHexString("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8")),
        ];
        foreach (var (a, b) in wrong)
            Assert.Throws<SealingException>(() => SealingPublicKey.FromCoordinates(a, b));
        if (value + Prime < BigInteger.Pow(2, 256))
            Assert.Throws<SealingException>(() => SealingPublicKey.FromCoordinates(Bytes(value + Prime), y));
    }

    [Fact]
    public void Coordinates_not_below_the_prime_are_refused()
    {
        // The curve has points with x = 5; x + p fits 256 bits and stands for the same residue.
        BigInteger x = 5;
        BigInteger square = (x * x * x - 3 * x + BigInteger.Parse(
            "05ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
            NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)) % Prime;
        BigInteger y = BigInteger.ModPow(square, (Prime + 1) / 4, Prime);
        Assert.Equal(square, y * y % Prime);
        SealingPublicKey.FromCoordinates(Bytes(x), Bytes(y));
        Assert.Throws<SealingException>(() => SealingPublicKey.FromCoordinates(Bytes(x + Prime), Bytes(y)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    public void Other_point_forms_are_refused(byte prefix)
    {
        using var key = SealingKey.Generate();
        byte[] bytes = key.PublicKey.Uncompressed.ToArray();
        bytes[0] = prefix;
        Assert.Throws<SealingException>(() => SealingPublicKey.FromUncompressed(bytes));
        Assert.Throws<SealingException>(() => SealingPublicKey.FromUncompressed(bytes.AsSpan(0, 33)));
        Assert.Throws<SealingException>(() => SealingPublicKey.FromUncompressed([]));
    }

    private static byte[] Bytes(BigInteger value)
    {
        byte[] bytes = new byte[32];
        byte[] compact = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        compact.CopyTo(bytes, 32 - compact.Length);
        return bytes;
    }
}
