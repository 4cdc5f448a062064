using System.CommandLine;
using Marketplace.Protocol.Projects;

namespace Marketplace.Hosting;

/// <summary>Reads settings from the command line, then the environment, then the configuration file, then their defaults.</summary>
public sealed class SettingsReader
{
    private const int MaxConfigBytes = 1024 * 1024;

    private readonly ParseResult arguments;
    private readonly IReadOnlyDictionary<string, string> file;

    /// <exception cref="UsageException">The configuration file is missing or malformed.</exception>
    public SettingsReader(ParseResult arguments)
    {
        this.arguments = arguments;
        file = new Dictionary<string, string>();
        string path = Require(SharedSettings.Config);
        if (File.Exists(path))
            file = ReadFile(path);
        else if (path != SharedSettings.Config.Default)
            throw new UsageException($"--config names '{path}', but there is no such file");
    }

    /// <summary>The setting's value, or null when it has none.</summary>
    public string? Find(Setting setting)
    {
        string? option = arguments.GetResult(setting.Option) is { Implicit: false } ? arguments.GetValue(setting.Option) : null;
        if (option is not null && string.IsNullOrWhiteSpace(option))
            throw new UsageException($"{setting.Option.Name} is empty; leave it out, or give a value. It is: {setting.Description}.");
        string? variable = Environment.GetEnvironmentVariable(setting.Variable);
        return option ?? (string.IsNullOrEmpty(variable) ? null : variable) ?? file.GetValueOrDefault(setting.Name) ?? setting.Default;
    }

    /// <exception cref="UsageException">The setting has no value.</exception>
    public string Require(Setting setting) => Find(setting)
        ?? throw new UsageException($"{setting.Option.Name} is missing: give the option, or set {setting.Variable}. It is: {setting.Description}.");

    private static Dictionary<string, string> ReadFile(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxConfigBytes)
                throw new UsageException($"the configuration file '{path}' is larger than {MaxConfigBytes} bytes");
            return JsonDocuments.Read<Dictionary<string, string>>(
                File.ReadAllBytes(path), MaxConfigBytes, JsonDocuments.Strict(maxDepth: 1), $"the configuration file '{path}'");
        }
        catch (DocumentException e)
        {
            throw new UsageException(
                $"{e.Message}; expected a flat JSON object of texts, such as {{\"rpc\": \"http://127.0.0.1:8545\"}}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the configuration file '{path}' can not be read: {e.Message}");
        }
    }
}

/// <summary>What the user asked for can not be done as asked; the message says what to change. Exit code 2.</summary>
public sealed class UsageException(string message) : Exception(message);
