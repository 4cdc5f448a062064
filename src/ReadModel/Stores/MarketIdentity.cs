using Marketplace.Chain;

namespace Marketplace.ReadModel.Stores;

/// <summary>Which market a store is of; what it holds of another one is never mixed in.</summary>
internal sealed record MarketIdentity(ulong ChainId, Address Market)
{
    public override string ToString() => $"market {Market} on chain {ChainId}";
}
