using Marketplace.Chain;

namespace Marketplace.Web.Market;

/// <summary>Public block explorers of well-known chains.</summary>
public static class Explorer
{
    private static readonly Dictionary<ulong, string> Sites = new()
    {
        [1] = "https://etherscan.io",
        [10] = "https://optimistic.etherscan.io",
        [137] = "https://polygonscan.com",
        [8453] = "https://basescan.org",
        [42161] = "https://arbiscan.io",
        [11155111] = "https://sepolia.etherscan.io",
        [17000] = "https://holesky.etherscan.io",
    };

    /// <summary>Page of a transaction; null for a chain that has no explorer here.</summary>
    public static string? Transaction(ulong chainId, Bytes32 hash) =>
        Sites.TryGetValue(chainId, out string? site) ? $"{site}/tx/{hash}" : null;
}
