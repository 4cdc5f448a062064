using System.Numerics;
using System.Security.Cryptography;
using Fn = Marketplace.Algebra.Fields.Montgomery<Marketplace.Chain.Signing.Secp256k1Order>;
using Fp = Marketplace.Algebra.Fields.Montgomery<Marketplace.Chain.Signing.Secp256k1Base>;

namespace Marketplace.Chain.Signing;

/// <summary>A recoverable ECDSA signature on secp256k1 with s in the lower half of the group (EIP-2).</summary>
public readonly record struct Signature
{
    /// <summary>Length of the text form r ‖ s ‖ v.</summary>
    public const int Size = 65;

    private static readonly BigInteger HalfOrder = Fn.Modulus / 2;

    /// <summary>Checks and keeps the values.</summary>
    /// <exception cref="FormatException">r or s is zero or too large, or s is in the upper half.</exception>
    public Signature(Bytes32 r, Bytes32 s, bool isYOdd)
    {
        if (r.IsZero || r.ToBigInteger() >= Fn.Modulus) throw new FormatException($"The signature's r is not in 1..n−1: {r}.");
        if (s.IsZero || s.ToBigInteger() > HalfOrder) throw new FormatException($"The signature's s is not in the lower half, 1..n/2: {s}.");
        (R, S, IsYOdd) = (r, s, isYOdd);
    }

    /// <summary>The x coordinate of the nonce point.</summary>
    public Bytes32 R { get; }

    /// <summary>The proof of knowledge of the key.</summary>
    public Bytes32 S { get; }

    /// <summary>Parity of the nonce point's y coordinate (yParity of typed transactions).</summary>
    public bool IsYOdd { get; }

    /// <summary>27 or 28, as signed messages carry it.</summary>
    public byte V => (byte)(IsYOdd ? 28 : 27);

    /// <summary>Parses r ‖ s ‖ v with v in 0, 1, 27, 28.</summary>
    /// <exception cref="FormatException">Another length or value.</exception>
    public static Signature FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size) throw new FormatException($"A signature has {Size} bytes, got {bytes.Length}.");
        if (bytes[64] is not (0 or 1 or 27 or 28)) throw new FormatException($"The signature's v is 0, 1, 27 or 28, got {bytes[64]}.");
        return new Signature(new Bytes32(bytes[..32]), new Bytes32(bytes[32..64]), bytes[64] is 1 or 28);
    }

    /// <summary>r ‖ s ‖ v with v 27 or 28.</summary>
    public byte[] ToArray()
    {
        byte[] bytes = new byte[Size];
        R.CopyTo(bytes);
        S.CopyTo(bytes.AsSpan(32));
        bytes[64] = V;
        return bytes;
    }

    /// <summary>The signer's uncompressed public key, x ‖ y, 64 bytes.</summary>
    /// <exception cref="FormatException">No key can have made this signature.</exception>
    public byte[] RecoverPublicKey(Bytes32 hash)
    {
        // r < n < p, so r as it stands is the only candidate that occurs for x in practice.
        Fn r = Fn.FromBytes(R.ToArray());
        if (!Secp256k1Point.TryDecompress(Fp.FromBytes(R.ToArray()), IsYOdd, out Secp256k1Point nonce))
            throw new FormatException($"The signature's r is no x coordinate of the curve: {R}.");
        Fn inverse = r.Inverse();
        Fn z = Fn.FromBytesReduced(hash.ToArray());
        Secp256k1Point key = nonce.Multiply(Fn.FromBytes(S.ToArray()) * inverse) + Secp256k1Point.MultiplyGenerator(-(z * inverse));
        return key.IsInfinity ? throw new FormatException("The signature recovers no key.") : PublicKey.ToBytes(key);
    }

    /// <summary>The signer's address.</summary>
    /// <exception cref="FormatException">No key can have made this signature.</exception>
    public Address RecoverAddress(Bytes32 hash) => PublicKey.ToAddress(RecoverPublicKey(hash));

    /// <summary>0x and the 65 bytes.</summary>
    public override string ToString() => Hex.Format(ToArray());

    /// <summary>Signs with the nonce of RFC 6979 (HMAC-SHA-256, no extra entropy).</summary>
    internal static Signature Create(Bytes32 hash, ReadOnlySpan<byte> privateKey)
    {
        Fn key = Fn.FromBytes(privateKey);
        Fn z = Fn.FromBytesReduced(hash.ToArray());
        using NonceGenerator nonces = new(privateKey, z);
        while (true)
        {
            Fn k = nonces.Next();
            (Fp x, Fp y) = Secp256k1Point.MultiplyGenerator(k).ToAffine();
            Span<byte> bytes = stackalloc byte[32];
            x.WriteBytes(bytes);
            // An x of n or more (probability 2^-128) would need a third recovery bit, which Ethereum has no place for.
            if (!Fn.TryFromBytes(bytes, out Fn r) || r.IsZero) continue;
            Fn s = k.Inverse() * (z + r * key);
            if (s.IsZero) continue;
            bool isYOdd = !y.IsEven;
            if (s.ToBigInteger() > HalfOrder) (s, isYOdd) = (-s, !isYOdd);
            return new Signature(new Bytes32(r.ToBytes()), new Bytes32(s.ToBytes()), isYOdd);
        }
    }

    /// <summary>The generator of RFC 6979, section 3.2.</summary>
    private sealed class NonceGenerator : IDisposable
    {
        private readonly byte[] _k = new byte[32];
        private readonly byte[] _v = new byte[32];
        private bool _isFirst = true;

        public NonceGenerator(ReadOnlySpan<byte> privateKey, Fn hash)
        {
            Array.Fill(_v, (byte)1);
            Span<byte> seed = stackalloc byte[64];
            privateKey.CopyTo(seed);
            hash.WriteBytes(seed[32..]);
            Update(0, seed);
            Update(1, seed);
            CryptographicOperations.ZeroMemory(seed);
        }

        public Fn Next()
        {
            while (true)
            {
                if (!_isFirst) Update(0, []);
                _isFirst = false;
                HMACSHA256.HashData(_k, _v, _v);
                if (Fn.TryFromBytes(_v, out Fn candidate) && !candidate.IsZero) return candidate;
            }
        }

        public void Dispose()
        {
            CryptographicOperations.ZeroMemory(_k);
            CryptographicOperations.ZeroMemory(_v);
        }

        private void Update(byte separator, ReadOnlySpan<byte> seed)
        {
            Span<byte> message = stackalloc byte[33 + seed.Length];
            _v.CopyTo(message);
            message[32] = separator;
            seed.CopyTo(message[33..]);
            HMACSHA256.HashData(_k, message, _k);
            HMACSHA256.HashData(_k, _v, _v);
            CryptographicOperations.ZeroMemory(message);
        }
    }
}
