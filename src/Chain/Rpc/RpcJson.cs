using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Marketplace.Chain.Rpc;

/// <summary>Between JSON-RPC's shapes and the models. Readers throw <see cref="FormatException"/> naming the field.</summary>
internal static class RpcJson
{
    public static BigInteger Quantity(JsonElement value) => Hex.ParseQuantity(Text(value));

    public static ulong UInt64(JsonElement value)
    {
        BigInteger number = Quantity(value);
        return number <= ulong.MaxValue ? (ulong)number : throw new FormatException($"Expected at most 64 bits, got {number}.");
    }

    public static byte[] Data(JsonElement value) => Hex.Parse(Text(value));

    public static Bytes32 Word(JsonElement value) => Bytes32.Parse(Text(value));

    public static Block Block(JsonElement json) => new(
        Field(json, "number", UInt64),
        Field(json, "hash", Word),
        Field(json, "parentHash", Word),
        Field(json, "timestamp", UInt64),
        OptionalField(json, "baseFeePerGas", v => (BigInteger?)Quantity(v)),
        Field(json, "gasLimit", UInt64),
        Field(json, "gasUsed", UInt64),
        Field(json, "miner", Account),
        Field(json, "transactions", v => List(v, Word)));

    public static TransactionInfo Transaction(JsonElement json) => new(
        Field(json, "hash", Word),
        Field(json, "from", Account),
        OptionalField(json, "to", v => (Address?)Account(v)),
        Field(json, "nonce", UInt64),
        Field(json, "value", Quantity),
        Field(json, "input", Data),
        Field(json, "gas", UInt64),
        OptionalField(json, "maxFeePerGas", v => (BigInteger?)Quantity(v)),
        OptionalField(json, "gasPrice", v => (BigInteger?)Quantity(v)),
        OptionalField(json, "blockNumber", v => (ulong?)UInt64(v)),
        OptionalField(json, "blockHash", v => (Bytes32?)Word(v)));

    public static Receipt Receipt(JsonElement json) => new(
        Field(json, "transactionHash", Word),
        Field(json, "status", Quantity).IsOne,
        Field(json, "blockNumber", UInt64),
        Field(json, "blockHash", Word),
        Field(json, "transactionIndex", UInt64),
        Field(json, "from", Account),
        OptionalField(json, "to", v => (Address?)Account(v)),
        OptionalField(json, "contractAddress", v => (Address?)Account(v)),
        Field(json, "gasUsed", UInt64),
        OptionalField(json, "effectiveGasPrice", v => (BigInteger?)Quantity(v)) ?? 0,
        Field(json, "logs", v => List(v, Log)));

    public static Log Log(JsonElement json)
    {
        Bytes32[] topics = Field(json, "topics", v => List(v, Word));
        if (topics.Length > 4) throw new FormatException($"A log has at most 4 topics, got {topics.Length}.");
        return new Log(
            Field(json, "address", Account),
            topics,
            Field(json, "data", Data),
            Field(json, "blockNumber", UInt64),
            Field(json, "blockHash", Word),
            Field(json, "transactionHash", Word),
            Field(json, "transactionIndex", UInt64),
            Field(json, "logIndex", UInt64),
            json.TryGetProperty("removed", out JsonElement removed) && removed.ValueKind == JsonValueKind.True);
    }

    public static FeeHistory FeeHistory(JsonElement json) => new(
        Field(json, "oldestBlock", UInt64),
        Field(json, "baseFeePerGas", v => List(v, Quantity)),
        OptionalField(json, "reward", v => List(v, r => (IReadOnlyList<BigInteger>)List(r, Quantity))) ?? []);

    public static T[] List<T>(JsonElement json, Func<JsonElement, T> read) =>
        json.ValueKind == JsonValueKind.Array
            ? [.. json.EnumerateArray().Select(read)]
            : throw new FormatException($"Expected an array, got {json.ValueKind}.");

    public static T Nullable<T>(JsonElement json, Func<JsonElement, T> read, T absent) =>
        json.ValueKind == JsonValueKind.Null ? absent : read(json);

    public static JsonObject Call(CallRequest call)
    {
        JsonObject json = new() { ["data"] = Hex.Format(call.Data.Span) };
        if (call.To is Address to) json["to"] = to.ToString();
        if (call.From is Address from) json["from"] = from.ToString();
        if (!call.Value.IsZero) json["value"] = Hex.FormatQuantity(call.Value);
        if (call.Gas is ulong gas) json["gas"] = Hex.FormatQuantity(gas);
        return json;
    }

    public static JsonObject Filter(LogFilter filter, ulong from, ulong to)
    {
        JsonObject json = new() { ["fromBlock"] = Hex.FormatQuantity(from), ["toBlock"] = Hex.FormatQuantity(to) };
        if (filter.Addresses.Count > 0) json["address"] = new JsonArray([.. filter.Addresses.Select(a => (JsonNode)a.ToString())]);
        if (filter.Topics.Count > 0)
        {
            json["topics"] = new JsonArray([.. filter.Topics.Select(
                t => t is { Count: > 0 } ? new JsonArray([.. t.Select(w => (JsonNode)w.ToString())]) : (JsonNode?)null)]);
        }

        return json;
    }

    private static Address Account(JsonElement value)
    {
        // Nodes' addresses are lower case as a rule; a wrong checksum in them would still name the account.
        byte[] bytes = Data(value);
        return bytes.Length == Address.Size ? new Address(bytes) : throw new FormatException($"Expected an address, got {bytes.Length} bytes.");
    }

    private static string Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new FormatException($"Expected text, got {value.ValueKind}.");

    private static T Field<T>(JsonElement json, string name, Func<JsonElement, T> read)
    {
        if (json.ValueKind != JsonValueKind.Object) throw new FormatException($"Expected an object, got {json.ValueKind}.");
        if (!json.TryGetProperty(name, out JsonElement value)) throw new FormatException($"The field {name} is missing.");
        try
        {
            return read(value);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{name}: {e.Message}", e);
        }
    }

    private static T? OptionalField<T>(JsonElement json, string name, Func<JsonElement, T> read) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? Field(json, name, read)
            : default;
}
