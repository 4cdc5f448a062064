// Web3 secret storage, version 3: https://ethereum.org/en/developers/docs/data-structures-and-encoding/web3-secret-storage/

using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Chain.Signing;
using Nethereum.KeyStore;
using Nethereum.KeyStore.Crypto;
using Nethereum.KeyStore.Model;

namespace Marketplace.Chain.Keystores;

/// <summary>The password does not open the keystore (or the file was altered).</summary>
public sealed class WrongPasswordException() : Exception("The password does not open the keystore, or the file was altered.");

/// <summary>How costly it is to try a password, when a keystore is written.</summary>
/// <param name="N">scrypt's cost, a power of two; default 2^17.</param>
/// <param name="R">scrypt's block size; default 8.</param>
/// <param name="P">scrypt's parallelism; default 1.</param>
public sealed record KeystoreOptions(int N = 1 << 17, int R = 8, int P = 1);

/// <summary>
/// Private keys in password-protected files that geth, ethers and wallets read and write. Nethereum derives, encrypts and decrypts, but
/// believes any file.
/// </summary>
public static class Keystore
{
    // Files come from anywhere: without limits, their parameters could ask for any amount of memory and time. Wallets write a
    // million iterations at most.
    private const int MaxIterations = 10_000_000;

    // The largest that wallets write are N = 2^18, r = 8, p = 1: 256 MiB and a second or two.
    private const long MaxScryptMemory = 512L << 20;
    private const long MaxScryptWork = 1L << 23;

    private const int MaxFileLength = 1 << 16;

    /// <summary>Opens a keystore.</summary>
    /// <param name="json">The file's text.</param>
    /// <param name="password">The password; its UTF-8 bytes are used as they are.</param>
    /// <param name="cancellationToken">Looked at before the key derivation, which takes seconds at most and cannot be stopped.</param>
    /// <exception cref="WrongPasswordException">The password is wrong.</exception>
    /// <exception cref="FormatException">The file is malformed, or its parameters are refused; the message says which.</exception>
    public static PrivateKey Decrypt(string json, string password, CancellationToken cancellationToken = default)
    {
        JsonElement root = Root(json);
        if (Number(root, "version") != 3)
            throw new FormatException($"Expected a keystore of version 3, got {Number(root, "version")}.");
        JsonElement crypto = Object(root, "crypto");
        if (Text(crypto, "cipher") != "aes-128-ctr")
            throw new FormatException($"Expected the cipher aes-128-ctr, got {Hex.Excerpt(Text(crypto, "cipher"))}.");
        byte[] iv = Bytes(Object(crypto, "cipherparams"), "iv", 16, 16);
        byte[] ciphertext = Bytes(crypto, "ciphertext", PrivateKey.Size, PrivateKey.Size);
        byte[] mac = Bytes(crypto, "mac", 32, 32);
        cancellationToken.ThrowIfCancellationRequested();
        byte[] key = DecryptKey(crypto, password, mac, iv, ciphertext);
        try
        {
            PrivateKey opened = new(key);
            if (TryGet(root, "address", out JsonElement address) && address.ValueKind == JsonValueKind.String
                && !IsSame(address.GetString()!, opened.Address))
            {
                opened.Dispose();
                throw new FormatException(
                    $"The keystore claims the address {Hex.Excerpt(address.GetString())}, its key is of another account.");
            }

            return opened;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Protects a key with a password: scrypt and AES-128-CTR.</summary>
    /// <returns>The file's text.</returns>
    /// <exception cref="FormatException">The options are beyond what <see cref="Decrypt"/> accepts.</exception>
    public static string Encrypt(
        PrivateKey key, string password, KeystoreOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new KeystoreOptions();
        CheckScrypt(options.N, options.R, options.P);
        cancellationToken.ThrowIfCancellationRequested();
        byte[] bytes = new byte[PrivateKey.Size];
        try
        {
            key.ExportTo(bytes);
            return new KeyStoreScryptService().EncryptAndGenerateKeyStoreAsJson(
                password,
                bytes,
                key.Address.ToString()[2..].ToLowerInvariant(),
                new ScryptParams { Dklen = 32, N = options.N, R = options.R, P = options.P });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static byte[] DecryptKey(JsonElement crypto, string password, byte[] mac, byte[] iv, byte[] ciphertext)
    {
        JsonElement parameters = Object(crypto, "kdfparams");
        byte[] salt = Bytes(parameters, "salt", 1, 1024);
        // The mac uses bytes 16 to 31 of the key; nothing uses more.
        if (Number(parameters, "dklen") != 32) throw new FormatException($"Expected dklen 32, got {Number(parameters, "dklen")}.");
        KeyStoreCrypto opener = new();
        try
        {
            switch (Text(crypto, "kdf"))
            {
                case "scrypt":
                    (long n, long r, long p) = (Number(parameters, "n"), Number(parameters, "r"), Number(parameters, "p"));
                    CheckScrypt(n, r, p);
                    return opener.DecryptScrypt(password, mac, iv, ciphertext, (int)n, (int)p, (int)r, salt, 32);
                case "pbkdf2":
                    if (Text(parameters, "prf") != "hmac-sha256")
                        throw new FormatException($"Expected the prf hmac-sha256, got {Hex.Excerpt(Text(parameters, "prf"))}.");
                    long iterations = Number(parameters, "c");
                    if (iterations is < 1 or > MaxIterations)
                        throw new FormatException($"Expected 1 to {MaxIterations} iterations of PBKDF2, got {iterations}.");
                    return opener.DecryptPbkdf2Sha256(password, mac, iv, ciphertext, (int)iterations, salt, 32);
                default:
                    throw new FormatException($"Expected the kdf scrypt or pbkdf2, got {Hex.Excerpt(Text(crypto, "kdf"))}.");
            }
        }
        catch (DecryptionException)
        {
            throw new WrongPasswordException();
        }
    }

    /// <summary>Wallets write addresses with and without 0x, in small letters or checksummed.</summary>
    private static bool IsSame(string written, Address address) => string.Equals(
        written.Replace("0x", "", StringComparison.Ordinal), address.ToString()[2..], StringComparison.OrdinalIgnoreCase);

    /// <summary>Refuses costs that scrypt does not define (RFC 7914), or that would take much memory (128·N·r bytes) or time.</summary>
    /// <exception cref="FormatException">They are refused.</exception>
    internal static void CheckScrypt(long n, long r, long p)
    {
        bool isDefined = n is >= 2 and <= int.MaxValue && (n & (n - 1)) == 0 && r is >= 1 and <= 1024 && p is >= 1 and <= 1024
            && (r > 1 || n < 1 << 16);
        if (isDefined && 128 * n * r <= MaxScryptMemory && n * r * p <= MaxScryptWork) return;
        throw new FormatException(
            $"The scrypt parameters n = {n}, r = {r}, p = {p} are refused: n must be a power of two below 2^(16·r), r and p 1 to "
            + $"1024, 128·n·r at most {MaxScryptMemory} bytes, n·r·p at most {MaxScryptWork}. Have the file's wallet write it again with "
            + "n = 262144, r = 8, p = 1.");
    }

    private static JsonElement Root(string json)
    {
        if (json.Length > MaxFileLength)
            throw new FormatException($"A keystore has at most {MaxFileLength} characters, got {json.Length}.");
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw new FormatException($"Expected a keystore, a JSON object, got {document.RootElement.ValueKind}.");
        }
        catch (JsonException e)
        {
            throw new FormatException("The keystore is no valid JSON.", e);
        }
    }

    /// <summary>Older wallets spell some names with capitals ("Crypto").</summary>
    private static bool TryGet(JsonElement json, string name, out JsonElement value)
    {
        foreach (JsonProperty property in json.EnumerateObject())
        {
            if (!string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase)) continue;
            value = property.Value;
            return true;
        }

        value = default;
        return false;
    }

    private static JsonElement Object(JsonElement json, string name) =>
        TryGet(json, name, out JsonElement value) && value.ValueKind == JsonValueKind.Object
            ? value
            : throw new FormatException($"The keystore lacks the object {name}.");

    private static string Text(JsonElement json, string name) =>
        TryGet(json, name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new FormatException($"The keystore lacks the text {name}.");

    private static long Number(JsonElement json, string name) =>
        TryGet(json, name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number)
            ? number
            : throw new FormatException($"The keystore lacks the integer {name}.");

    private static byte[] Bytes(JsonElement json, string name, int min, int max)
    {
        string text = Text(json, name);
        if (!text.StartsWith("0x", StringComparison.Ordinal)) text = "0x" + text;
        return Hex.TryParse(text, out byte[]? bytes) && bytes.Length >= min && bytes.Length <= max
            ? bytes
            : throw new FormatException($"Expected {name} to be {min} to {max} bytes of hex, got {Hex.Excerpt(text)}.");
    }
}
