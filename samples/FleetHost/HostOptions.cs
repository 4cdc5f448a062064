using System.CommandLine;
using Marketplace.Hosting;

namespace Marketplace.FleetHost;

/// <summary>What the user chose.</summary>
/// <param name="Connection">Connection string of an empty database; null for a server of the host's own.</param>
/// <param name="Machines">How many machines serve.</param>
/// <param name="Projects">How many projects are posted.</param>
/// <param name="Rounds">Rounds of every project.</param>
/// <param name="Port">TCP port of Aspire's dashboard; 0 for any.</param>
/// <param name="WebPort">TCP port of the market's dashboard; 0 for any.</param>
internal sealed record HostOptions(string? Connection, int Machines, int Projects, int Rounds, int Port, int WebPort)
{
    public static readonly Setting Database = new(
        "database",
        "Connection string of an empty PostgreSQL database to use instead of starting a server; a password belongs into the variable "
            + "MARKETPLACE_DATABASE, not into the command line, which every user of the machine can read");

    /// <exception cref="UsageException">The number is out of bounds.</exception>
    public static int Within(ParseResult arguments, Option<int> option, int least, int most) =>
        arguments.GetValue(option) is var value && value >= least && value <= most
            ? value
            : throw new UsageException($"{option.Name} must be {least} to {most}, got {value}");
}
