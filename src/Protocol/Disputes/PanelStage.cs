namespace Marketplace.Protocol.Disputes;

/// <summary>Where a panel's dispute stands, as the contract numbers it.</summary>
public enum PanelStage : byte
{
    None,
    Voting,
    Decided,
    Executed,
}
