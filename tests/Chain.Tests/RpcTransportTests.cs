using Marketplace.Chain.Rpc;
using Marketplace.Testing.Networks;
using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.Blocks;

namespace Marketplace.Chain.Tests;

public class RpcTransportTests
{
    [Fact]
    public async Task Gives_up_on_silence()
    {
        await using HostileServer server = new((_, _) => null);
        using EthereumClient client = Client(server, o => o with { RequestTimeout = TimeSpan.FromMilliseconds(100), MaxAttempts = 2 });
        RpcTransportException error = await Assert.ThrowsAsync<RpcTransportException>(() => client.GetBlockNumberAsync());
        Assert.Contains("no answer", error.Message, StringComparison.Ordinal);
        using CancellationTokenSource cancelled = new();
        Task waiting = client.GetBlockNumberAsync(cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Repeats_what_is_harmless(int status)
    {
        await using HostileServer server = new((request, number) =>
            number < 3 ? HostileServer.Http("busy", status, "Retry-After: 0\r\n", "text/plain") : HostileServer.Result(request, "\"0x2a\""));
        using EthereumClient client = Client(server);
        Assert.Equal(42UL, await client.GetBlockNumberAsync());
        Assert.Equal(3, server.Requests);
    }

    [Fact]
    public async Task Repeats_when_the_node_limits_its_rate()
    {
        await using HostileServer server = new((request, number) =>
            number < 2
                ? HostileServer.Error(request, -32005, "daily request count exceeded, request rate limited")
                : HostileServer.Result(request, "\"0x2a\""));
        using EthereumClient client = Client(server);
        Assert.Equal(42UL, await client.GetBlockNumberAsync());
    }

    [Fact]
    public async Task Does_not_repeat_a_broadcast()
    {
        await using HostileServer server = new((_, _) => HostileServer.Http("busy", 503));
        using EthereumClient client = Client(server);
        await Assert.ThrowsAsync<RpcTransportException>(() => client.SendRawTransactionAsync(new byte[3]));
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task Does_not_ask_again_for_what_is_too_long()
    {
        await using HostileServer server = new((request, _) => HostileServer.Result(request, $"\"{new string('0', 2000)}\""));
        using EthereumClient client = Client(server, o => o with { MaxResponseBytes = 1000 });
        RpcTransportException error = await Assert.ThrowsAsync<RpcTransportException>(() => client.GetBlockNumberAsync());
        Assert.True(error.IsTooLong, error.Message);
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task Passes_on_errors_without_the_key()
    {
        await using HostileServer server = new((request, _) => HostileServer.Error(request, -32601, "no eth_x at /v3/secret-api-key-123"));
        using EthereumClient client = Client(server);
        RpcException error = await Assert.ThrowsAsync<RpcException>(() => client.GetBlockNumberAsync());
        Assert.Equal(-32601, error.Code);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task Puts_batches_in_order_and_checks_them()
    {
        await using HostileServer server = new((request, number) =>
        {
            long id = long.Parse(HostileServer.IdOf(request));
            string Answer(long i) => $$"""{"jsonrpc":"2.0","id":{{i}},"result":"0x{{i - id}}"}""";
            return HostileServer.Http(number switch
            {
                1 => $"[{Answer(id + 2)},{Answer(id)},{Answer(id + 1)}]",
                2 => $"[{Answer(id)},{Answer(id)},{Answer(id + 1)}]",
                3 => $"[{Answer(id)},{Answer(id + 1)}]",
                4 => $"[{Answer(id)},7,{Answer(id + 1)}]",
                _ => """{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch too large"}}""",
            });
        });
        using RpcTransport transport = new(new RpcOptions(server.Url) { MaxAttempts = 1 });
        RpcRequest[] requests = [.. Enumerable.Range(0, 3).Select(_ => new RpcRequest(1, "eth_blockNumber"))];
        Assert.Equal(["0x0", "0x1", "0x2"], (await transport.SendBatchAsync(requests, CancellationToken.None)).Select(r => r.Read<string>()));
        for (int i = 0; i < 3; i++) await Assert.ThrowsAsync<RpcTransportException>(() => transport.SendBatchAsync(requests, CancellationToken.None));
        Assert.Equal(-32600, (await Assert.ThrowsAsync<RpcException>(() => transport.SendBatchAsync(requests, CancellationToken.None))).Code);
    }

    [Fact]
    public async Task Serves_the_batches_of_Nethereum()
    {
        await using HostileServer server = new((request, _) =>
        {
            long id = long.Parse(HostileServer.IdOf(request));
            return HostileServer.Http($$"""[{"jsonrpc":"2.0","id":{{id + 1}},"result":"0x7"},{"jsonrpc":"2.0","id":{{id}},"result":"0x2a"}]""");
        });
        using RpcTransport transport = new(new RpcOptions(server.Url));
        IClient client = transport.For(CancellationToken.None);
        EthBlockNumber service = new(client);
        RpcRequestResponseBatchItem<EthBlockNumber, HexBigInteger>[] items =
        [
            new(service, service.BuildRequest(1)), new(service, service.BuildRequest(2))
        ];
        RpcRequestResponseBatch batch = new();
        batch.BatchItems.AddRange(items);
        await client.SendBatchRequestAsync(batch);
        Assert.Equal([42, 7], items.Select(i => (int)i.Response.Value));
    }

    [Fact]
    public async Task Names_the_host_when_nobody_listens()
    {
        HostileServer server = new((_, _) => null);
        Uri url = server.Url;
        await server.DisposeAsync();
        using EthereumClient client = new(new RpcOptions(url) { MaxAttempts = 2, FirstBackoff = TimeSpan.FromMilliseconds(1) });
        RpcTransportException error = await Assert.ThrowsAsync<RpcTransportException>(() => client.GetChainIdAsync());
        Assert.Equal(url.Authority, error.Host);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", new RpcOptions(url).ToString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new RpcTransport(new RpcOptions(new Uri("ftp://host"))));
    }

    private static EthereumClient Client(HostileServer server, Func<RpcOptions, RpcOptions>? edit = null)
    {
        RpcOptions options = new(server.Url) { MaxAttempts = 3, FirstBackoff = TimeSpan.FromMilliseconds(1) };
        return new EthereumClient(edit is null ? options : edit(options));
    }
}
