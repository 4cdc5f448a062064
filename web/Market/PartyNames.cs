using Marketplace.Ethereum;

namespace Marketplace.Web.Market;

/// <summary>An account of a local market that has a name.</summary>
/// <param name="About">What it does, in a few words.</param>
public sealed record NamedParty(string Name, string Role, Address Address, string About);

/// <summary>Names of accounts, so that people need not compare addresses. Only a local market has them.</summary>
public sealed class PartyNames(IReadOnlyList<NamedParty> parties)
{
    private readonly Dictionary<Address, NamedParty> byAddress = parties.ToDictionary(party => party.Address);

    public IReadOnlyList<NamedParty> All { get; } = parties;

    public NamedParty? Find(Address address) => byAddress.GetValueOrDefault(address);
}
