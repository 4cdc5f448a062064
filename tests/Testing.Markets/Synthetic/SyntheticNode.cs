using System.Text.Json;
using Marketplace.Chain;
using Marketplace.Chain.Abi;
using Marketplace.Chain.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Testing.Markets.Synthetic;

/// <summary>A node that serves a synthetic chain over HTTP: what a follower of the market asks, and no more.</summary>
public sealed class SyntheticNode : IAsyncDisposable
{
    private const string Zeros = "0x0000000000000000000000000000000000000000";

    private static readonly string ClaimsSelector = Bytes32.Keccak("claims()").ToString()[..10];

    private readonly WebApplication _server;
    private volatile Served _served;

    private SyntheticNode(WebApplication server, Served served) => (_server, _served) = (server, served);

    public Uri Url => new(_server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Starts on a free port of the loopback interface.</summary>
    public static async Task<SyntheticNode> StartAsync(IReadOnlyList<SyntheticBlock> blocks)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        WebApplication server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        SyntheticNode node = new(server, new Served(blocks));
        server.MapPost("/", node.AnswerAsync);
        await server.StartAsync();
        return node;
    }

    /// <summary>Serves another chain from now on; a reorganization when its beginning is the same.</summary>
    public void Serve(IReadOnlyList<SyntheticBlock> blocks) => _served = new Served(blocks);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using JsonDocument request = await JsonDocument.ParseAsync(context.Request.Body);
        context.Response.ContentType = "application/json";
        Served now = _served;
        using MemoryStream body = new();
        await using (Utf8JsonWriter writer = new(body, new JsonWriterOptions { SkipValidation = true }))
        {
            if (request.RootElement.ValueKind != JsonValueKind.Array)
            {
                now.Answer(request.RootElement, writer);
            }
            else
            {
                writer.WriteStartArray();
                foreach (JsonElement one in request.RootElement.EnumerateArray())
                    now.Answer(one, writer);
                writer.WriteEndArray();
            }
        }
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length));
    }

    private sealed class Served(IReadOnlyList<SyntheticBlock> blocks)
    {
        private readonly SyntheticBlock[] _blocks = [.. blocks];
        private readonly Dictionary<string, SyntheticBlock> _byHash = blocks.ToDictionary(block => block.Hash.ToString());

        public void Answer(JsonElement request, Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc", "2.0");
            writer.WritePropertyName("id");
            request.GetProperty("id").WriteTo(writer);
            JsonElement parameters = request.GetProperty("params");
            string method = request.GetProperty("method").GetString()!;
            writer.WritePropertyName("result");
            switch (method)
            {
                case "eth_chainId":
                    writer.WriteStringValue(Hex.FormatQuantity(SyntheticChain.ChainId));
                    break;
                case "eth_blockNumber":
                    writer.WriteStringValue(Hex.FormatQuantity(_blocks.Length - 1));
                    break;
                case "eth_accounts":
                    writer.WriteStartArray();
                    writer.WriteEndArray();
                    break;
                case "eth_getCode":
                    writer.WriteStringValue("0x00");
                    break;
                case "eth_call":
                    // The market's verifier, for which a connecting client asks, or where its claims are.
                    bool asksForClaims = parameters[0].GetRawText().Contains(ClaimsSelector, StringComparison.Ordinal);
                    Address answer = asksForClaims ? SyntheticChain.Claims : SyntheticChain.Market;
                    writer.WriteStringValue(Hex.Format(AbiEncoder.Encode("address", answer)));
                    break;
                case "eth_getBlockByNumber":
                    ulong number = parameters[0].ValueEquals("latest") ? (ulong)_blocks.Length - 1 : Number(parameters[0]);
                    Write(writer, number < (ulong)_blocks.Length ? _blocks[number] : null);
                    break;
                case "eth_getBlockByHash":
                    Write(writer, _byHash.GetValueOrDefault(parameters[0].GetString()!));
                    break;
                case "eth_getLogs":
                    ulong from = Number(parameters[0].GetProperty("fromBlock")), to = Number(parameters[0].GetProperty("toBlock"));
                    IReadOnlySet<Bytes32>?[] topics = Topics(parameters[0]);
                    writer.WriteStartArray();
                    for (ulong k = from; k <= to && k < (ulong)_blocks.Length; k++)
                    {
                        foreach (Log log in _blocks[k].Logs.Where(log => Matches(log, topics)))
                            Write(writer, log);
                    }
                    writer.WriteEndArray();
                    break;
                default:
                    throw new InvalidOperationException($"the synthetic node does not know {method}");
            }
            writer.WriteEndObject();
        }

        /// <summary>What a log may have in each place; null where everything will do.</summary>
        private static IReadOnlySet<Bytes32>?[] Topics(JsonElement filter) =>
            !filter.TryGetProperty("topics", out JsonElement places) || places.ValueKind != JsonValueKind.Array
                ? []
                :
                [
                    .. places.EnumerateArray().Select(place => place.ValueKind switch
                    {
                        JsonValueKind.Null => null,
                        JsonValueKind.Array => place.EnumerateArray().Select(topic => Bytes32.Parse(topic.GetString()!)).ToHashSet(),
                        _ => new HashSet<Bytes32> { Bytes32.Parse(place.GetString()!) },
                    }),
                ];

        private static bool Matches(Log log, IReadOnlySet<Bytes32>?[] topics)
        {
            for (int k = 0; k < topics.Length; k++)
            {
                if (topics[k] is { } allowed && (k >= log.Topics.Count || !allowed.Contains(log.Topics[k])))
                    return false;
            }
            return true;
        }

        private static void Write(Utf8JsonWriter writer, SyntheticBlock? block)
        {
            if (block is null)
            {
                writer.WriteNullValue();
                return;
            }
            writer.WriteStartObject();
            writer.WriteString("number", Hex.FormatQuantity(block.Number));
            writer.WriteString("hash", block.Hash.ToString());
            writer.WriteString("parentHash", block.ParentHash.ToString());
            writer.WriteString("timestamp", Hex.FormatQuantity(block.Timestamp));
            writer.WriteString("gasLimit", "0x1c9c380");
            writer.WriteString("gasUsed", "0x0");
            writer.WriteString("miner", Zeros);
            writer.WriteStartArray("transactions");
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        private static void Write(Utf8JsonWriter writer, Log log)
        {
            writer.WriteStartObject();
            writer.WriteString("address", log.Address.ToString());
            writer.WriteStartArray("topics");
            foreach (Bytes32 topic in log.Topics)
                writer.WriteStringValue(topic.ToString());
            writer.WriteEndArray();
            writer.WriteString("data", Hex.Format(log.Data.Span));
            writer.WriteString("blockNumber", Hex.FormatQuantity(log.BlockNumber));
            writer.WriteString("blockHash", log.BlockHash.ToString());
            writer.WriteString("transactionHash", log.TransactionHash.ToString());
            writer.WriteString("transactionIndex", Hex.FormatQuantity(log.TransactionIndex));
            writer.WriteString("logIndex", Hex.FormatQuantity(log.LogIndex));
            writer.WriteEndObject();
        }

        private static ulong Number(JsonElement json) => (ulong)Hex.ParseQuantity(json.GetString()!);
    }
}
