using System.CommandLine;

namespace Marketplace.Hosting;

/// <summary>One thing that a user sets by an option, an environment variable or the configuration file, in that order.</summary>
/// <param name="Name">The option is <c>--NAME</c>, the configuration file's key <c>NAME</c>.</param>
/// <param name="Description">Says the unit where there is one; shown by <c>--help</c>.</param>
/// <param name="Default">Used when nothing else is given; null when there is none.</param>
public sealed record Setting(string Name, string Description, string? Default = null)
{
    /// <summary>How the names of all environment variables begin.</summary>
    public const string VariablePrefix = "MARKETPLACE_";

    /// <summary><c>MARKETPLACE_</c> and the name in capitals.</summary>
    public string Variable => $"{VariablePrefix}{Name.ToUpperInvariant().Replace('-', '_')}";

    /// <summary>The command-line option; the same object every time, so that it can be declared and read.</summary>
    public Option<string?> Option { get; } = new($"--{Name}")
    {
        Description = Default is null ? Description : $"{Description} [default: {Default}]",
        HelpName = "value",
    };
}

/// <summary>The settings that the programs share.</summary>
public static class SharedSettings
{
    public static readonly Setting Rpc = new("rpc", "URL of the chain's JSON-RPC endpoint", "http://127.0.0.1:8545");

    public static readonly Setting Deployment = new(
        "deployment", "File that names the market contract, as 'npm run deploy' writes it", "deployments/local.json");

    public static readonly Setting Market = new("market", "Address of the market contract; overrides the deployment file");

    public static readonly Setting Store = new(
        "store",
        "Where content is kept: a folder, the URL of a Kubo RPC API (http://host:5001), or gateway+https://host to read only",
        DataFolder("blocks"));

    public static readonly Setting Keystore = new(
        "keystore", $"V3 keystore file of the account; without one, the variable {PartyKey.KeyVariable} must hold the account's private key");

    public static readonly Setting PasswordFile = new(
        "password-file", $"File whose first line is the keystore's password; the variable {PartyKey.PasswordVariable} can hold it instead");

    public static readonly Setting State = new("state", "Folder in which the program keeps what must survive a crash", DataFolder("state"));

    public static readonly Setting Srs = new(
        "srs", "Prepared structured reference string; local chains use a development one unless this is given");

    public static readonly Setting Config = new("config", "JSON file of settings, a flat object of names and texts", "marketplace.json");

    public static readonly Setting LogFormat = new("log-format", "Form of the log on standard error: text or json", "text");

    public static readonly Setting MetricsPort = new(
        "metrics-port", "Port on this machine's loopback address that serves metrics for Prometheus at /metrics; none unless given");

    /// <summary>Settings that tell which market.</summary>
    public static readonly Setting[] Network = [Rpc, Deployment, Market, Store, Srs, Config];

    /// <summary>Settings that tell who acts.</summary>
    public static readonly Setting[] Account = [Keystore, PasswordFile, State];

    /// <summary>Settings of commands that go on until they are stopped.</summary>
    public static readonly Setting[] Service = [MetricsPort];

    private static string DataFolder(string name)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(home, "marketplace", name);
    }
}
