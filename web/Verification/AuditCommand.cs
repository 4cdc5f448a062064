using Marketplace.Web.Market;

namespace Marketplace.Web.Verification;

/// <summary>The command by which a reader audits a project on a machine of its own.</summary>
internal static class AuditCommand
{
    /// <summary>
    /// Complete on a development chain, which is on the reader's machine. Elsewhere the node and the store that the dashboard uses are its own
    /// affair, and what the reader has to give is in capitals.
    /// </summary>
    public static string Of(long project, ActiveMarket market) => string.Join(
        " \\\n  ",
        [
            $"dotnet run --project src/Marketplace -- audit {project}",
            $"--market {market.Chain.Address}",
            .. market.IsLocal
                ? [$"--rpc http://{market.Chain.Client.Rpc.Host}", $"--store {Quote(market.Store.Location)}"]
                : new[] { "--rpc URL --store URL", "--srs FILE" },
            $"--html audit-{project}.html",
        ]);

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
