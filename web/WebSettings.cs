using System.Globalization;
using Marketplace.Hosting;

namespace Marketplace.Web;

/// <summary>What the dashboard can be told beside which market to show.</summary>
public static class WebSettings
{
    public static readonly Setting Urls = new("urls", "Where to serve pages; several separated by semicolons", "http://127.0.0.1:5080");

    public static readonly Setting Postgres = new(
        "postgres", "Connection string of a PostgreSQL database for what is read from the chain; an SQLite file in --data-folder unless given");

    public static readonly Setting Data = new(
        "data-folder", "Folder of what is read from the chain and of the keys that protect forms", DefaultFolder);

    public static readonly Setting Poll = new("poll", "Seconds between looks at the chain; 1 on a local chain and 4 elsewhere unless given");

    public static readonly Setting Parties = new("parties", "JSON file that names accounts of a local market");

    public static readonly Setting WalletRpc = new(
        "wallet-rpc", "RPC URL of the chain that browser wallets are told when they do not know it; without credentials, everybody sees it");

    public static readonly Setting Simulations = new(
        "simulations",
        "on or off: whether the form for bounties plays a project's rounds on this server; on with a local chain and off elsewhere unless given");

    public static readonly Setting[] All = [.. SharedSettings.Network, Urls, Postgres, Data, Poll, Parties, WalletRpc, Simulations];

    /// <summary>The polling interval that the user has set; null when none was.</summary>
    /// <exception cref="UsageException">It is no number of seconds from 0.1 to 3600.</exception>
    public static TimeSpan? ReadPoll(SettingsReader settings)
    {
        if (settings.Find(Poll) is not { } text)
            return null;
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
            && seconds is >= 0.1 and <= 3600
            ? TimeSpan.FromSeconds(seconds)
            : throw new UsageException($"--poll must be a number of seconds from 0.1 to 3600, got '{text}'");
    }

    /// <summary>Whether simulations are offered, as the user has said; null when nothing was.</summary>
    /// <exception cref="UsageException">It is neither on nor off.</exception>
    public static bool? ReadSimulations(SettingsReader settings) => settings.Find(Simulations) switch
    {
        null => null,
        "on" => true,
        "off" => false,
        string other => throw new UsageException($"--simulations must be on or off, got '{other}'"),
    };

    private static string DefaultFolder => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "marketplace", "web");
}
