using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Abi;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;
using Marketplace.Crypto.Sealing;

namespace Marketplace.Protocol.Disputes;

/// <summary>Who is on a panel, and the keys to which evidence for it is sealed.</summary>
/// <param name="Panel">The panel's address.</param>
/// <param name="Quorum">How many of its auditors must agree.</param>
/// <param name="Auditors">Their accounts, by seat; at most <see cref="Most"/>.</param>
/// <param name="Keys">By seat; null where none is published.</param>
public sealed record PanelSeats(Address Panel, int Quorum, IReadOnlyList<Address> Auditors, IReadOnlyList<SealingPublicKey?> Keys)
{
    /// <summary>A panel has at most so many auditors.</summary>
    public const int Most = 32;

    /// <summary>How many auditors have published a key.</summary>
    public int PublishedKeys => Keys.Count(key => key is not null);

    /// <summary>Asks a court that may be anything.</summary>
    /// <returns>Null when the contract is no bundled panel.</returns>
    public static async Task<PanelSeats?> FindAsync(EthereumClient client, Address court, CancellationToken cancellationToken)
    {
        var panel = new PanelContract(client, court);
        try
        {
            IReadOnlyList<Seat> seats = await panel.AuditorsAsync(cancellationToken: cancellationToken);
            IReadOnlyList<PublishedKey> keys = await panel.SealingKeysAsync(cancellationToken: cancellationToken);
            BigInteger quorum = await panel.QuorumAsync(cancellationToken: cancellationToken);
            return seats.Count is > 0 and <= Most && keys.Count == seats.Count && quorum > 0 && quorum <= seats.Count
                ? new PanelSeats(court, (int)quorum, [.. seats.Select(seat => seat.Account)], [.. keys.Select(ToKey)])
                : null;
        }
        catch (Exception e) when (e is ContractRevertedException or AbiException)
        {
            return null;
        }
    }

    /// <summary>Whether the auditor on a seat has published a key.</summary>
    public bool HasKey(int seat) => Keys[seat] is not null;

    /// <summary>Whether an auditor has published this key.</summary>
    public bool HasPublished(PanelAuditorKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Key.PublicKey.Equals(Keys[key.Seat]);
    }

    /// <summary>An account's seat; null when it is not on the panel.</summary>
    public int? SeatOf(Address account)
    {
        for (int seat = 0; seat < Auditors.Count; seat++)
        {
            if (Auditors[seat] == account)
                return seat;
        }
        return null;
    }

    /// <summary>A panel takes no other than points of the curve; what merely looks like one may hold anything.</summary>
    private static SealingPublicKey? ToKey(PublishedKey key)
    {
        try
        {
            return SealingPublicKey.FromCoordinates(Bytes32.FromBigInteger(key.X).ToArray(), Bytes32.FromBigInteger(key.Y).ToArray());
        }
        catch (SealingException)
        {
            return null;
        }
    }
}
