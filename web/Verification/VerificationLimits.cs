namespace Marketplace.Web.Verification;

/// <summary>How much of this machine readers' checks may take: all readers share these lines.</summary>
public sealed class VerificationLimits
{
    /// <summary>Verifying one round takes a moment.</summary>
    public static readonly TimeSpan RoundLimit = TimeSpan.FromMinutes(1);

    /// <summary>A whole audit fetches everything that a project has published.</summary>
    public static readonly TimeSpan AuditLimit = TimeSpan.FromMinutes(15);

    public WaitingLine Rounds { get; } = new(atOnce: 2);

    public WaitingLine Audits { get; } = new(atOnce: 2);
}
