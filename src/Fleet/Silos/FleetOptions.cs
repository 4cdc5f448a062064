using System.Globalization;
using System.Net;
using Marketplace.Hosting;
using Marketplace.Proofs.Split;
using Npgsql;

namespace Marketplace.Fleet.Silos;

/// <summary>How a silo is reached and what it shares with the others.</summary>
/// <param name="Database">Connection string of the fleet's PostgreSQL database; may hold a password.</param>
/// <param name="Address">At which it listens and the others reach it.</param>
/// <param name="Port">At which it listens for the others.</param>
/// <param name="Certificates">By which silos know each other; null on loopback only.</param>
/// <param name="Role">What it does.</param>
/// <param name="Split">How many machines share one proof, at most.</param>
public sealed record FleetOptions(string Database, IPAddress Address, int Port, SiloCertificates? Certificates, FleetRole Role, int Split);

/// <summary>The settings of a silo.</summary>
public sealed class FleetSettings
{
    private readonly Setting _database = new(
        "database",
        "Connection string of the fleet's PostgreSQL database, such as Host=db;Database=fleet;Username=fleet; a password belongs into the variable "
            + "MARKETPLACE_DATABASE, not into the command line, which every user of the machine can read");

    private readonly Setting _address = new("address", "IP address at which this machine listens and the others of the fleet reach it", "127.0.0.1");

    private readonly Setting _port = new("port", "TCP port at which this machine listens for the others of the fleet", "11111");

    private readonly Setting _certificate = new("tls-certificate", "PEM file of this machine's certificate; needed unless the address is loopback");

    private readonly Setting _key = new("tls-key", "PEM file of the certificate's private key");

    private readonly Setting _authority = new(
        "tls-authority", "PEM file of the authority that signs the certificates of this fleet, and of nothing else: whoever has one is let in");

    private readonly Setting _role = new(
        "role",
        "What this machine does: control serves projects, and has compute machines prove; compute proves, and needs no account, project or node; all "
            + "serves projects, and proves itself while the fleet has no compute machine",
        "all");

    private readonly Setting _split = new(
        "split", $"How many compute machines share one proof, 1 to {Slicing.MaxCount}; of those that are free, a power of two is used", "1");

    private readonly Setting _fleet = new(
        "fleet", "For --role compute: the fleet's name, CHAIN-MARKET-ACCOUNT, which its other machines write to their logs when they start");

    public IEnumerable<Setting> All => [_database, _role, _split, _fleet, _address, _port, _certificate, _key, _authority];

    /// <exception cref="UsageException">A setting is missing, malformed, or does not go with the others.</exception>
    public FleetOptions Read(SettingsReader settings)
    {
        string database = ParseDatabase(settings.Require(_database));
        string host = settings.Require(_address);
        if (!IPAddress.TryParse(host, out IPAddress? address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            throw new UsageException($"--address expects an IP address of this machine by which the others reach it, such as 10.0.0.5; got '{host}'");
        string number = settings.Require(_port);
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port is < 1 or > ushort.MaxValue)
            throw new UsageException($"--port expects a port from 1 to {ushort.MaxValue}, got '{number}'");
        SiloCertificates? certificates = ReadCertificates(settings);
        if (certificates is null && !IPAddress.IsLoopback(address))
        {
            throw new UsageException(
                $"--address {address} is open to other machines: give --tls-certificate, --tls-key and --tls-authority, by which the machines of the "
                    + "fleet know each other");
        }
        return new FleetOptions(database, address, port, certificates, ReadRole(settings), ReadSplit(settings));
    }

    /// <summary>Of which fleet a machine is that has no account to tell it.</summary>
    /// <exception cref="UsageException">It is not said, or malformed.</exception>
    public FleetName ReadFleet(SettingsReader settings)
    {
        try
        {
            return FleetName.Parse(settings.Require(_fleet));
        }
        catch (FormatException e)
        {
            throw new UsageException($"--fleet is no fleet's name: {e.Message}; the fleet's other machines write it to their logs when they start");
        }
    }

    private FleetRole ReadRole(SettingsReader settings) => settings.Require(_role) switch
    {
        "all" => FleetRole.All,
        "control" => FleetRole.Control,
        "compute" => FleetRole.Compute,
        var other => throw new UsageException($"--role expects control, compute or all, got '{other}'"),
    };

    private int ReadSplit(SettingsReader settings)
    {
        string text = settings.Require(_split);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int split) && split is >= 1 and <= Slicing.MaxCount
            ? split
            : throw new UsageException($"--split expects a number of machines from 1 to {Slicing.MaxCount}, got '{text}'");
    }

    private SiloCertificates? ReadCertificates(SettingsReader settings)
    {
        string?[] files = [settings.Find(_certificate), settings.Find(_key), settings.Find(_authority)];
        if (files.All(file => file is null))
            return null;
        return files is [{ } certificate, { } key, { } authority]
            ? SiloCertificates.Read(certificate, key, authority)
            : throw new UsageException("--tls-certificate, --tls-key and --tls-authority go together: give all three, or none");
    }

    /// <summary>The connection string, found well-formed. Messages never repeat it: it may hold a password.</summary>
    private static string ParseDatabase(string text)
    {
        try
        {
            var parsed = new NpgsqlConnectionStringBuilder(text);
            if (parsed.Host is { Length: > 0 } && parsed.Database is { Length: > 0 })
                return text;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            // Said below, in words that hold nothing of it.
        }
        throw new UsageException(
            "--database expects a PostgreSQL connection string that names Host and Database: Host=db;Database=fleet;Username=fleet");
    }
}
