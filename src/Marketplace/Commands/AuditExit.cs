using Marketplace.Hosting;
using Marketplace.Protocol.Audit;

namespace Marketplace.Commands;

/// <summary>How a command ends that has audited a project.</summary>
internal static class AuditExit
{
    /// <summary>The audit was made, and something does not hold.</summary>
    private const int DoesNotHold = 3;

    /// <summary>0 when every check passed; 3 when something does not hold; 1 when nothing is wrong but not everything could be checked.</summary>
    public static int CodeOf(AuditReport report) => report.Result switch
    {
        AuditResult.Passed => 0,
        AuditResult.Failed => DoesNotHold,
        _ => CommandHost.Failed,
    };
}
