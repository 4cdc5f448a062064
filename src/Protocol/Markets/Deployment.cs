using System.Text.Json;
using Marketplace.Chain;

namespace Marketplace.Protocol.Markets;

/// <summary>Where a market was deployed.</summary>
/// <param name="Market">Address of the market contract.</param>
/// <param name="ChainId">The chain; null when it was not written down.</param>
/// <param name="Block">The block of the deployment; 0 when it was not written down.</param>
public sealed record Deployment(Address Market, ulong? ChainId = null, ulong Block = 0)
{
    private const int MaxBytes = 64 * 1024;

    /// <summary>Reads the file that deploying writes.</summary>
    /// <exception cref="InvalidDataException">It is malformed.</exception>
    public static Deployment Read(string path)
    {
        if (new FileInfo(path).Length > MaxBytes)
            throw new InvalidDataException($"the deployment file '{path}' is larger than {MaxBytes} bytes");
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = json.RootElement;
            return new Deployment(
                Address.Parse(root.GetProperty("market").GetString()!),
                root.GetProperty("chainId").GetUInt64(),
                root.GetProperty("block").GetUInt64());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidDataException(
                $"the deployment file '{path}' is malformed: expected an object with market, chainId and block, as 'npm run deploy' writes it "
                    + $"({e.Message})",
                e);
        }
    }
}
