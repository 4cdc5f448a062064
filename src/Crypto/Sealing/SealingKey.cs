using System.Security.Cryptography;

namespace Marketplace.Crypto.Sealing;

/// <summary>
/// A P-256 private key that opens what was sealed to its <see cref="PublicKey"/>. The scalar lives in the platform's key object
/// and is never shown. Use from one thread at a time.
/// </summary>
public sealed class SealingKey : IDisposable
{
    /// <summary>Least input key material in bytes (RFC 9180, section 7.1.3: at least Nsk).</summary>
    public const int MinimumInputKeyMaterial = P256.Size;

    private readonly ECDiffieHellman _key;

    private SealingKey(ECDiffieHellman key)
    {
        _key = key;
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        PublicKey = SealingPublicKey.FromCoordinates(point.X, point.Y);
    }

    public SealingPublicKey PublicKey { get; }

    /// <summary>Makes a key from the platform's random generator.</summary>
    public static SealingKey Generate() => new(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>
    /// DeriveKeyPair of RFC 9180, section 7.1.3: the same input key material gives the same key everywhere.
    /// </summary>
    /// <param name="ikm">At least 32 bytes of uniformly random secret.</param>
    /// <exception cref="SealingException">The input key material is too short.</exception>
    public static SealingKey DeriveFrom(ReadOnlySpan<byte> ikm)
    {
        if (ikm.Length < MinimumInputKeyMaterial)
        {
            throw new SealingException(
                $"A sealing key needs at least {MinimumInputKeyMaterial} bytes of random input key material; {ikm.Length} came.");
        }

        byte[] pseudoRandomKey = LabeledKdf.Kem.Extract([], "dkp_prk"u8, ikm);
        byte[] scalar = new byte[P256.Size];
        try
        {
            for (int counter = 0; counter <= byte.MaxValue; counter++)
            {
                LabeledKdf.Kem.Expand(pseudoRandomKey, "candidate"u8, [(byte)counter], scalar);
                if (P256.IsPrivateScalar(scalar))
                    return FromScalar(scalar);
            }

            throw new SealingException("No key could be derived from this input key material; use another.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pseudoRandomKey);
            CryptographicOperations.ZeroMemory(scalar);
        }
    }

    public void Dispose() => _key.Dispose();

    /// <summary>Says which key it is by its public half only.</summary>
    public override string ToString() => $"private key of {PublicKey}";

    /// <summary>Makes a key from a scalar in [1, order), 32 bytes, big-endian.</summary>
    /// <exception cref="SealingException">The scalar is out of range.</exception>
    internal static SealingKey FromScalar(ReadOnlySpan<byte> scalar)
    {
        if (!P256.IsPrivateScalar(scalar))
            throw new SealingException($"A P-256 private key is {P256.Size} bytes and lies in [1, order); this one does not.");
        // OpenSSL derives the public point from the scalar; the libraries of other systems want it given.
        var publicKey = SealingPublicKey.FromUncompressed(P256.MultiplyGenerator(scalar));
        ECParameters parameters = new() { Curve = ECCurve.NamedCurves.nistP256, D = scalar.ToArray(), Q = publicKey.ToPoint() };
        try
        {
            return new SealingKey(ECDiffieHellman.Create(parameters));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(parameters.D);
        }
    }

    /// <summary>The x coordinate of scalar · peer, 32 bytes: DH of RFC 9180, section 7.1.1. The caller erases it.</summary>
    /// <exception cref="SealingException">The agreement failed.</exception>
    internal byte[] Agree(SealingPublicKey peer)
    {
        try
        {
            using var other = ECDiffieHellman.Create(
                new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = peer.ToPoint() });
            using ECDiffieHellmanPublicKey publicKey = other.PublicKey;
            return _key.DeriveRawSecretAgreement(publicKey);
        }
        catch (CryptographicException e)
        {
            throw new SealingException($"The platform refused the key agreement with {peer}.", e);
        }
    }
}
