using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Crypto.Sealing;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Protocol.Disputes;

/// <summary>What an auditor of a panel opens evidence with.</summary>
/// <param name="Panel">The panel.</param>
/// <param name="Seat">The auditor's seat on it, from 0.</param>
/// <param name="Key">The private half of the key that it publishes there.</param>
public sealed record PanelAuditorKey(Address Panel, int Seat, SealingKey Key)
{
    /// <summary>Derives it from the auditor's account.</summary>
    /// <param name="secrets">The auditor's.</param>
    /// <param name="chainId">The chain's EIP-155 id.</param>
    /// <param name="panel">The panel.</param>
    /// <param name="seat">The auditor's seat on it, from 0.</param>
    public static PanelAuditorKey Derive(PartySecrets secrets, ulong chainId, PanelSeats panel, int seat)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        ArgumentNullException.ThrowIfNull(panel);
        return new PanelAuditorKey(panel.Panel, seat, secrets.SealingKey(chainId, panel.Panel));
    }

    /// <summary>The call by which the panel is told of it.</summary>
    public byte[] Publication() => PanelContract.Calldata.PublishKey(
        new Bytes32(Key.PublicKey.X.Span).ToBigInteger(), new Bytes32(Key.PublicKey.Y.Span).ToBigInteger());
}
