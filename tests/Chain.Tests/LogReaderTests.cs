using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Chain.Logs;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Signing;
using Marketplace.Contracts;
using Marketplace.Testing.Nodes;

namespace Marketplace.Chain.Tests;

public class LogReaderTests
{
    private static readonly LogReaderOptions Fast = new() { PollInterval = TimeSpan.FromMilliseconds(20) };

    [Fact]
    public async Task Reads_in_ranges_and_follows_through_reorganizations()
    {
        await using AnvilNode node = await AnvilNode.StartAsync();
        using EthereumClient client = new(node.Url);
        using PrivateKey key = Chain.Key(3);
        TestTokenContract token = new(client, await Chain.DeployTokenAsync(client));
        async Task MintAsync(int amount) => await Chain.SendPlainlyAsync(client, key, token.Mint(key.Address, amount));
        for (int i = 1; i <= 7; i++) await MintAsync(i);

        LogReader reader = new(client, TestTokenEvents.Transfer.Filter(token.Address), Fast with { MaxRange = 3 });
        List<LogUpdate> updates = [];
        await foreach (LogUpdate update in reader.ReadToHeadAsync(0)) updates.Add(update);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], Amounts(updates));
        Assert.Equal([(0UL, 2UL), (3UL, 5UL), (6UL, 8UL)], updates.Cast<BlocksRead>().Select(r => (r.FromBlock, r.ToBlock)));

        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        List<LogUpdate> followed = [];
        int stage = 0;
        await foreach (LogUpdate update in reader.FollowAsync(0, cancellationToken: limit.Token))
        {
            followed.Add(update);
            int[] amounts = Amounts(followed);
            if (stage == 0 && amounts.Length == 7)
            {
                stage = 1;
                await node.SendAsync("evm_snapshot", cancellationToken: limit.Token);
                await MintAsync(8);
                await MintAsync(9);
            }
            else if (stage == 1 && amounts.Length == 9)
            {
                stage = 2;
                await node.SendAsync("evm_revert", "[\"0x0\"]", limit.Token);
                await MintAsync(100);
            }
            else if (stage == 2 && amounts is [.., 100])
            {
                Assert.Contains(followed, u => u is BlocksRolledBack);
                Assert.Equal([1, 2, 3, 4, 5, 6, 7, 100], amounts);
                stage = 3;
                // The three newest blocks are mined again, empty.
                await node.SendAsync("anvil_reorg", "[3, []]", limit.Token);
                await MintAsync(200);
            }
            else if (stage == 3 && amounts is [.., 200])
            {
                break;
            }
        }

        Log[] truth = await client.GetLogsAsync(TestTokenEvents.Transfer.Filter(token.Address), 0, await client.GetBlockNumberAsync());
        Assert.Equal(truth.Select(l => (int)TestTokenEvents.Transfer.Decode(l).Value), Amounts(followed));
    }

    [Fact]
    public async Task Splits_ranges_that_are_too_much_and_gives_up_on_a_single_block()
    {
        FakeChain chain = new(head: 100) { MaxLogRange = 7 };
        using RpcTransport rpc = new(new RpcOptions(new Uri("http://fake")) { MaxAttempts = 1 }, chain);
        LogReader reader = new(new EthereumClient(rpc), new LogFilter(), Fast);
        List<BlocksRead> read = [];
        await foreach (LogUpdate update in reader.ReadToHeadAsync(1)) read.Add((BlocksRead)update);
        Assert.Equal(100, read.Sum(r => r.Logs.Count));
        Assert.Equal(Enumerable.Range(1, 100).Select(i => (ulong)i), read.SelectMany(r => r.Logs).Select(l => l.BlockNumber));
        Assert.All(read, r => Assert.InRange(r.ToBlock - r.FromBlock, 0UL, 6UL));

        chain.MaxLogRange = 0;
        RpcException error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (LogUpdate _ in reader.ReadToHeadAsync(1))
            {
            }
        });
        Assert.True(error.IsTooManyResults);
    }

    [Fact]
    public async Task Resumes_on_the_same_chain_only_and_keeps_its_distance_from_the_head()
    {
        FakeChain chain = new(head: 50);
        using RpcTransport rpc = new(new RpcOptions(new Uri("http://fake")) { MaxAttempts = 1 }, chain);
        LogReader reader = new(new EthereumClient(rpc), new LogFilter(), Fast with { Confirmations = 5 });
        BlocksRead first = await FirstAsync(reader.FollowAsync(40, chain.HashOf(39)));
        Assert.Equal((40UL, 45UL, 6), (first.FromBlock, first.ToBlock, first.Logs.Count));
        chain.Reorganize(fromBlock: 30);
        await Assert.ThrowsAsync<ReorganizationTooDeepException>(() => FirstAsync(reader.FollowAsync(46, first.ToBlockHash)));
    }

    [Fact]
    public async Task Refuses_logs_that_were_not_asked_for()
    {
        FakeChain chain = new(head: 10) { LogAddress = Address.Zero };
        using RpcTransport rpc = new(new RpcOptions(new Uri("http://fake")) { MaxAttempts = 1 }, chain);
        Address wanted = new(Bytes32.Keccak("wanted").ToArray().AsSpan(12));
        await Assert.ThrowsAsync<RpcTransportException>(() => new EthereumClient(rpc).GetLogsAsync(new LogFilter { Addresses = [wanted] }, 1, 5));
    }

    private static async Task<BlocksRead> FirstAsync(IAsyncEnumerable<LogUpdate> updates)
    {
        await foreach (LogUpdate update in updates) return (BlocksRead)update;
        throw new InvalidOperationException("No update came.");
    }

    /// <summary>The amounts that stand after all updates.</summary>
    private static int[] Amounts(IEnumerable<LogUpdate> updates)
    {
        List<Log> standing = [];
        foreach (LogUpdate update in updates)
        {
            if (update is BlocksRead read) standing.AddRange(read.Logs);
            if (update is BlocksRolledBack back) standing.RemoveAll(l => l.BlockNumber >= back.FromBlock);
        }

        return [.. standing.Select(l => (int)TestTokenEvents.Transfer.Decode(l).Value)];
    }

    /// <summary>A chain with one log in every block.</summary>
    private sealed class FakeChain(ulong head) : HttpMessageHandler
    {
        private ulong _forkAt = ulong.MaxValue;

        public ulong MaxLogRange { get; set; } = ulong.MaxValue;

        public Address LogAddress { get; init; } = new(Bytes32.Keccak("contract").ToArray().AsSpan(12));

        public void Reorganize(ulong fromBlock) => _forkAt = fromBlock;

        public Bytes32 HashOf(ulong number) => Bytes32.Keccak($"{number}{(number >= _forkAt ? "'" : "")}");

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            JsonNode body = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
            JsonNode answer = body is JsonArray batch ? new JsonArray([.. batch.Select(r => Answer(r!))]) : Answer(body);
            return new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent(answer.ToJsonString(), Encoding.UTF8, "application/json")
            };
        }

        private JsonObject Answer(JsonNode request)
        {
            JsonObject answer = new() { ["jsonrpc"] = "2.0", ["id"] = request["id"]!.DeepClone() };
            JsonArray parameters = request["params"]!.AsArray();
            switch (request["method"]!.GetValue<string>())
            {
                case "eth_blockNumber":
                    answer["result"] = Hex.FormatQuantity(head);
                    break;
                case "eth_getBlockByNumber":
                    answer["result"] = Block(Number(parameters[0]!));
                    break;
                default:
                    ulong from = Number(parameters[0]!["fromBlock"]!), to = Number(parameters[0]!["toBlock"]!);
                    if (to - from + 1 > MaxLogRange)
                        answer["error"] = new JsonObject { ["code"] = -32005, ["message"] = "query returned more than 10000 results" };
                    else
                        answer["result"] = new JsonArray([.. Enumerable.Range(0, (int)(to - from + 1)).Select(i => LogOf(from + (ulong)i))]);
                    break;
            }

            return answer;
        }

        private JsonObject Block(ulong number) => new()
        {
            ["number"] = Hex.FormatQuantity(number),
            ["hash"] = HashOf(number).ToString(),
            ["parentHash"] = HashOf(number - 1).ToString(),
            ["timestamp"] = "0x1",
            ["gasLimit"] = "0x1",
            ["gasUsed"] = "0x1",
            ["miner"] = Address.Zero.ToString(),
            ["transactions"] = new JsonArray(),
        };

        private JsonObject LogOf(ulong number) => new()
        {
            ["address"] = LogAddress.ToString(),
            ["topics"] = new JsonArray(),
            ["data"] = "0x",
            ["blockNumber"] = Hex.FormatQuantity(number),
            ["blockHash"] = HashOf(number).ToString(),
            ["transactionHash"] = Bytes32.Zero.ToString(),
            ["transactionIndex"] = "0x0",
            ["logIndex"] = "0x0",
        };

        private static ulong Number(JsonNode node) => (ulong)Hex.ParseQuantity(node.GetValue<string>());
    }
}
