using Marketplace.Web.Market;

namespace Marketplace.Web.Verification;

/// <summary>The command by which a reader audits a project on a machine of its own.</summary>
internal static class AuditCommand
{
    public static string Of(long project, ActiveMarket market) => string.Join(
        " \\\n  ",
        [$"dotnet run --project src/Marketplace -- audit {project}", .. MarketOptions.Of(market), $"--html audit-{project}.html"]);
}
