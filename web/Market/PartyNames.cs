using Marketplace.Chain;
using Marketplace.LocalMarket;

namespace Marketplace.Web.Market;

/// <summary>Names of accounts, so that people need not compare addresses. Only a local market has them.</summary>
public sealed class PartyNames(IReadOnlyList<NamedParty> parties)
{
    private readonly Dictionary<Address, NamedParty> _byAddress = parties.ToDictionary(party => party.Address);

    public IReadOnlyList<NamedParty> All { get; } = parties;

    public NamedParty? Find(Address address) => _byAddress.GetValueOrDefault(address);

    /// <summary>The account's name, or its address shortened where it has none: for titles and drawings, which have no room for all of it.</summary>
    public string NameOf(Address address) => Find(address)?.Name ?? Shorten(address);

    /// <summary>The beginning and the end of an address.</summary>
    public static string Shorten(Address address)
    {
        string text = address.ToString();
        return $"{text[..6]}…{text[^4..]}";
    }
}
