using System.Security.Cryptography;
using Fn = Marketplace.Algebra.Fields.Montgomery<Marketplace.Chain.Signing.Secp256k1Order>;
using Fp = Marketplace.Algebra.Fields.Montgomery<Marketplace.Chain.Signing.Secp256k1Base>;

namespace Marketplace.Chain.Signing;

/// <summary>Public keys as 64 bytes x ‖ y.</summary>
internal static class PublicKey
{
    public static byte[] ToBytes(in Secp256k1Point point)
    {
        (Fp x, Fp y) = point.ToAffine();
        byte[] bytes = new byte[64];
        x.WriteBytes(bytes);
        y.WriteBytes(bytes.AsSpan(32));
        return bytes;
    }

    public static Address ToAddress(ReadOnlySpan<byte> publicKey) => Address.FromHash(publicKey);
}

/// <summary>
/// A secp256k1 private key. No text form shows it, and disposing overwrites the copy held here. (Copies that the runtime made
/// in registers, on the stack or while moving memory are out of reach.)
/// </summary>
public sealed class PrivateKey : IDisposable
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    private readonly byte[] _key = GC.AllocateArray<byte>(Size, pinned: true);
    private readonly byte[] _publicKey;
    private bool _isDisposed;

    /// <summary>Copies the key from 32 bytes, big-endian, in 1..n−1.</summary>
    /// <exception cref="FormatException">Another length, zero, or too large. The message does not contain the bytes.</exception>
    public PrivateKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size) throw new FormatException($"A private key has {Size} bytes, got {bytes.Length}.");
        if (!Fn.TryFromBytes(bytes, out Fn scalar) || scalar.IsZero)
            throw new FormatException("The private key is zero or not below the group's order.");
        bytes.CopyTo(_key);
        _publicKey = Signing.PublicKey.ToBytes(Secp256k1Point.MultiplyGenerator(scalar));
        Address = Signing.PublicKey.ToAddress(_publicKey);
    }

    /// <summary>Address of the account.</summary>
    public Address Address { get; }

    /// <summary>The public key, x ‖ y, 64 bytes.</summary>
    public ReadOnlySpan<byte> PublicKey => _publicKey;

    /// <summary>A new key from the operating system's random numbers.</summary>
    public static PrivateKey Generate()
    {
        Span<byte> bytes = stackalloc byte[Size];
        try
        {
            while (true)
            {
                RandomNumberGenerator.Fill(bytes);
                if (Fn.TryFromBytes(bytes, out Fn scalar) && !scalar.IsZero) return new PrivateKey(bytes);
            }
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

    /// <summary>Signs a hash: deterministic (RFC 6979), with s in the lower half.</summary>
    public Signature Sign(Bytes32 hash)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return Signature.Create(hash, _key);
    }

    /// <summary>Signs a message as personal_sign does (EIP-191).</summary>
    public Signature SignMessage(ReadOnlySpan<byte> message) => Sign(SignedMessage.Hash(message));

    /// <summary>Signs the UTF-8 bytes of a text as personal_sign does (EIP-191).</summary>
    public Signature SignMessage(string message) => SignMessage(System.Text.Encoding.UTF8.GetBytes(message));

    /// <summary>Signs typed data (EIP-712).</summary>
    public Signature SignTypedData(TypedData data) => Sign(data.Hash());

    /// <summary>Copies the 32 bytes of the key, for keystores. The caller overwrites them after use.</summary>
    public void ExportTo(Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _key.CopyTo(destination);
    }

    /// <summary>Overwrites the key.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_key);
        _isDisposed = true;
    }

    /// <summary>Names the account; never shows the key.</summary>
    public override string ToString() => $"private key of {Address}";
}
