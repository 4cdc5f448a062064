using System.Globalization;
using Marketplace.Chain;

namespace Marketplace.Fleet.Silos;

/// <summary>Names a fleet: a machine of another market or account is none of it, whatever its operator says.</summary>
public readonly record struct FleetName(ulong ChainId, Address Market, Address Account)
{
    /// <exception cref="FormatException">It is no such name.</exception>
    public static FleetName Parse(string text) =>
        text.Split('-') is [var chain, var market, var account]
        && ulong.TryParse(chain, NumberStyles.None, CultureInfo.InvariantCulture, out ulong id)
        && Address.TryParse(market, out Address at) && Address.TryParse(account, out Address of)
            ? new FleetName(id, at, of)
            : throw new FormatException($"expected CHAIN-MARKET-ACCOUNT, got '{text}'");

    public override string ToString() => $"{ChainId}-{Market}-{Account}";
}
