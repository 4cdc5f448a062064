using System.Text;
using Marketplace.Chain.Rpc;
using Marketplace.Support;

namespace Marketplace.Chain.Tests;

public class JsonRpcClientTests
{
    public static TheoryData<string, string> Malformed => new()
    {
        { "HTML", "<html><body>Bad gateway for /v3/secret-api-key-123</body></html>" },
        { "truncated JSON", """{"jsonrpc":"2.0","id":1,"resu""" },
        { "empty", "" },
        { "another id", """{"jsonrpc":"2.0","id":99,"result":"0x1"}""" },
        { "id as text", """{"jsonrpc":"2.0","id":"1","result":"0x1"}""" },
        { "no id", """{"jsonrpc":"2.0","result":"0x1"}""" },
        { "null id", """{"jsonrpc":"2.0","id":null,"result":"0x1"}""" },
        { "neither result nor error", """{"jsonrpc":"2.0","id":1}""" },
        { "a number for a result", """{"jsonrpc":"2.0","id":1,"result":7}""" },
        { "an object for a result", """{"jsonrpc":"2.0","id":1,"result":{"a":[]}}""" },
        { "an error that is text", """{"jsonrpc":"2.0","id":1,"error":"no"}""" },
        { "an error without code", """{"jsonrpc":"2.0","id":1,"error":{"message":"no"}}""" },
        { "an array", """[{"jsonrpc":"2.0","id":1,"result":"0x1"}]""" },
        { "a string", "\"0x1\"" },
        { "a quantity too long", """{"jsonrpc":"2.0","id":1,"result":"0x11111111111111111"}""" },
        { "deep nesting", new string('[', 5000) },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Refuses_malformed_answers(string what, string body)
    {
        await using HostileServer server = new((_, _) => HostileServer.Http(body, type: "text/html"));
        using EthereumClient client = Client(server);
        RpcTransportException error = await Assert.ThrowsAsync<RpcTransportException>(() => client.GetBlockNumberAsync());
        Assert.Contains(server.Url.Authority, error.Message, StringComparison.Ordinal);
        Assert.False(error.ToString().Contains("secret", StringComparison.Ordinal), $"{what}: the key leaks in {error}");
    }

    [Fact]
    public async Task Refuses_connections_cut_in_the_middle()
    {
        await using HostileServer server = new((request, _) => HostileServer.Result(request, "\"0x1\"")[..^3]);
        using EthereumClient client = Client(server);
        await Assert.ThrowsAsync<RpcTransportException>(() => client.GetBlockNumberAsync());
    }

    [Fact]
    public async Task Bounds_the_length_of_answers()
    {
        string body = $$"""{"jsonrpc":"2.0","id":1,"result":"0x{{new string('0', 100_000)}}"}""";
        await using HostileServer known = new((_, _) => HostileServer.Http(body));
        // Without a length, the answer ends with the connection.
        await using HostileServer unknown = new((_, _) => Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body));
        foreach (HostileServer server in new[] { known, unknown })
        {
            using EthereumClient client = Client(server, o => o with { MaxResponseBytes = 50_000 });
            RpcTransportException error = await Assert.ThrowsAsync<RpcTransportException>(() => client.GetBlockNumberAsync());
            Assert.Contains("50000", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Gives_up_on_silence()
    {
        await using HostileServer server = new((_, _) => null);
        using EthereumClient client = Client(server, o => o with { RequestTimeout = TimeSpan.FromMilliseconds(100), MaxAttempts = 2 });
        RpcTransportException error = await Assert.ThrowsAsync<RpcTransportException>(() => client.GetBlockNumberAsync());
        Assert.Contains("no answer", error.Message, StringComparison.Ordinal);
        using CancellationTokenSource canceled = new();
        Task waiting = client.GetBlockNumberAsync(canceled.Token);
        await canceled.CancelAsync();
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
            number < 2 ? HostileServer.Error(request, -32005, "daily request count exceeded, request rate limited") : HostileServer.Result(request, "\"0x2a\""));
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
        using JsonRpcClient client = new(new RpcOptions(server.Url) { MaxAttempts = 1 });
        RpcRequest[] requests = [.. Enumerable.Range(0, 3).Select(_ => new RpcRequest("eth_blockNumber"))];
        Assert.Equal(["0x0", "0x1", "0x2"], (await client.SendBatchAsync(requests)).Select(r => r.GetResult().GetString()));
        for (int i = 0; i < 3; i++) await Assert.ThrowsAsync<RpcTransportException>(() => client.SendBatchAsync(requests));
        Assert.Equal(-32600, (await Assert.ThrowsAsync<RpcException>(() => client.SendBatchAsync(requests))).Code);
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
        Assert.Throws<ArgumentException>(() => new JsonRpcClient(new RpcOptions(new Uri("ftp://host"))));
    }

    private static EthereumClient Client(HostileServer server, Func<RpcOptions, RpcOptions>? edit = null)
    {
        RpcOptions options = new(server.Url) { MaxAttempts = 3, FirstBackoff = TimeSpan.FromMilliseconds(1) };
        return new EthereumClient(edit is null ? options : edit(options));
    }
}
