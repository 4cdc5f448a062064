namespace Marketplace.Web.Market;

/// <summary>The options by which a program on a reader's machine finds this market.</summary>
internal static class MarketOptions
{
    /// <summary>
    /// Complete on a development chain, which is on the reader's machine. Elsewhere the node and the store that the dashboard uses are its own
    /// affair, and what the reader has to give is in capitals.
    /// </summary>
    public static IEnumerable<string> Of(ActiveMarket market) =>
    [
        $"--market {market.Chain.Address}",
        .. market.IsLocal
            ? [$"--rpc http://{market.Chain.Client.Rpc.Host}", $"--store {Quote(market.Store.Location)}"]
            : new[] { "--rpc URL --store URL", "--srs FILE" },
    ];

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
