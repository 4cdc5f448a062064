using System.Text.Json;
using Marketplace.Chain.Abi;

namespace Marketplace.Chain.Rpc;

/// <summary>The node understood the request and refused it.</summary>
public sealed class RpcException(string method, int code, string nodeMessage, JsonElement? errorData = null)
    : Exception($"{method} failed with code {code}: {nodeMessage}")
{
    /// <summary>Such as <c>eth_call</c>.</summary>
    public string Method { get; } = method;

    /// <summary>JSON-RPC's error code.</summary>
    public int Code { get; } = code;

    /// <summary>The node's words.</summary>
    public string NodeMessage { get; } = nodeMessage;

    /// <summary>What the node attached, often revert data.</summary>
    public JsonElement? ErrorData { get; } = errorData;

    /// <summary>
    /// Whether a query of logs covered too much for the node. No standard says how nodes put it; these are the words of geth,
    /// Erigon, Infura, Alchemy, QuickNode, Ankr, Cloudflare and Chainstack.
    /// </summary>
    public bool IsTooManyResults =>
        Method == "eth_getLogs" && Contains(TooManyResultsWords) && !Contains(RateLimitWords);

    private static string[] TooManyResultsWords { get; } =
    [
        "more than", "too many", "limit", "range", "response size", "too large", "exceed", "timeout", "timed out",
    ];

    private static string[] RateLimitWords { get; } = ["rate limit", "too many requests", "request count", "per second", "throughput"];

    private bool Contains(string[] words) => words.Any(w => NodeMessage.Contains(w, StringComparison.OrdinalIgnoreCase));

    /// <summary>The bytes a contract reverted with; null when this is no revert. Empty when it gave no reason.</summary>
    internal byte[]? RevertData()
    {
        if (ErrorData is JsonElement data && FindHex(data, 0) is byte[] found) return found;
        return Code == 3 || NodeMessage.Contains("revert", StringComparison.OrdinalIgnoreCase) ? [] : null;
    }

    /// <summary>Nodes put the data in "data" itself, or nest it in an object of their own.</summary>
    private static byte[]? FindHex(JsonElement data, int depth)
    {
        if (data.ValueKind == JsonValueKind.String)
        {
            // Half of a surrogate pair cannot be read as text.
            string text = JsonText.TryRead(data) ?? "";
            int start = text.IndexOf("0x", StringComparison.Ordinal);
            return start >= 0 && Hex.TryParse(text.AsSpan(start), out byte[]? bytes) ? bytes : null;
        }

        if (data.ValueKind != JsonValueKind.Object || depth >= 3) return null;
        foreach (string name in new[] { "data", "originalError", "result", "output" })
        {
            if (data.TryGetProperty(name, out JsonElement inner) && FindHex(inner, depth + 1) is byte[] found) return found;
        }

        return null;
    }
}

/// <summary>No proper answer came: the connection failed, timed out, or brought something that is not JSON-RPC.</summary>
public sealed class RpcTransportException : Exception
{
    /// <summary>Names the host only: the rest of a node's URL is often a credential.</summary>
    public RpcTransportException(string host, string method, string problem, Exception? innerException = null)
        : base($"{method} at {host}: {problem}", innerException)
    {
        Host = host;
    }

    /// <summary>Host and port of the node.</summary>
    public string Host { get; }

    /// <summary>Whether the answer was longer than the options allow.</summary>
    internal bool IsTooLong { get; init; }
}

/// <summary>A contract refused a call.</summary>
public class ContractRevertedException(string what, ContractError error, ReadOnlyMemory<byte> revertData, Exception? innerException = null)
    : Exception($"{what} reverted: {error.Text}", innerException)
{
    /// <summary>Why, decoded by the contract's ABI.</summary>
    public ContractError Error { get; } = error;

    /// <summary>The bytes the contract reverted with.</summary>
    public ReadOnlyMemory<byte> RevertData { get; } = revertData;
}
