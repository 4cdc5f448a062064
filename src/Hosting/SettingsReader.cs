using System.Collections;
using System.CommandLine;
using System.CommandLine.Parsing;
using Marketplace.Protocol.Projects;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Hosting;

/// <summary>Reads settings from the command line, then the environment, then the configuration file, then their defaults.</summary>
public sealed class SettingsReader
{
    private const int MaxConfigBytes = 1024 * 1024;

    /// <exception cref="UsageException">The configuration file is missing or malformed.</exception>
    public SettingsReader(ParseResult arguments)
    {
        Dictionary<string, string?> options = ReadOptions(arguments);
        Dictionary<string, string?> variables = ReadVariables();
        string path = options.GetValueOrDefault(SharedSettings.Config.Name) ?? variables.GetValueOrDefault(SharedSettings.Config.Name)
            ?? SharedSettings.Config.Default!;
        Dictionary<string, string?> file = [];
        if (File.Exists(path))
            file = ReadFile(path);
        else if (path != SharedSettings.Config.Default)
            throw new UsageException($"--config names '{path}', but there is no such file");
        // One by one: a configuration within another hides what is set to nothing, which is refused below.
        Configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(file).AddInMemoryCollection(variables).AddInMemoryCollection(options).Build();
    }

    /// <summary>All that the user has set, by the settings' names; what is set above overrides what is set below. Holds no secret.</summary>
    public IConfiguration Configuration { get; }

    /// <summary>The setting's value, or null when it has none.</summary>
    /// <exception cref="UsageException">An option was given without a value.</exception>
    public string? Find(Setting setting)
    {
        string? value = Configuration[setting.Name];
        if (value is not null && string.IsNullOrWhiteSpace(value))
            throw new UsageException($"{setting.Option.Name} is empty; leave it out, or give a value. It is: {setting.Description}.");
        return value ?? setting.Default;
    }

    /// <exception cref="UsageException">The setting has no value.</exception>
    public string Require(Setting setting) => Find(setting)
        ?? throw new UsageException($"{setting.Option.Name} is missing: give the option, or set {setting.Variable}. It is: {setting.Description}.");

    private static Dictionary<string, string?> ReadOptions(ParseResult arguments)
    {
        var options = new Dictionary<string, string?>();
        for (CommandResult? command = arguments.CommandResult; command is not null; command = command.Parent as CommandResult)
        {
            foreach (OptionResult given in command.Children.OfType<OptionResult>())
            {
                if (!given.Implicit && given.Option is Option<string?> option)
                    options.TryAdd(option.Name.TrimStart('-'), given.GetValue(option));
            }
        }

        return options;
    }

    /// <summary>Variables by the names of their settings. An empty variable counts as none; secrets are read where they are used.</summary>
    private static Dictionary<string, string?> ReadVariables()
    {
        var variables = new Dictionary<string, string?>();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if ((string)variable.Key is var name && name.StartsWith(Setting.VariablePrefix, StringComparison.Ordinal)
                && !PartyKey.SecretVariables.Contains(name) && variable.Value is string { Length: > 0 } value)
            {
                variables[name[Setting.VariablePrefix.Length..].ToLowerInvariant().Replace("__", ":", StringComparison.Ordinal).Replace('_', '-')] =
                    value;
            }
        }

        return variables;
    }

    private static Dictionary<string, string?> ReadFile(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxConfigBytes)
                throw new UsageException($"the configuration file '{path}' is larger than {MaxConfigBytes} bytes");
            return JsonDocuments.Read<Dictionary<string, string?>>(
                File.ReadAllBytes(path), MaxConfigBytes, JsonDocuments.Strict(maxDepth: 1), $"the configuration file '{path}'");
        }
        catch (DocumentException e)
        {
            throw new UsageException(
                $"{e.Message}; expected a flat JSON object of texts, such as {{\"rpc\": \"http://127.0.0.1:8545\"}}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the configuration file '{path}' cannot be read: {e.Message}");
        }
    }
}

/// <summary>What the user asked for cannot be done as asked; the message says what to change. Exit code 2.</summary>
public sealed class UsageException(string message) : Exception(message);
