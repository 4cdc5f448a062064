// Web3 secret storage, version 3: https://ethereum.org/en/developers/docs/data-structures-and-encoding/web3-secret-storage/

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Chain.Signing;
using Marketplace.Crypto;

namespace Marketplace.Chain.Keystores;

/// <summary>The password does not open the keystore (or the file was altered).</summary>
public sealed class WrongPasswordException() : Exception("The password does not open the keystore, or the file was altered.");

/// <summary>How costly it is to try a password, when a keystore is written.</summary>
/// <param name="N">scrypt's cost, a power of two; default 2^17.</param>
/// <param name="R">scrypt's block size; default 8.</param>
/// <param name="P">scrypt's parallelism; default 1.</param>
public sealed record KeystoreOptions(int N = 1 << 17, int R = 8, int P = 1);

/// <summary>Private keys in password-protected files that geth, ethers and wallets read and write.</summary>
public static class Keystore
{
    // Files come from anywhere: without limits, their parameters could ask for any amount of memory and time. Wallets write a
    // million iterations at most.
    private const int MaxIterations = 10_000_000;
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
        byte[] passwordBytes = Encoding.UTF8.GetBytes(password);
        byte[] derived = [];
        Span<byte> key = stackalloc byte[PrivateKey.Size];
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            derived = DeriveKey(crypto, passwordBytes);
            if (!CryptographicOperations.FixedTimeEquals(mac, MacOf(derived, ciphertext))) throw new WrongPasswordException();
            ApplyAesCtr(derived.AsSpan(0, 16), iv, ciphertext, key);
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
            CryptographicOperations.ZeroMemory(passwordBytes);
            CryptographicOperations.ZeroMemory(derived);
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
        byte[] salt = RandomNumberGenerator.GetBytes(32);
        byte[] iv = RandomNumberGenerator.GetBytes(16);
        byte[] passwordBytes = Encoding.UTF8.GetBytes(password);
        byte[] derived = [];
        Span<byte> plain = stackalloc byte[PrivateKey.Size];
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            derived = Scrypt.DeriveKey(passwordBytes, salt, options.N, options.R, options.P, 32);
            key.ExportTo(plain);
            byte[] ciphertext = new byte[PrivateKey.Size];
            ApplyAesCtr(derived.AsSpan(0, 16), iv, plain, ciphertext);
            JsonObject file = new()
            {
                ["address"] = key.Address.ToString()[2..].ToLowerInvariant(),
                ["crypto"] = new JsonObject
                {
                    ["cipher"] = "aes-128-ctr",
                    ["cipherparams"] = new JsonObject { ["iv"] = Convert.ToHexStringLower(iv) },
                    ["ciphertext"] = Convert.ToHexStringLower(ciphertext),
                    ["kdf"] = "scrypt",
                    ["kdfparams"] = new JsonObject
                    {
                        ["dklen"] = 32,
                        ["n"] = options.N,
                        ["r"] = options.R,
                        ["p"] = options.P,
                        ["salt"] = Convert.ToHexStringLower(salt),
                    },
                    ["mac"] = Convert.ToHexStringLower(MacOf(derived, ciphertext)),
                },
                ["id"] = Guid.NewGuid().ToString(),
                ["version"] = 3,
            };
            return file.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(passwordBytes);
            CryptographicOperations.ZeroMemory(derived);
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private static byte[] DeriveKey(JsonElement crypto, byte[] password)
    {
        JsonElement parameters = Object(crypto, "kdfparams");
        byte[] salt = Bytes(parameters, "salt", 1, 1024);
        // The mac uses bytes 16 to 31 of the key; nothing uses more.
        if (Number(parameters, "dklen") != 32) throw new FormatException($"Expected dklen 32, got {Number(parameters, "dklen")}.");
        switch (Text(crypto, "kdf"))
        {
            case "scrypt":
                (long n, long r, long p) = (Number(parameters, "n"), Number(parameters, "r"), Number(parameters, "p"));
                CheckScrypt(n, r, p);
                return Scrypt.DeriveKey(password, salt, (int)n, (int)r, (int)p, 32);
            case "pbkdf2":
                if (Text(parameters, "prf") != "hmac-sha256")
                    throw new FormatException($"Expected the prf hmac-sha256, got {Hex.Excerpt(Text(parameters, "prf"))}.");
                long iterations = Number(parameters, "c");
                if (iterations is < 1 or > MaxIterations)
                    throw new FormatException($"Expected 1 to {MaxIterations} iterations of PBKDF2, got {iterations}.");
                return Rfc2898DeriveBytes.Pbkdf2(password, salt, (int)iterations, HashAlgorithmName.SHA256, 32);
            default:
                throw new FormatException($"Expected the kdf scrypt or pbkdf2, got {Hex.Excerpt(Text(crypto, "kdf"))}.");
        }
    }

    /// <summary>Wallets write addresses with and without 0x, in small letters or checksummed.</summary>
    private static bool IsSame(string written, Address address) => string.Equals(
        written.Replace("0x", "", StringComparison.Ordinal), address.ToString()[2..], StringComparison.OrdinalIgnoreCase);

    private static void CheckScrypt(long n, long r, long p)
    {
        if (Scrypt.Refuse(n, r, p) is { } refusal) throw new FormatException(refusal);
    }

    private static byte[] MacOf(byte[] derived, byte[] ciphertext)
    {
        byte[] input = [.. derived.AsSpan(16, 16), .. ciphertext];
        try
        {
            return Keccak256.HashData(input);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(input);
        }
    }

    /// <summary>AES-128 in counter mode: the block cipher of iv, iv + 1, … is added to the data.</summary>
    private static void ApplyAesCtr(ReadOnlySpan<byte> key, byte[] iv, ReadOnlySpan<byte> input, Span<byte> output)
    {
        using Aes aes = Aes.Create();
        byte[] keyCopy = key.ToArray();
        byte[] counter = [.. iv];
        Span<byte> stream = stackalloc byte[16];
        try
        {
            aes.Key = keyCopy;
            for (int offset = 0; offset < input.Length; offset += 16)
            {
                aes.EncryptEcb(counter, stream, PaddingMode.None);
                for (int i = 0; i < 16 && offset + i < input.Length; i++)
                    output[offset + i] = (byte)(input[offset + i] ^ stream[i]);
                for (int i = 15; i >= 0 && ++counter[i] == 0; i--)
                {
                }
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keyCopy);
            CryptographicOperations.ZeroMemory(stream);
        }
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
