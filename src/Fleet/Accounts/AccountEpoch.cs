using Marketplace.Chain;
using Marketplace.Chain.Sending;
using Marketplace.Fleet.Databases;

namespace Marketplace.Fleet.Accounts;

/// <summary>The epoch in which the account's grain owns it, as it goes from silo to silo.</summary>
[GenerateSerializer, Immutable, Alias("Marketplace.Fleet.AccountEpoch")]
internal sealed record AccountEpoch(
    [property: Id(0)] ulong ChainId,
    [property: Id(1)] string Genesis,
    [property: Id(2)] string Address,
    [property: Id(3)] long Row,
    [property: Id(4)] long Epoch)
{
    /// <summary>To write in this epoch, while it lasts.</summary>
    public OwnedAccount Open(FleetDatabase database) => OwnedAccount.InEpoch(
        database, new ChainAccount(ChainId, Bytes32.Parse(Genesis), Chain.Address.Parse(Address)), Row, Epoch);
}
