using Marketplace.Chain;
using Marketplace.Chain.Keystores;
using Marketplace.Chain.Signing;

namespace Marketplace.Hosting;

/// <summary>Finds the account key: a V3 keystore with its password, or an environment variable. Never a command-line argument.</summary>
public static class PartyKey
{
    private const int MaxKeystoreBytes = 64 * 1024;
    private const int MaxPasswordLength = 4096;

    /// <summary>The private key, 64 hexadecimal digits.</summary>
    public const string KeyVariable = "MARKETPLACE_KEY";

    /// <summary>The keystore's password.</summary>
    public const string PasswordVariable = "MARKETPLACE_PASSWORD";

    /// <summary>Variables that no child process should see.</summary>
    public static readonly string[] SecretVariables = [KeyVariable, PasswordVariable];

    /// <exception cref="UsageException">There is no key, or it cannot be read.</exception>
    public static PrivateKey Read(SettingsReader settings, CancellationToken cancellationToken)
    {
        if (settings.Find(SharedSettings.Keystore) is { } path)
            return ReadKeystore(path, ReadPassword(settings), cancellationToken);
        if (Environment.GetEnvironmentVariable(KeyVariable) is not { Length: > 0 } key)
        {
            throw new UsageException(
                $"no account: give --keystore FILE (with --password-file or {PasswordVariable}), or set {KeyVariable} to a private key");
        }

        try
        {
            return PrivateKey.Parse(key);
        }
        catch (FormatException)
        {
            // The inner message could show a part of the key.
            throw new UsageException($"{KeyVariable} is not a private key: expected 64 hexadecimal digits of a number below the group's order");
        }
    }

    /// <summary>The account of the key, for those who only look.</summary>
    /// <exception cref="UsageException">There is no key, or it cannot be read.</exception>
    public static Address ReadAddress(SettingsReader settings, CancellationToken cancellationToken)
    {
        using PrivateKey key = Read(settings, cancellationToken);
        return key.Address;
    }

    /// <summary>The account of the key; null when no key is named.</summary>
    /// <exception cref="UsageException">A key is named, and cannot be read.</exception>
    public static Address? FindAddress(SettingsReader settings, CancellationToken cancellationToken) =>
        settings.Find(SharedSettings.Keystore) is null && Environment.GetEnvironmentVariable(KeyVariable) is not { Length: > 0 }
            ? null
            : ReadAddress(settings, cancellationToken);

    private static PrivateKey ReadKeystore(string path, string password, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(path).Length > MaxKeystoreBytes)
                throw new UsageException($"the keystore '{path}' is larger than {MaxKeystoreBytes} bytes");
            return Keystore.Decrypt(File.ReadAllText(path), password, cancellationToken);
        }
        catch (Exception e) when (e is FormatException or WrongPasswordException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the keystore '{path}' cannot be opened: {e.Message}");
        }
    }

    /// <summary>The keystore password that the settings name.</summary>
    /// <exception cref="UsageException">They name none, or it cannot be read.</exception>
    public static string ReadPassword(SettingsReader settings)
    {
        if (settings.Find(SharedSettings.PasswordFile) is not { } path)
        {
            return Environment.GetEnvironmentVariable(PasswordVariable)
                ?? throw new UsageException($"the keystore needs its password: give --password-file FILE or set {PasswordVariable}");
        }

        try
        {
            using StreamReader reader = File.OpenText(path);
            var text = new char[MaxPasswordLength + 1];
            int length = reader.ReadBlock(text);
            string line = new string(text, 0, length).Split('\n')[0].TrimEnd('\r');
            return line.Length <= MaxPasswordLength
                ? line
                : throw new UsageException($"the first line of the password file '{path}' is longer than {MaxPasswordLength} characters");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the password file '{path}' cannot be read: {e.Message}");
        }
    }
}
