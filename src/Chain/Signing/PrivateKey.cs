using System.Security.Cryptography;
using Marketplace.Crypto;
using NBitcoin.Secp256k1;

namespace Marketplace.Chain.Signing;

/// <summary>
/// A secp256k1 private key, signing by NBitcoin's port of libsecp256k1 in constant time. Nethereum keeps keys as text; here no text
/// form shows the key, and disposing overwrites it. (Copies that the runtime made in registers, on the stack or while moving memory
/// are out of reach.)
/// </summary>
public sealed class PrivateKey : IDisposable
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    private readonly ECPrivKey _key;

    /// <summary>Copies the key from 32 bytes, big-endian, in 1..n−1.</summary>
    /// <exception cref="FormatException">Another length, zero, or too large. The message does not contain the bytes.</exception>
    public PrivateKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size) throw new FormatException($"A private key has {Size} bytes, got {bytes.Length}.");
        _key = ECPrivKey.TryCreate(bytes, out ECPrivKey? key)
            ? key
            : throw new FormatException("The private key is zero or not below the group's order.");
        Span<byte> publicKey = stackalloc byte[65];
        _key.CreatePubKey().WriteToSpan(compressed: false, publicKey, out _);
        Address = new Address(Keccak256.HashData(publicKey[1..]).AsSpan(12));
    }

    public Address Address { get; }

    /// <summary>A new key from the operating system's random numbers.</summary>
    public static PrivateKey Generate()
    {
        Span<byte> bytes = stackalloc byte[Size];
        try
        {
            // Zero and numbers from the group's order on come up once in 2^128 times.
            RandomNumberGenerator.Fill(bytes);
            return new PrivateKey(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Parses 64 hex digits, with or without 0x.</summary>
    /// <exception cref="FormatException">Another shape. The message does not contain the text.</exception>
    public static PrivateKey Parse(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> digits = text.StartsWith("0x") ? text[2..] : text;
        Span<byte> bytes = stackalloc byte[Size];
        try
        {
            if (digits.Length != 2 * Size || Convert.FromHexString(digits, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
                throw new FormatException("Expected a private key of 64 hex digits; the text given has another shape.");
            return new PrivateKey(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Signs a hash: deterministic (RFC 6979), with s in the lower half (EIP-2).</summary>
    /// <returns>r and s without leading zeros, and the parity of the nonce point's y.</returns>
    /// <exception cref="ObjectDisposedException">The key was wiped.</exception>
    public (byte[] R, byte[] S, int Parity) Sign(Bytes32 hash)
    {
        if (!_key.TrySignRecoverable(hash.ToArray(), out SecpRecoverableECDSASignature? signature) || signature is null)
            throw new CryptographicException("No signature exists for this hash.");
        signature.Deconstruct(out Scalar r, out Scalar s, out int parity);
        return (Trim(r), Trim(s), parity);
    }

    /// <summary>Copies the 32 bytes of the key, for keystores. The caller overwrites them after use.</summary>
    /// <exception cref="ObjectDisposedException">The key was wiped.</exception>
    public void ExportTo(Span<byte> destination) => _key.WriteToSpan(destination);

    /// <summary>Overwrites the key.</summary>
    public void Dispose() => _key.Dispose();

    /// <summary>Names the account; never shows the key.</summary>
    public override string ToString() => $"private key of {Address}";

    private static byte[] Trim(in Scalar scalar) => scalar.ToBytes().AsSpan().TrimStart((byte)0).ToArray();
}
