using Marketplace.Ethereum;
using Marketplace.LocalMarket;

namespace Marketplace.Web.Market;

/// <summary>Names of accounts, so that people need not compare addresses. Only a local market has them.</summary>
public sealed class PartyNames(IReadOnlyList<NamedParty> parties)
{
    private readonly Dictionary<Address, NamedParty> byAddress = parties.ToDictionary(party => party.Address);

    public IReadOnlyList<NamedParty> All { get; } = parties;

    public NamedParty? Find(Address address) => byAddress.GetValueOrDefault(address);
}
